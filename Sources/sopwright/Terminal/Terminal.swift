// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Remediation

/// What goes to people: results to standard output, everything else to standard error.
enum Terminal {
  static let isColoured = isatty(STDOUT_FILENO) == 1 && Environment["NO_COLOR"] == nil

  /// Columns of the terminal; wide where there is none, so that pipes get everything.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 400 }
    return Int(size.ws_col)
  }

  /// Ends the program with status 1 where the line cannot be written: a script that gets half an answer must not read a yes.
  static func write(_ text: String) { write(Array((text + "\n").utf8)) }

  /// The same for bytes as they are.
  static func write(_ bytes: [UInt8]) {
    guard let reason = put(bytes, STDOUT_FILENO) else { return }
    complain("The answer could not be written (\(reason)). What was recorded stays; look with: sopwright show")
    Foundation.exit(1)
  }

  /// - Returns: why it could not be written, or nil.
  private static func put(_ bytes: [UInt8], _ descriptor: Int32) -> String? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? "nothing is taken any more" : String(cString: strerror(errno)) }
      rest = rest.dropFirst(count)
    }
    return nil
  }

  static func write(_ value: JSONValue) {
    write(value.prettyText)
  }

  static func note(_ text: String) { mention(text + "\n") }

  /// Words on standard error, as they are. Where even these cannot be written, the status has to do.
  static func mention(_ words: String) { _ = put(Array(words.utf8), STDERR_FILENO) }

  static func complain(_ text: String) {
    note("sopwright: \(text)")
  }

  /// Whether somebody sits at standard input who can answer.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

  /// Asks on standard error; anything but a yes is a no.
  static func agrees(_ question: String) -> Bool {
    mention("\(question) (y/N) ")
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }

  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
  }

  /// Coloured on a terminal only. A colour never says something alone.
  static func styled(_ text: String, _ style: Style) -> String {
    isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Text that came from outside, without what a terminal would obey.
  static func safe(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\n" ? " " : "\u{FFFD}"
          default: scalar
          }
        }))
  }
}
