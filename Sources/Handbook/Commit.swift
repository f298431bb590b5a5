// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// A commit as git has it, whoever wrote it.
package struct Commit: Equatable, Sendable {
  package let id: CommitID
  /// The first is the commit that the branch pointed at; more than one in a merge; none in the first commit.
  package let parents: [CommitID]
  /// The id of its root folder, 40 lower-case hexadecimal digits.
  package let tree: String
  package let author: Signature
  package let committer: Signature
  /// The committer's time, whole seconds. What its writer put beyond 1970 to 9999 is moved to the nearer end.
  package let time: Timestamp
  /// The whole message; bytes that are not UTF-8 are replaced.
  package let message: String

  /// The lines `Name: value` of the message's last paragraph, in their order. Anybody can write anything there.
  package var trailers: [Trailer] { Trailer.list(of: message) }

  /// 9999-12-31T23:59:59Z: the latest instant that has a text.
  static let latest = Timestamp(seconds: 253_402_300_799)
}

/// A line `Name: value` at the end of a commit's message.
package struct Trailer: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Those of the message's last paragraph, if each of its lines is a trailer or continues one (begins with a space),
  /// and the paragraph is not the message's first, which is its subject. Otherwise none: text that only looks like a
  /// trailer somewhere in the body does not count.
  package static func list(of message: String) -> [Trailer] {
    // Only LF ends a line: a text with U+2028 in it must not make itself a trailer.
    var lines = message.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
    while let last = lines.last, last.isBlank { lines.removeLast() }
    guard let gap = lines.lastIndex(where: \.isBlank), lines[..<gap].contains(where: { !$0.isBlank }) else { return [] }
    var trailers: [Trailer] = []
    for line in lines[(gap + 1)...] {
      if line.utf8.first == UInt8(ascii: " ") || line.utf8.first == UInt8(ascii: "\t") {
        guard let last = trailers.popLast() else { return [] }
        trailers.append(Trailer(name: last.name, value: last.value + " " + line.trimmed))
      } else {
        guard let trailer = Trailer(line: line) else { return [] }
        trailers.append(trailer)
      }
    }
    return trailers
  }

  private init?(line: Substring) {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      line.utf8[..<colon].allSatisfy({ byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      })
    else { return nil }
    self.init(name: String(line[..<colon]), value: line[line.utf8.index(after: colon)...].trimmed)
  }
}

extension Substring {
  fileprivate var isBlank: Bool { utf8.allSatisfy(\.isASCIISpace) }

  /// Without spaces, tabs and carriage returns at both ends.
  fileprivate var trimmed: String {
    guard let first = utf8.firstIndex(where: { !$0.isASCIISpace }),
      let last = utf8.lastIndex(where: { !$0.isASCIISpace })
    else { return "" }
    return String(self[first...last])
  }
}

extension UInt8 {
  /// Space, tab, line feed, vertical tab, form feed, or carriage return.
  var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
