// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation

/// What a repository should have and has not.
package struct MissingObject: Equatable, Sendable {
  /// Git's id.
  package let id: String
  /// What names it: a ref, or the id of a folder or commit.
  package let namedBy: String
  /// As a sentence, where it is there and cannot be read; nil where it is missing.
  package let problem: String?
}

extension Handbook {
  /// Reads every object that a ref reaches, whatever kind of file it is of, and computes its hash.
  /// - Parameter progress: called now and then.
  /// - Returns: what is missing, or is not what its id says.
  package func missingObjects(progress: () -> Void) throws(HandbookError) -> [MissingObject] {
    let refs = try refs()
    var missing: [MissingObject] = []
    var waiting = refs.targets.sorted { $0.key < $1.key }.map { (id: $0.value, namedBy: $0.key) }
    var seen = Set(waiting.map(\.id))
    var count = 0
    while let next = waiting.popLast() {
      count += 1
      if count.isMultiple(of: 500) { progress() }
      do {
        for id in try references(of: next.id) where seen.insert(id).inserted { waiting.append((id, next.id)) }
      } catch {
        missing.append(
          MissingObject(
            id: next.id, namedBy: next.namedBy, problem: error.isNotFound ? nil : error.sentence))
      }
    }
    return missing
  }

  /// The objects that an object names; none of a file.
  private func references(of hex: String) throws(HandbookError) -> [String] {
    let operation = "read object \(hex)"
    guard let id = git_oid(hex: hex) else { throw .refused(operation, because: "it is no id") }
    return try locked { (repository) throws(HandbookError) in
      let object = try repository.objectDatabase().lend { (database) throws(HandbookError) in
        try GitRepository.object(id, in: database, operation)
      }
      switch object.kind {
      case GIT_OBJECT_TREE:
        return try repository.entries(ofTree: id).filter { $0.kind != .submodule }.map(\.id.hex)
      case GIT_OBJECT_COMMIT, GIT_OBJECT_TAG:
        return GitRepository.named(in: object.bytes)
      default: return []
      }
    }
  }
}

extension GitRepository {
  /// What a commit or a tag names: `tree ID`, `parent ID`, `object ID`, in the lines before the first that names nothing.
  fileprivate static func named(in bytes: [UInt8]) -> [String] {
    var ids: [String] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, ["tree", "parent", "object"].contains(words[0]) else { break }
      ids.append(String(words[1]))
    }
    return ids
  }

  /// Whether git finds a branch in a HEAD like this; libgit2 takes more characters for white space.
  fileprivate static func namesBranch(_ head: Data) -> Bool {
    let white = Set(" \t\n\r".utf8)
    let start = Array("ref:".utf8)
    guard head.starts(with: start) else { return false }
    let name = head.dropFirst(start.count).drop(while: white.contains)
    let end = name.lastIndex { !white.contains($0) }.map { name.index(after: $0) } ?? name.startIndex
    return git_reference_is_valid_name(String(decoding: name[..<end], as: UTF8.self)) == 1
  }

  /// The line of settings in which a quote begins that the line does not end: for libgit2 it does, git reads nothing. A line may go
  /// on behind a backslash.
  fileprivate static func openQuote(in settings: Data) -> Int? {
    var line = 1
    var (isOpen, isEscaped, isComment) = (false, false, false)
    for byte in settings {
      switch byte {
      case UInt8(ascii: "\n"):
        if isOpen, !isEscaped { return line }
        line += 1
        (isEscaped, isComment) = (false, false)
      case _ where isEscaped: isEscaped = false
      case _ where isComment: break
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "\""): isOpen.toggle()
      case UInt8(ascii: "#"), UInt8(ascii: ";"): isComment = !isOpen
      default: break
      }
    }
    return isOpen ? line : nil
  }
}

// Refs and settings, as files: libgit2 passes over a ref that it cannot read.
extension Handbook {
  /// Files below `refs`, lines of `packed-refs` and HEAD that name nothing: no object id, and no other ref; and refs of the ledger's that it
  /// does not have.
  package func unreadableRefs() throws(HandbookError) -> [String] {
    let (folder, loose) = try locked { (git) throws(HandbookError) in (git.folder, try git.refFiles()) }
    var unreadable: [String] = []
    let files = FileManager.default
    for name in loose.sorted() where !name.hasSuffix(".lock") {
      // What cannot be opened names nothing.
      let text = files.contents(atPath: folder + name).map { String(decoding: $0, as: UTF8.self) } ?? ""
      if !text.hasPrefix("ref: "), git_oid(hex: String(text.prefix(40))) == nil || text.dropFirst(40) != "\n" {
        unreadable.append(name)
      }
    }
    if files.contents(atPath: folder + "HEAD").map(GitRepository.namesBranch) != true { unreadable.append("HEAD") }
    // Where they cannot be listed, the files below say which is at fault.
    for name in ((try? refs())?.targets.keys.sorted() ?? [])
    where name.hasPrefix(HandbookRefs.ledgerPrefix) && ![Handbook.ledgerRef, Handbook.checkpointsRef].contains(name) {
      unreadable.append(name)
    }
    // Where no ref was packed there is no such file.
    guard let packed = files.contents(atPath: folder + "packed-refs") else { return unreadable }
    if packed.last != UInt8(ascii: "\n") { unreadable.append("packed-refs: its last line, which was cut") }
    for (number, line) in String(decoding: packed, as: UTF8.self).split(separator: "\n").enumerated() {
      // Git reads none of them where another word stands in its first line.
      if number == 0, line.hasPrefix("# pack-refs with:") { continue }
      if line.hasPrefix("^"), git_oid(hex: String(line.dropFirst())) != nil { continue }
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count != 2 || git_oid(hex: String(parts[0])) == nil || git_reference_is_valid_name(String(parts[1])) != 1
      {
        unreadable.append("packed-refs: \(line.prefix(80))")
      }
    }
    return unreadable
  }

  /// What makes git show other commits or objects than are there: refs that replace one, grafts, another repository's objects, or all of
  /// another repository's; attributes by which it shows texts otherwise.
  package func substitutes() throws(HandbookError) -> [String] {
    let folder = try locked { $0.folder }
    return try refs().targets.keys.filter { $0.hasPrefix("refs/replace/") }.sorted()
      + [
        "info/grafts", "info/attributes", "objects/info/alternates", "objects/info/commit-graph",
        "objects/info/commit-graphs", "shallow", "commondir",
      ].filter {
        FileManager.default.fileExists(atPath: folder + $0)
      }
  }

  /// What git writes into a repository that it makes, and reads before anything else: with another word there it does nothing at all.
  private static let booleans = ["core.filemode", "core.ignorecase", "core.symlinks", "core.precomposeunicode"]

  /// Settings that Sopwright rests on and that are others now, by their names, and those that git cannot read; see `applySettings`.
  package func changedSettings() throws(HandbookError) -> [String] {
    let operation = "read the configuration of \(path)"
    let file = try locked { $0.folder } + "config"
    // libgit2 passes over what git takes for a part of a value.
    let bytes = FileManager.default.contents(atPath: file) ?? Data()
    if bytes.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F })
      || String(validating: bytes, as: UTF8.self) == nil
    {
      return ["a value with a control character, or one that is not UTF-8,"]
    }
    if let line = GitRepository.openQuote(in: bytes) { return ["the quote in line \(line), which nothing ends,"] }
    let configuration = try GitObject(operation, free: git_config_free) { git_config_open_ondisk($0, file) }
    func value(of name: String) -> String? {
      configuration.peek { configuration in
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        guard git_config_get_string_buf(&buffer, configuration, name) == 0, let text = buffer.ptr else { return nil }
        return String(cString: text)
      }
    }
    let changed = (Handbook.settings + [("core.bare", "true")])
      .filter { value(of: $0.name) != $0.value }.map(\.name)
    let unreadable = Handbook.booleans.filter { name in
      guard let text = value(of: name) else { return false }
      var isTrue: Int32 = 0
      return git_config_parse_bool(&isTrue, text) != 0
    }
    let format = "core.repositoryformatversion"
    return try changed + unreadable + unwelcome(in: configuration, operation)
      + (["0", "1"].contains(value(of: format)) ? [] : [format])
  }

  /// Sections of settings, without which a repository is complete, by which git reads another file of settings, checks less, or shows
  /// other texts, trailers and authors than there are.
  private static let unwelcomeSections = [
    "include.", "includeif.", "receive.fsck.", "fsck.", "diff.", "filter.", "trailer.", "mailmap.",
  ]

  /// Settings by which git would do less than `settings` say: run another hook or none, look at pushes less closely, show
  /// `refs/ledger` to them, sync otherwise, or read a second file of settings; and those by which it hides refs or shows something else.
  private func unwelcome(
    in configuration: borrowing GitObject, _ operation: String
  ) throws(HandbookError) -> [String] {
    try configuration.lend { (configuration) throws(HandbookError) in
      var iterator: OpaquePointer?
      try LibGit2.check(git_config_iterator_new(&iterator, configuration), operation)
      defer { git_config_iterator_free(iterator) }
      var found: Set<String> = []
      var entry: UnsafeMutablePointer<git_config_entry>?
      while git_config_next(&entry, iterator) == 0, let entry {
        let (name, value) = (String(cString: entry.pointee.name), entry.pointee.value.map { String(cString: $0) })
        switch name {
        case "core.hookspath", "core.worktree", "extensions.worktreeconfig", "receive.procreceiverefs":
          found.insert(name)
        case "core.fsyncmethod" where value != "fsync": found.insert(name)
        case "receive.fsckobjects":
          // Without a value it is true.
          var isTrue: Int32 = 1
          if let value, git_config_parse_bool(&isTrue, value) != 0 || isTrue == 0 { found.insert(name) }
        case "transfer.hiderefs", "uploadpack.hiderefs": found.insert(name)
        case "core.attributesfile", "format.pretty", "i18n.logoutputencoding": found.insert(name)
        case _ where Handbook.unwelcomeSections.contains { name.hasPrefix($0) }: found.insert(name)
        default: break
        }
      }
      return found.sorted()
    }
  }
}
