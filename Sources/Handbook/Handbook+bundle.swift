// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation

/// A ref as a bundle has it: a full name, and the id of what it points at.
package struct BundledRef: Equatable, Sendable {
  package let name: String
  /// 40 hexadecimal digits.
  package let id: String

  package init(name: String, id: String) {
    self.name = name
    self.id = id
  }
}

extension Handbook {
  /// What stands first in a bundle; the refs follow, an empty line, and a pack with everything that they reach.
  static let bundleSignature = "# v2 git bundle"

  /// Writes a git bundle with these refs and everything that they reach, as `git bundle create` does, without git. `HEAD` goes
  /// first, as the branch, so that a clone of the bundle checks it out. The file is on the disk when this returns.
  ///
  /// The same refs give the same bytes with the same libgit2 and zlib, however the objects are stored here.
  /// - Parameters:
  ///   - head: the branch among `refs` that `HEAD` stands for.
  ///   - path: of a file that does not exist yet. A crash midway leaves a part of it.
  /// - Throws: where an object is missing, or the system refuses.
  package func writeBundle(of refs: [BundledRef], head: String, to path: String) throws(HandbookError) {
    let operation = "write the bundle \(path)"
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system(errno, operation) }
    defer { close(descriptor) }
    let file = BundleFile(descriptor, at: path)
    try locked { (repository) throws(HandbookError) in
      let pack = try repository.packBuilder(reachedBy: refs, operation)
      var lines = [Handbook.bundleSignature]
      if let branch = refs.first(where: { $0.name == head }) { lines.append("\(branch.id) HEAD") }
      lines += refs.map { "\($0.id) \($0.name)" }
      let isBegun = Array((lines.joined(separator: "\n") + "\n\n").utf8).withUnsafeBytes { file.write($0) }
      let code = pack.peek { pack in
        !isBegun
          ? -1
          : git_packbuilder_foreach(
            pack,
            { bytes, count, file in
              guard let file else { return -1 }
              let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
              return Unmanaged<BundleFile>.fromOpaque(file).takeUnretainedValue().write(buffer) ? 0 : -1
            }, Unmanaged.passUnretained(file).toOpaque())
      }
      if let failure = file.failure { throw .refused(operation, because: failure.localizedDescription) }
      try LibGit2.check(code, operation)
    }
    guard fsync(descriptor) == 0 else { throw .system(errno, operation) }
  }

  /// How many objects these refs reach.
  package func objectCount(reachedBy refs: [BundledRef]) throws(HandbookError) -> Int {
    let operation = "count the objects of the SOP repository"
    return try locked { (repository) throws(HandbookError) in
      try repository.packBuilder(reachedBy: refs, operation).peek { git_packbuilder_object_count($0) }
    }
  }
}

extension GitRepository {
  /// A pack in the making that has everything that the refs reach, in an order that depends on the history alone.
  fileprivate borrowing func packBuilder(
    reachedBy refs: [BundledRef], _ operation: String
  ) throws(HandbookError) -> GitObject {
    let builder = try GitObject(operation, free: git_packbuilder_free) { git_packbuilder_new($0, pointer) }
    // With several threads the deltas depend on which is faster.
    _ = builder.peek { git_packbuilder_set_threads($0, 1) }
    let walk = try GitObject(operation, free: git_revwalk_free) { git_revwalk_new($0, pointer) }
    _ = walk.peek { git_revwalk_sorting($0, UInt32(GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue)) }
    for ref in refs {
      guard var id = git_oid(hex: ref.id) else { throw .refused(operation, because: "\(ref.id) is no object id") }
      if try find(id, GIT_OBJECT_COMMIT, operation) != nil {
        try LibGit2.check(walk.peek { git_revwalk_push($0, &id) }, operation)
      } else {
        try LibGit2.check(builder.peek { git_packbuilder_insert_recur($0, &id, nil) }, operation)
      }
    }
    try builder.lend { (builder) throws(HandbookError) in
      _ = try LibGit2.check(walk.peek { git_packbuilder_insert_walk(builder, $0) }, operation)
    }
    return builder
  }
}

/// Where libgit2 writes a pack to, and what went wrong there.
private final class BundleFile {
  private let descriptor: Int32
  private let path: String
  private(set) var failure: WriteFailure?

  init(_ descriptor: Int32, at path: String) { (self.descriptor, self.path) = (descriptor, path) }

  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do throws(WriteFailure) {
      try writeWhole(bytes, into: descriptor, at: path)
      return true
    } catch {
      failure = error
      return false
    }
  }
}
