// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import Handbook
internal import Remediation

/// A pack while it is written: under `DIR.unfinished`, until everything is on the disk and it gets its name. A crash midway leaves that
/// folder, which the next export to the same place clears away.
struct PackWriter {
  private let folder: String
  let unfinished: String
  /// By name.
  private(set) var sums: [String: Digest] = [:]

  /// - Throws: `PackError.notEmpty` where something is in the folder already.
  init(to path: String) throws {
    var folder = path
    while folder.utf8.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    self.folder = folder
    unfinished = folder + ".unfinished"
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue, try files.contentsOfDirectory(atPath: folder).isEmpty else {
        throw PackError.notEmpty(folder)
      }
    }
    do {
      if files.fileExists(atPath: unfinished) { try files.removeItem(atPath: unfinished) }
      for part in [PackPart.documents, PackPart.tables, PackPart.proofs] {
        try makeFolders(to: "\(unfinished)/\(part)")
      }
    } catch {
      throw PackError.unwritable(unfinished, error.localizedDescription)
    }
  }

  mutating func write(_ name: String, _ fill: (PackFile) throws -> Void) throws {
    let file = try PackFile(at: "\(unfinished)/\(name)")
    try fill(file)
    sums[name] = try file.finish()
  }

  mutating func write(_ name: String, _ bytes: [UInt8]) throws {
    try write(name) { try $0.write(bytes) }
  }

  /// A file that somebody else wrote at its place in `unfinished`.
  mutating func add(_ name: String) throws { sums[name] = try PackFolder(unfinished).sum(of: name) }

  /// What `sha256sum` reads: a line for each file, by their names' bytes.
  static func text(of sums: [String: Digest]) -> [UInt8] {
    Array(sums.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined().utf8)
  }

  /// Writes the sums and gives the pack its name. It is on the disk when this returns.
  mutating func finish() throws {
    let text = PackWriter.text(of: sums)
    try write(PackPart.sums, text)
    for part in [PackPart.documents, PackPart.tables, PackPart.proofs] { try sync("\(unfinished)/\(part)") }
    try sync(unfinished)
    guard rename(unfinished, folder) == 0 else { throw PackError.unwritable(folder, String(cString: strerror(errno))) }
    try sync(URL(fileURLWithPath: folder).deletingLastPathComponent().path)
  }

  /// So that the names in a folder are on the disk.
  private func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PackError.unwritable(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw PackError.unwritable(path, String(cString: strerror(errno))) }
  }
}
