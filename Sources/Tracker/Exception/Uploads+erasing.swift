// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
internal import Remediation

// Exports that somebody sent and that hold what is to be erased.
extension Workspace {
  /// The uploads in whose files one of the values stands, by their ids; those that have not come whole, too.
  func uploads(holding sought: SoughtValues) throws -> [String] {
    guard !sought.isEmpty else { return [] }
    return try folderNames(uploadsFolder).sorted().filter { id in
      let folder = "\(uploadsFolder)/\(id)"
      // One that is gone meanwhile holds nothing.
      return try folderNames(folder).contains { name in
        guard let search = try FileSearch(of: "\(folder)/\(name)") else { return false }
        return try search.finds(sought)
      }
    }
  }

  /// Removes them; they are gone for good when it returns. Whoever looks for one is told so. A crash midway leaves some of them, which are
  /// found again.
  func removeUploads(_ ids: [String]) throws {
    for id in ids where FileManager.default.fileExists(atPath: "\(uploadsFolder)/\(id)") {
      try FileManager.default.removeItem(atPath: "\(uploadsFolder)/\(id)")
      try DurableFile.syncFolder(of: "\(uploadsFolder)/\(id)")
    }
  }
}

/// Looks for values in a file of any size, read in portions, each with the end of the one before: a value is whole in one of them, however
/// long the row is that it stands in.
private struct FileSearch {
  private let file: FileHandle
  private let path: String
  /// In bytes: how much is looked at together, and how much of it again with what follows. Of the second it takes more than any value has,
  /// written as JSON's escapes, with white space between its words.
  private static let portion = 1 << 22
  private static let overlap = 1 << 16

  /// Nil where the file is gone.
  /// - Throws: `ErasureError.unreadable`.
  init?(of path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if !FileManager.default.fileExists(atPath: path) { return nil }
      throw ErasureError.unreadable(path)
    }
    (self.file, self.path) = (file, path)
  }

  func finds(_ sought: SoughtValues) throws -> Bool {
    defer { try? file.close() }
    var kept: [UInt8] = []
    var isFirst = true
    var encoding = Wide.none
    var following = try read()
    while let more = following {
      if isFirst { encoding = Wide(of: more) }
      following = try read()
      let bytes = kept + more
      var text = encoding.utf8(bytes)
      if !isFirst { FileSearch.beginAtWord(&text) }
      // What comes next may go on with the last word; the value is found with it then.
      if following != nil { text.append(UInt8(ascii: "x")) }
      if sought.occur(inRow: text) { return true }
      kept = bytes.suffix(FileSearch.overlap)
      isFirst = false
    }
    return false
  }

  /// An even number of bytes but at the end of the file; nil there.
  private func read() throws -> [UInt8]? {
    do {
      let data = try file.read(upToCount: FileSearch.portion) ?? Data()
      return data.isEmpty ? nil : [UInt8](data)
    } catch { throw ErasureError.unreadable(path) }
  }

  /// Passes over what may be the rest of a word, or of an escape. The portion before had it whole.
  private static func beginAtWord(_ text: inout [UInt8]) {
    if let start = text.prefix(1 << 10).firstIndex(where: { $0 <= UInt8(ascii: ",") }) { text.removeFirst(start) }
  }
}

/// UTF-16, which no import reads, but which may have been sent.
private enum Wide {
  case none, littleEndian, bigEndian

  /// By its mark, or else by the first character, which is one of ASCII in most files.
  init(of bytes: [UInt8]) {
    guard bytes.count > 1 else {
      self = .none
      return
    }
    self =
      switch (bytes[0], bytes[1]) {
      case (0xFF, 0xFE), (1..., 0): .littleEndian
      case (0xFE, 0xFF), (0, 1...): .bigEndian
      default: .none
      }
  }

  func utf8(_ bytes: [UInt8]) -> [UInt8] {
    let (low, high): (Int, Int)
    switch self {
    case .none: return bytes
    case .littleEndian: (low, high) = (0, 1)
    case .bigEndian: (low, high) = (1, 0)
    }
    let units = stride(from: 0, to: bytes.count - 1, by: 2).map { at in
      UInt16(bytes[at + low]) | UInt16(bytes[at + high]) << 8
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}
