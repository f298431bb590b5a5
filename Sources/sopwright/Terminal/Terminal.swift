// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Remediation
import Tracker

/// What goes to people: results to standard output, everything else to standard error.
enum Terminal {
  static let isColoured = isatty(STDOUT_FILENO) == 1 && Environment["NO_COLOR"] == nil

  /// Columns of the terminal; wide where there is none, so that pipes get everything.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 400 }
    return Int(size.ws_col)
  }

  /// Lines of text, without what a terminal would obey. Ends the program with status 1 where they cannot be written: a script
  /// that gets half an answer must not read a yes.
  static func write(_ text: String) { write(Array((harmless(text) + "\n").utf8)) }

  /// A text that somebody wrote, byte for byte where a program reads it, and without what a terminal would obey where a person
  /// does.
  static func write(foreign bytes: [UInt8]) {
    write(isatty(STDOUT_FILENO) == 1 ? Array(harmless(String(decoding: bytes, as: UTF8.self)).utf8) : bytes)
  }

  /// Bytes as they are.
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

  /// A file of these bytes, for somebody who named it.
  /// - Throws: `FileProblem` where it cannot be written; a part may be there then.
  static func save(_ bytes: [UInt8], at path: String) throws(FileProblem) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    defer { close(descriptor) }
    let reason = descriptor < 0 ? String(cString: strerror(errno)) : put(bytes, descriptor)
    if let reason { throw FileProblem(file: path, "It cannot be written: \(reason).") }
  }

  static func write(_ value: JSONValue) { write(Array((value.prettyText + "\n").utf8)) }

  /// A value in one line, for a program that reads lines.
  static func write(line value: JSONValue) { write(Array((value.compactText + "\n").utf8)) }

  /// Lines on standard error.
  static func note(_ text: String) { mention(harmless(text) + "\n") }

  /// Words on standard error, as they are. Where even these cannot be written, the status has to do.
  static func mention(_ words: String) { _ = put(Array(words.utf8), STDERR_FILENO) }

  /// One line on standard error, whatever is quoted in it.
  static func complain(_ text: String) { mention("sopwright: \(safe(text))\n") }

  /// Whether somebody sits at standard input who can answer.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

  /// Asks on standard error; anything but a yes is a no.
  static func agrees(_ question: String) -> Bool {
    mention("\(safe(question)) (y/N) ")
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }

  enum Style: String, CaseIterable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
  }

  /// Coloured on a terminal only. A colour never says something alone.
  static func styled(_ text: String, _ style: Style) -> String {
    isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Lines of text, without what a terminal would obey but for our own styles.
  static func harmless(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A }) { return text }
    let pieces = text.components(separatedBy: "\u{1B}")
    let styles = isColoured ? ["[0m"] + Style.allCases.map { "[\($0.rawValue)m" } : []
    return pieces.enumerated().map { index, piece in
      let lines = piece.components(separatedBy: "\n").map { line in
        line.components(separatedBy: "\t").map(safe).joined(separator: "\t")
      }
      let mark = index == 0 ? "" : styles.contains(where: piece.hasPrefix) ? "\u{1B}" : "\u{FFFD}"
      return mark + lines.joined(separator: "\n")
    }.joined()
  }

  /// Text that came from outside, in one line, without what a terminal would obey.
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
