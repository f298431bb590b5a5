// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
import Glibc

extension Handbook {
  /// From so many packs on they are made into one.
  static let manyPacks = 16

  /// Writes the objects that stand in files of their own into a pack; where there are many packs, all objects. It takes
  /// nothing away, so no lock is needed, and a crash midway leaves a folder `pack.unfinished` that the next call clears
  /// away. What it read is as its ids say, and the pack is on the disk when this returns.
  ///
  /// libgit2 1.5.1 never returns from a damaged object: to be called in a process of its own that somebody watches.
  ///
  /// - Parameter progress: objects done, of all; called often.
  /// - Returns: the pack's name below `objects`; nil where there was nothing to pack.
  /// - Throws: where an object cannot be read, or another process packs at this moment.
  package func writePack(progress: @escaping (Int, Int) -> Void = { _, _ in }) throws(HandbookError) -> String? {
    let operation = "pack the objects of \(path)"
    let files = try objectFiles()
    let repository = try locked { $0.folder }
    let descriptor = Glibc.open(repository, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, operation) }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw .refused(operation, because: "another command is doing it")
    }
    let packs = try files.packs()
    var ids = try files.loose().compactMap { git_oid(looseName: $0) }
    guard !ids.isEmpty || packs.count >= Handbook.manyPacks else { return nil }
    if packs.count >= Handbook.manyPacks {
      for pack in packs { ids += try PackIndex(at: "\(files.folder)/\(pack).idx").objects() }
    }
    let unfinished = "\(repository)pack.unfinished"
    unlink(tree: unfinished)
    defer { unlink(tree: unfinished) }
    guard mkdir(unfinished, 0o755) == 0 else { throw .system(errno, operation) }
    try locked { (repository) throws(HandbookError) in
      try repository.writePack(of: ids, into: unfinished, operation, progress)
    }
    guard let written = try ObjectFiles(folder: repository).packs(in: "pack.unfinished").first else {
      throw .refused(operation, because: "the git library wrote no pack")
    }
    try Handbook.sync(fileSystemOf: unfinished)
    let name = "pack/\(written.split(separator: "/")[1])"
    // The index last: with it the pack counts.
    for ending in [".pack", ".idx"] {
      guard rename("\(repository)\(written)\(ending)", "\(files.folder)/\(name)\(ending)") == 0 else {
        throw .system(errno, operation)
      }
    }
    try syncToDisk()
    return name
  }

  private func unlink(tree: String) {
    try? FileManager.default.removeItem(atPath: tree)  // what is still there, mkdir meets
  }
}

extension GitRepository {
  /// Writes a pack and its index into a folder. libgit2 recomputes the id of everything that it writes, so the index
  /// names nothing that is not in the pack.
  fileprivate func writePack(
    of ids: [git_oid], into folder: String, _ operation: String, _ progress: @escaping (Int, Int) -> Void
  ) throws(HandbookError) {
    let builder = try GitObject(operation, free: git_packbuilder_free) { git_packbuilder_new($0, pointer) }
    let listener = PackListener(progress)
    try builder.lend { (builder) throws(HandbookError) in
      for (index, var id) in ids.enumerated() {
        try LibGit2.check(git_packbuilder_insert(builder, &id, nil), operation)
        if index.isMultiple(of: 500) { progress(index, 3 * ids.count) }
      }
      let payload = Unmanaged.passUnretained(listener).toOpaque()
      git_packbuilder_set_callbacks(
        builder,
        { _, done, all, payload in
          PackListener.from(payload)?.report(Int(all + done), Int(3 * all))
          return 0
        }, payload)
      let code = withExtendedLifetime(listener) {
        git_packbuilder_write(
          builder, folder, 0o444,
          { statistics, payload in
            guard let statistics = statistics?.pointee else { return 0 }
            let all = Int(statistics.total_objects)
            PackListener.from(payload)?.report(2 * all + Int(statistics.indexed_objects), 3 * all)
            return 0
          }, payload)
      }
      try LibGit2.check(code, operation)
    }
  }
}

/// Carries a closure through C.
private final class PackListener {
  let report: (Int, Int) -> Void

  init(_ report: @escaping (Int, Int) -> Void) {
    self.report = report
  }

  static func from(_ payload: UnsafeMutableRawPointer?) -> PackListener? {
    payload.map { Unmanaged<PackListener>.fromOpaque($0).takeUnretainedValue() }
  }
}
