// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// One line of a table for spreadsheets, RFC 4180: cells between commas, CR LF at the end, quotes where a cell needs them.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe in front; so does one that begins with an apostrophe.
/// Whoever takes one leading apostrophe off every cell that has one has the texts again. Amounts are numbers, and stay what they are.
struct CSVLine {
  private(set) var bytes: [UInt8] = []

  /// What spreadsheets take for the beginning of a formula, or skip before one.
  private static let risky = Set("=+-@\t\r\n\0'".utf8)
  private static let inQuotes = Set("\",;\t\r\n".utf8)

  /// An empty cell where there is no text.
  mutating func add(_ text: String?) {
    if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
    guard let text, let first = text.utf8.first else {
      if bytes.isEmpty { bytes += Array("\"\"".utf8) }
      return
    }
    let isRisky = CSVLine.risky.contains(first)
    guard isRisky || text.utf8.contains(where: CSVLine.inQuotes.contains) else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    if isRisky { bytes.append(UInt8(ascii: "'")) }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func add(_ value: (some CustomStringConvertible)?) { add(value?.description) }

  /// A number, which is no text: a minus stays a minus.
  mutating func add(number: Int64?) {
    if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
    if let number { bytes.append(contentsOf: String(number).utf8) }
  }

  mutating func end() { bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")] }

  /// The texts of a line, with what was put before them taken off.
  /// - Parameter line: with its end, or without.
  static func cells(of line: some Sequence<UInt8>) -> [String] {
    var cells: [[UInt8]] = [[]]
    var isQuoted = false
    var endsQuote = false
    for byte in line {
      switch byte {
      case UInt8(ascii: "\""):
        if isQuoted {
          isQuoted = false
          endsQuote = true
        } else {
          if endsQuote { cells[cells.count - 1].append(byte) }
          isQuoted = true
          endsQuote = false
        }
        continue
      case UInt8(ascii: ",") where !isQuoted: cells.append([])
      case UInt8(ascii: "\r") where !isQuoted, UInt8(ascii: "\n") where !isQuoted: break
      default: cells[cells.count - 1].append(byte)
      }
      endsQuote = false
    }
    return cells.map { cell in
      String(decoding: cell.first == UInt8(ascii: "'") ? cell.dropFirst() : cell[...], as: UTF8.self)
    }
  }
}
