// SPDX-License-Identifier: Apache-2.0

import Foundation
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

  static func write(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }

  /// The bytes as they are, without a line's end.
  static func write(bytes: [UInt8]) throws {
    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
  }

  static func write(_ value: JSONValue) {
    write(value.prettyText)
  }

  static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  static func complain(_ text: String) {
    note("sopwright: \(text)")
  }

  /// Whether somebody sits at standard input who can answer.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

  /// Asks on standard error; anything but a yes is a no.
  static func agrees(_ question: String) -> Bool {
    FileHandle.standardError.write(Data("\(question) (y/N) ".utf8))
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
