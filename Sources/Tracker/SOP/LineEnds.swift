// SPDX-License-Identifier: Apache-2.0

internal import Handbook
package import Remediation

/// How a file ends its lines, and whether it begins with a byte order mark. Browsers keep neither.
package struct LineEnds: Equatable, Sendable {
  /// As its first line ends; a file may end others otherwise.
  private let isCRLF: Bool
  private let hasMark: Bool

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  package init(of file: [UInt8]) {
    hasMark = file.starts(with: LineEnds.mark)
    isCRLF = file.firstIndex(of: UInt8(ascii: "\n")).map { $0 > 0 && file[$0 - 1] == UInt8(ascii: "\r") } ?? false
  }

  /// The same text with these ends of lines, and the mark.
  package func applied(to text: [UInt8]) -> [UInt8] {
    var result = hasMark && !text.starts(with: LineEnds.mark) ? LineEnds.mark : []
    guard isCRLF else { return result + text }
    for (place, byte) in text.enumerated() {
      if byte == UInt8(ascii: "\n"), place == 0 || text[place - 1] != UInt8(ascii: "\r") {
        result.append(UInt8(ascii: "\r"))
      }
      result.append(byte)
    }
    return result
  }
}

extension Workspace {
  /// Those of the SOP at a path.
  /// - Parameters:
  ///   - commit: where they are read; nil takes what the branch has now.
  ///   - other: the SOP whose they are where there is none at the path.
  package func lineEnds(at path: SOPPath, or other: String, in commit: CommitID?) throws -> LineEnds {
    guard let commit = try commit ?? handbook.tip() else { return LineEnds(of: []) }
    // What is no file that can be read is refused when it is proposed.
    let names = [path] + ((try? SOPPath(other)).map { [$0] } ?? [])
    let file = names.lazy.compactMap { try? handbook.document(at: $0, in: commit) }.first
    return LineEnds(of: file?.bytes ?? [])
  }
}
