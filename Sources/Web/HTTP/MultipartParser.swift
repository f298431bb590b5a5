// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes

/// Takes a form with a file apart (RFC 7578) as it comes, so that a large file never has to be in memory.
struct MultipartParser {
  enum Event {
    /// A field begins; `fileName` is nil where it is no file.
    case field(name: String, fileName: String?)
    /// More of the field that began last.
    case bytes(Data)
  }

  private enum State { case beforeFirst, headers, content, afterLast }

  private let delimiter: Data
  private var state = State.beforeFirst
  /// What came and is not understood yet.
  private var rest: Data
  private static let longestHeaders = 8 << 10

  /// - Parameter contentType: the request's; nil where it is not `multipart/form-data` with a boundary.
  init?(contentType: String) {
    let parts = contentType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.first?.lowercased() == "multipart/form-data",
      let parameter = parts.first(where: { $0.lowercased().hasPrefix("boundary=") })
    else { return nil }
    let boundary = parameter.dropFirst("boundary=".count).trimmingCharacters(in: ["\""])
    guard (1...70).contains(boundary.utf8.count) else { return nil }
    delimiter = Data("\r\n--\(boundary)".utf8)
    rest = Data("\r\n".utf8)  // so that the first delimiter is like the others
  }

  /// Whether the form has come to its end. One that has not was cut off.
  var isComplete: Bool { state == .afterLast }

  /// Calls `body` with what is understood by now.
  /// - Throws: `Problem` where it is no such form, and what `body` throws.
  mutating func read(_ chunk: [UInt8], _ body: (Event) throws -> Void) throws {
    rest += chunk
    var used = 0
    // A slice would keep the indices of all that came before.
    defer { rest = Data(rest[used...]) }
    while true {
      switch state {
      case .beforeFirst, .content:
        let isContent = state == .content
        guard let place = find(delimiter, from: used) else {
          // The delimiter may have begun.
          let safe = max(used, rest.count - delimiter.count + 1)
          if isContent, safe > used { try body(.bytes(rest[used..<safe])) }
          used = safe
          return
        }
        let end = place + delimiter.count
        if isContent, place > used { try body(.bytes(rest[used..<place])) }
        used = place
        guard rest.count >= end + 2 else { return }
        used = end
        if rest[end...].starts(with: "--".utf8) { state = .afterLast } else { state = .headers }
      case .headers:
        guard let end = find(Data("\r\n\r\n".utf8), from: used) else {
          if rest.count - used > MultipartParser.longestHeaders { throw MultipartParser.wrong }
          return
        }
        try body(MultipartParser.field(rest[used..<end]))
        used = end + 4
        state = .content
      case .afterLast:
        used = rest.count
        return
      }
    }
  }

  private func find(_ pattern: Data, from start: Int) -> Int? {
    rest.range(of: pattern, in: start..<rest.count)?.lowerBound
  }

  private static let wrong = Problem(
    status: .badRequest, sentence: "The form with the file cannot be read. Send it again with the page's own form.")

  /// `Content-Disposition: form-data; name="file"; filename="export.csv"`, as browsers write it (WHATWG, multipart/form-data).
  private static func field(_ headers: Data) throws -> Event {
    let lines = String(decoding: headers, as: UTF8.self).components(separatedBy: "\r\n")
    guard let line = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
      let name = parameter("name", of: line)
    else { throw wrong }
    return .field(name: name, fileName: parameter("filename", of: line))
  }

  private static func parameter(_ name: String, of line: String) -> String? {
    guard let start = line.range(of: "; \(name)=\""), let end = line[start.upperBound...].firstIndex(of: "\"") else {
      return nil
    }
    return String(line[start.upperBound..<end]).replacing("%22", with: "\"").replacing("%0D", with: "")
      .replacing("%0A", with: "")
  }
}
