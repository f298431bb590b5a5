// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

extension Handbook {
  /// The file at this path in this commit; nil where nothing is there.
  ///
  /// - Throws: where a folder, a symlink or a submodule is there, the file is larger than 1 MiB, or there is no such
  ///   commit.
  package func document(at path: SOPPath, in commit: CommitID) throws(HandbookError) -> SOPDocument? {
    try locked { (repository) throws(HandbookError) in
      guard let id = try repository.file(at: path, in: commit) else { return nil }
      let bytes = try repository.blob(id, called: "\(path) in \(commit.abbreviated)")
      return SOPDocument(path: path, blob: id.hex, bytes: bytes)
    }
  }

  /// Git's id of the file at this path in this commit, of whatever size; nil where nothing is there.
  ///
  /// - Throws: where a folder, a symlink or a submodule is there, or there is no such commit.
  package func blob(at path: SOPPath, in commit: CommitID) throws(HandbookError) -> String? {
    try locked { (repository) throws(HandbookError) in try repository.file(at: path, in: commit)?.hex }
  }

  /// The bytes of a file, by git's id of it; nil where it is larger than an SOP may be.
  ///
  /// - Throws: where the repository has no such file.
  package func bytes(ofBlob blob: String) throws(HandbookError) -> [UInt8]? {
    try locked { (repository) throws(HandbookError) in try repository.file(blob) }
  }

  /// What `transform` makes of each of these files, in their order; it gets nil of a file larger than an SOP may be. Many are read on
  /// two threads, so `transform` is called from both.
  ///
  /// - Throws: where the repository lacks one.
  package func files<Result: Sendable>(
    _ blobs: [String], _ transform: @Sendable ([UInt8]?) -> Result
  ) throws(HandbookError) -> [Result] {
    @Sendable func read(
      _ blobs: ArraySlice<String>, _ repository: borrowing GitRepository
    ) throws(HandbookError) -> [Result] {
      var results: [Result] = []
      for blob in blobs { results.append(transform(try repository.file(blob))) }
      return results
    }
    guard blobs.count >= Handbook.fewestForTwo else {
      return try locked { (repository) throws(HandbookError) in try read(blobs[...], repository) }
    }
    let half = blobs.count / 2
    let (first, second) = try onTwo(
      { (repository) throws(HandbookError) in try read(blobs[..<half], repository) },
      { (repository) throws(HandbookError) in try read(blobs[half...], repository) })
    return first + second
  }

  /// Below this, a second thread costs more than it saves.
  static let fewestForTwo = 16

  /// What stands at this path in this commit (nil: in a repository without one), what stands in its way, and whether
  /// another path differs from it by case or Unicode normalization only. Refuses nothing.
  package func entry(at path: SOPPath, in commit: CommitID?) throws(HandbookError) -> PathEntry {
    guard let commit else { return PathEntry(kind: .absent, obstacle: nil, twin: nil) }
    return try locked { (repository) throws(HandbookError) in
      let root = try repository.treeID(of: commit)
      let found = try repository.walk(to: path, from: root)
      let kind: PathEntry.Kind =
        switch found.entry?.kind {
        case nil: .absent
        case .file: .file(blob: found.entry?.id.hex ?? "")
        case .folder: .folder
        case .submodule: .submodule
        case .symlink, .unknown: .symlink
        }
      var parts: [String] = []
      let twin = try repository.twin(of: path, at: &parts, below: root)
      return PathEntry(kind: kind, obstacle: found.obstacle, twin: twin)
    }
  }

  /// Every regular file whose path is an SOP's, sorted by the paths' bytes. Symlinks, submodules, and names off the
  /// allow-list are passed over.
  ///
  /// - Throws: where there is no such commit, or its tree has more than 100,000 entries.
  package func documents(in commit: CommitID) throws(HandbookError) -> [SOPFile] {
    try locked { (repository) throws(HandbookError) in
      var comparison = try TreeComparison(repository)
      return try comparison.changes(from: nil, to: repository.treeID(of: commit)).compactMap { change in
        change.newBlob.map { SOPFile(path: change.path, blob: $0) }
      }
    }
  }
}

extension GitRepository {
  /// Nil where it is larger than an SOP may be.
  fileprivate func file(_ blob: String) throws(HandbookError) -> [UInt8]? {
    guard let id = git_oid(hex: blob) else { throw .refused("read a file", because: "\(blob) is no id of one") }
    return try self.blob(id, atMost: SOPDocument.largest, called: "file \(blob)")
  }

  func file(at path: SOPPath, in commit: CommitID) throws(HandbookError) -> git_oid? {
    let operation = "read \(path) in \(commit.abbreviated)"
    let found = try walk(to: path, from: treeID(of: commit))
    switch found.entry?.kind {
    case nil, .file: return found.entry?.id
    case .folder: throw .refused(operation, because: "it is a folder")
    case .symlink: throw .refused(operation, because: "it is a symbolic link")
    case .submodule: throw .refused(operation, because: "it is a submodule")
    case .unknown: throw .refused(operation, because: "it is no regular file")
    }
  }

  /// Goes down the path, byte by byte equal. The obstacle is the first part of it that is there and no folder.
  func walk(
    to path: SOPPath, from root: git_oid
  ) throws(HandbookError) -> (entry: TreeEntry?, obstacle: String?) {
    let parts = path.parts
    var folder = root
    for (index, part) in parts.enumerated() {
      guard let entry = try entries(ofTree: folder).first(where: { $0.name == part }) else { return (nil, nil) }
      if index == parts.count - 1 { return (entry, nil) }
      guard entry.kind == .folder else {
        return (nil, parts[...index].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/"))
      }
      folder = entry.id
    }
    return (nil, nil)
  }

  /// Another path of the same folded text: the whole of it, or a beginning of it that is no folder and so collides with
  /// the folder of the same name.
  func twin(
    of path: SOPPath, at above: inout [String], below folder: git_oid
  ) throws(HandbookError) -> String? {
    let parts = path.parts
    let depth = above.count
    let wanted = String(decoding: parts[depth], as: UTF8.self).folded
    for entry in try entries(ofTree: folder) {
      guard let name = entry.text, name.folded == wanted else { continue }
      above.append(name)
      defer { above.removeLast() }
      let isLast = depth == parts.count - 1
      if isLast || entry.kind != .folder {
        let text = above.joined(separator: "/")
        if !isLast || !text.utf8.elementsEqual(path.text.utf8) {
          // The same bytes up to here and no folder: an obstacle, not a twin.
          if !path.text.utf8.starts(with: (text + "/").utf8) { return text }
        }
      } else if let twin = try twin(of: path, at: &above, below: entry.id) {
        return twin
      }
    }
    return nil
  }
}

extension SOPPath {
  /// The names of its folders and its file, as bytes.
  var parts: [[UInt8]] { text.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) } }
}

extension String {
  /// Equal for names that a file system may take for the same: without case; and `==` compares by canonical
  /// equivalence.
  fileprivate var folded: String { String(String.UnicodeScalarView(unicodeScalars.map(\.folded))) }
}

extension Unicode.Scalar {
  /// Without case, where that is one scalar: the simple folding of Unicode, where a Turkish dotless i is a letter of its own. Git's hook
  /// has a table of them.
  package var folded: Unicode.Scalar {
    guard self != "\u{131}", let upper = properties.uppercaseMapping.only,
      let lower = upper.properties.lowercaseMapping.only
    else {
      return self
    }
    return lower
  }
}

extension String {
  /// The one scalar that it is; nil where it has more.
  fileprivate var only: Unicode.Scalar? { unicodeScalars.count == 1 ? unicodeScalars.first : nil }
}
