// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
import Glibc

/// The files in which a repository keeps its objects, as they stand in its folder `objects` at one moment. Names are
/// below that folder.
struct ObjectFiles {
  let folder: String

  /// Objects in files of their own, as `0f/3a…`, sorted. Files without a byte are left out: a power cut leaves them,
  /// and there is nothing in them.
  func loose() throws(HandbookError) -> [String] {
    var loose: [String] = []
    for prefix in try names(in: "").sorted() where prefix.utf8.count == 2 && ObjectFiles.isHex(prefix) {
      let files = try names(in: prefix).filter { $0.utf8.count == 38 && ObjectFiles.isHex($0) }.sorted()
      loose += files.map { "\(prefix)/\($0)" }.filter { !isEmpty($0) }
    }
    return loose
  }

  /// Packs that have their index, as `pack/pack-3a…`, sorted. One that is just being written has none yet.
  func packs(in subfolder: String = "pack") throws(HandbookError) -> [String] {
    let names = Set(try names(in: subfolder))
    return names.filter { $0.hasPrefix("pack-") && $0.hasSuffix(".idx") }
      .map { String($0.dropLast(4)) }.filter { names.contains("\($0).pack") }.sorted().map { "\(subfolder)/\($0)" }
  }

  /// Bytes that a file takes on the disk; 0 where it is gone.
  func room(of name: String) -> Int64 {
    var status = stat()
    return lstat("\(folder)/\(name)", &status) == 0 ? Int64(status.st_blocks) * 512 : 0
  }

  private func isEmpty(_ name: String) -> Bool {
    var status = stat()
    // Whoever reads one of which the system does not say how large it is finds out.
    return lstat("\(folder)/\(name)", &status) == 0 ? status.st_size == 0 : errno == ENOENT
  }

  private func names(in subfolder: String) throws(HandbookError) -> [String] {
    do { return try folderNames("\(folder)/\(subfolder)") } catch {
      throw .refused("list the objects of \(folder)", because: "\(error.path): \(error.localizedDescription)")
    }
  }

  private static func isHex(_ name: String) -> Bool {
    name.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
  }
}

extension git_oid {
  /// The object of a file `0f/3a…`.
  init?(looseName name: String) {
    self.init(hex: name.filter { $0 != "/" })
  }
}

/// How many files a repository's objects are in, and how many bytes they take on the disk.
package struct ObjectCounts: Equatable, Sendable {
  package let loose: Int
  package let packs: Int
  package let bytes: Int64
}

extension Handbook {
  /// Counts files; reads no object.
  package func objectCounts() throws(HandbookError) -> ObjectCounts {
    let files = try objectFiles()
    let (loose, packs) = (try files.loose(), try files.packs())
    let bytes = (loose + packs.flatMap { ["\($0).pack", "\($0).idx"] }).reduce(0) { $0 + files.room(of: $1) }
    return ObjectCounts(loose: loose.count, packs: packs.count, bytes: bytes)
  }

  /// - Throws: where the repository borrows objects of another one: they are in none of its files.
  func objectFiles() throws(HandbookError) -> ObjectFiles {
    let folder = try locked { $0.folder } + "objects"
    guard access("\(folder)/info/alternates", F_OK) != 0 else {
      throw .refused(
        "look through the objects of \(path)",
        because:
          "it borrows objects of another repository. Run git repack -a -d in it, and delete objects/info/alternates")
    }
    return ObjectFiles(folder: folder)
  }
}
