// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
import Glibc

extension Handbook {
  /// A header has a line for each ref; what is longer is no bundle of a handbook.
  private static let largestHeader = 1 << 20
  private static let hexDigits = Set("0123456789abcdef".utf8)

  /// Makes a repository out of a bundle that somebody hands in, and opens it. Every object is read and hashed, and whatever an object
  /// names has to be there.
  ///
  /// - Parameters:
  ///   - bundle: a file; nothing in it is trusted. Run this where a process that does not end can be given up.
  ///   - path: where the repository is made. Its branch is the one that `HEAD` stands for in the bundle.
  /// - Returns: the repository, the bundle's refs but `HEAD` in their order, and how many objects are in it.
  /// - Throws: where it is no bundle of version 2, needs objects that it does not hold, is cut or damaged, or goes on after its end.
  package static func make(
    from bundle: String, at path: String
  ) throws(HandbookError) -> (handbook: Handbook, refs: [BundledRef], objects: Int) {
    let operation = "read the bundle"
    guard let file = FileHandle(forReadingAtPath: bundle) else {
      throw .refused(operation, because: "\(bundle) cannot be opened")
    }
    defer { try? file.close() }  // it was read only
    let (refs, head, start) = try header(of: file, operation)
    let handbook = try create(at: path)
    let objects = try handbook.index(file, from: start, operation)
    try handbook.set(refs, head: head, operation)
    return (handbook, refs, objects)
  }

  private static func header(
    of file: FileHandle, _ operation: String
  ) throws(HandbookError) -> (refs: [BundledRef], head: String, start: UInt64) {
    let head: [UInt8]
    do { head = [UInt8](try file.read(upToCount: largestHeader) ?? Data()) } catch {
      throw .refused(operation, because: "it cannot be read")
    }
    let end = head.indices.dropLast().first { head[$0] == 10 && head[$0 + 1] == 10 }
    guard let end, let text = String(validating: head[..<end], as: UTF8.self) else {
      throw .refused(operation, because: "its header is not that of a git bundle")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.first == bundleSignature else {
      throw .refused(operation, because: "it does not begin with \"\(bundleSignature)\"")
    }
    var refs: [BundledRef] = []
    for line in lines.dropFirst() {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2, parts[0].utf8.count == 40, parts[0].utf8.allSatisfy(hexDigits.contains),
        parts[1] == "HEAD" || parts[1].hasPrefix("refs/"), !refs.contains(where: { $0.name == parts[1] })
      else { throw .refused(operation, because: "its header has a line that names no ref: \(line.prefix(80))") }
      refs.append(BundledRef(name: parts[1], id: parts[0]))
    }
    let branch = refs.first { $0.name == "HEAD" }
    let named = refs.filter { $0.name.hasPrefix("refs/heads/") && $0.id == branch?.id }
    guard let branch, let head = named.first, refs.first == branch else {
      throw .refused(operation, because: "no branch of it is the one that HEAD stands for")
    }
    return (Array(refs.dropFirst()), head.name, UInt64(end + 2))
  }

  /// Stores the pack that the rest of the file is.
  private func index(_ file: FileHandle, from start: UInt64, _ operation: String) throws(HandbookError) -> Int {
    try locked { (repository) throws(HandbookError) in
      let database = try repository.objectDatabase()
      var options = git_indexer_options()
      try LibGit2.check(git_indexer_options_init(&options, UInt32(GIT_INDEXER_OPTIONS_VERSION)), operation)
      options.verify = 1
      let folder = repository.folder + "objects/pack"
      let indexer = try GitObject(operation, free: git_indexer_free) { made in
        database.peek { git_indexer_new(made, folder, 0, $0, &options) }
      }
      var progress = git_indexer_progress()
      do { try file.seek(toOffset: start) } catch { throw .refused(operation, because: "it cannot be read") }
      while true {
        let read: Data?
        do { read = try file.read(upToCount: 1 << 20) } catch {
          throw .refused(operation, because: "it cannot be read")
        }
        guard let chunk = read, !chunk.isEmpty else { break }
        let code = indexer.peek { indexer in
          chunk.withUnsafeBytes { git_indexer_append(indexer, $0.baseAddress, $0.count, &progress) }
        }
        try LibGit2.check(code, operation)
      }
      try LibGit2.check(indexer.peek { git_indexer_commit($0, &progress) }, operation)
      return Int(progress.total_objects)
    }
  }

  private func set(_ refs: [BundledRef], head: String, _ operation: String) throws(HandbookError) {
    try locked { (repository) throws(HandbookError) in
      for ref in refs {
        guard var id = git_oid(hex: ref.id) else { throw .refused(operation, because: "\(ref.id) is no object id") }
        var made: OpaquePointer?
        let code = git_reference_create(&made, repository.pointer, ref.name, &id, 1, "sopwright")
        git_reference_free(made)
        try LibGit2.check(code, operation)
      }
      try LibGit2.check(git_repository_set_head(repository.pointer, head), operation)
    }
  }
}
