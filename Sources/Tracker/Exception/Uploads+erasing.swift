// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Remediation

// Exports that somebody sent and that hold what is to be erased.
extension Workspace {
  /// How much of a file is looked at together, in bytes; and how much of it again with what follows: more than any value has.
  private static let portion = 1 << 22
  private static let overlap = 1 << 12

  /// The uploads in whose files one of the values stands, by their ids; those that have not come whole, too.
  func uploads(holding sought: SoughtValues) throws -> [String] {
    guard !sought.isEmpty else { return [] }
    return try folderNames(uploadsFolder).sorted().filter { id in
      let folder = "\(uploadsFolder)/\(id)"
      // One that is gone meanwhile holds nothing.
      return try folderNames(folder).contains { try Workspace.holds("\(folder)/\($0)", sought) }
    }
  }

  /// Removes them. Whoever looks for one is told that it is gone.
  func removeUploads(_ ids: [String]) throws {
    for id in ids where FileManager.default.fileExists(atPath: "\(uploadsFolder)/\(id)") {
      try FileManager.default.removeItem(atPath: "\(uploadsFolder)/\(id)")
    }
  }

  private static func holds(_ path: String, _ sought: SoughtValues) throws -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if !FileManager.default.fileExists(atPath: path) { return false }
      throw ErasureError.unreadable(path)
    }
    defer { try? file.close() }
    var kept: [UInt8] = []
    while let more = try file.read(upToCount: portion), !more.isEmpty {
      let bytes = kept + more
      if mayHold(bytes, sought),
        bytes.split(separator: UInt8(ascii: "\n")).contains(where: { line in
          sought.occur(inRow: Array(line))
        })
      {
        return true
      }
      kept = bytes.suffix(overlap)
    }
    return false
  }

  /// Whether a value may stand there: most portions of most files are passed over by this. What is not plain ASCII, or is escaped in JSON,
  /// may be written in several ways.
  private static func mayHold(_ bytes: [UInt8], _ sought: SoughtValues) -> Bool {
    let isEscaped = bytes.contains(UInt8(ascii: "\\"))
    let folded = Data(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    return sought.texts.contains { value in
      let isPlain = value.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\"") }
      return !isPlain || isEscaped || folded.range(of: Data(value.utf8)) != nil
    }
  }
}
