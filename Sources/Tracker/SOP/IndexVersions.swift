// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Handbook
internal import Ledger
internal import Remediation
internal import Synchronization

// From commits to rows: which version of which SOP a commit brought.
extension Workspace {
  /// Takes up what people pushed to the branch: an event for the move of the tip, and a version for each change.
  /// - Returns: whether there was anything.
  @discardableResult
  func adoptPushes(_ transaction: LedgerTransaction) throws -> Bool {
    let known = try transaction.reader.handbookTip()
    guard let tip = try handbook.tip(), tip != known else { return false }
    // A commit of ours that is not recorded yet is no push; finishing its closing takes it up.
    guard try transaction.reader.changes(in: ["committing"]).isEmpty else { return false }
    try adopt(from: known, to: tip, transaction)
    // So that rewriting the branch later cannot hide it.
    try handbook.advanceLedgerTip(to: tip)
    return true
  }

  /// Records that the branch moved past the tool, and indexes what it took up.
  func adopt(from known: CommitID?, to tip: CommitID, _ transaction: LedgerTransaction) throws {
    try transaction.append(.handbook(.tipAdopted(from: known, to: tip)), actor: .rules)
    try index(indexedCommits(from: known, to: tip, origin: .push), transaction)
  }

  /// Indexes commits, and reads the files that they brought.
  func index(_ commits: [IndexedCommit], _ transaction: LedgerTransaction) throws {
    try transaction.index(commits)
    for file in commits.flatMap(\.files) {
      guard let blob = file.blob else { continue }
      try transaction.keep(SOPContents(of: blob, in: handbook), of: blob)
    }
  }

  /// Indexes the whole history of the branch, and reads the files at its tip; those of older versions are read when somebody asks.
  func indexFounding(
    at tip: CommitID, _ transaction: LedgerTransaction, progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws {
    progress(0, 0)
    // Both at once, each with a repository of its own.
    let other = try Handbook.open(at: handbook.path)
    let commits = Mutex<Result<[IndexedCommit], any Error>>(.success([]))
    let contents = Mutex<Result<[(blob: String, contents: SOPContents)], any Error>>(.success([]))
    DispatchQueue.concurrentPerform(iterations: 2) { part in
      if part == 0 {
        let read = Result { try indexedCommits(from: nil, to: tip, origin: .founding, progress: progress) }
        commits.withLock { $0 = read }
      } else {
        let read = Result {
          try other.documents(in: tip).map { (blob: $0.blob, contents: try SOPContents(of: $0.blob, in: other)) }
        }
        contents.withLock { $0 = read }
      }
    }
    try transaction.index(commits.withLock { $0 }.get())
    for (blob, contents) in try contents.withLock({ $0 }).get() { try transaction.keep(contents, of: blob) }
  }

  /// The commits along the first parents from one tip to another, oldest first. Where the old tip is no longer among them, somebody
  /// merged or rewrote: then the two trees are compared, and what differs counts as brought by the new tip.
  func indexedCommits(
    from old: CommitID?, to tip: CommitID, origin: SOPVersion.Origin,
    progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> [IndexedCommit] {
    let line = try handbook.log(from: old, to: tip, progress: progress)
    if line.first?.parent == old, !line.isEmpty {
      return line.map { IndexedCommit($0.id, by: $0.author, at: $0.time, $0.changes, origin) }
    }
    guard let details = try handbook.commit(tip) else { return [] }
    return [
      IndexedCommit(tip, by: details.author, at: details.time, try handbook.changes(from: old, to: tip), origin)
    ]
  }
}

extension IndexedCommit {
  fileprivate init(
    _ id: CommitID, by author: Signature, at time: Timestamp, _ changes: [FileChange], _ origin: SOPVersion.Origin
  ) {
    self.init(
      id: id, author: author.text, committedAt: time, origin: origin,
      files: changes.map { File(path: $0.path, blob: $0.newBlob) })
  }
}

extension Signature {
  /// As git writes it: `Name <address>`.
  var text: String { "\(name) <\(address)>" }
}

extension HandbookReading {
  init(of handbook: Handbook) {
    self.init(
      contents: { try SOPContents.list(of: $0, in: handbook) },
      origin: { path, commit in
        guard let origin = try handbook.origin(of: path, in: commit),
          let text = String(validating: origin.path, as: UTF8.self),
          // What no SOP can be has no versions to follow.
          let source = try? SOPPath(text)
        else { return nil }
        return SOPOrigin(source: source, isCopy: origin.isCopy)
      })
  }
}

extension SOPContents {
  /// What a file says of itself. Front matter that cannot be read is none: people's own files need not follow our rules.
  init(of blob: String, in handbook: Handbook) throws {
    self.init(file: try handbook.bytes(ofBlob: blob))
  }

  static func list(of blobs: [String], in handbook: Handbook) throws -> [SOPContents] {
    try handbook.files(blobs) { SOPContents(file: $0) }
  }

  private init(file bytes: [UInt8]?) {
    guard let bytes else {
      self = .leftAlone("larger than \(SOPGate.largestText) bytes")
      return
    }
    self.init(bytes)
  }

  init(_ bytes: [UInt8]) {
    let parsed = try? ParsedSOP(bytes: bytes)
    // What could be read was text; only of the rest is it asked again.
    guard parsed != nil || (String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)) else {
      self = .leftAlone("not UTF-8 text")
      return
    }
    var frontMatter = parsed?.frontMatter ?? SOPFrontMatter()
    if frontMatter.title == nil { frontMatter.title = parsed?.heading }
    self = .sop(content: MerkleTree.sha256(bytes), frontMatter)
  }
}

extension ParsedSOP {
  /// The text of the first line `# …`; nil where there is none among the first lines.
  fileprivate var heading: String? {
    var rest = body.prefix(2_000)
    var lines = 0
    while !rest.isEmpty, lines < 20 {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(line.count + 1)
      guard line.starts(with: "# ".utf8) else {
        lines += line.isEmpty ? 0 : 1
        continue
      }
      let title = line.dropFirst(2)
      // Most titles are in ASCII, where nothing is to be looked up.
      if title.first != UInt8(ascii: " "), title.allSatisfy({ (0x20..<0x7F).contains($0) }) {
        return title.isEmpty ? nil : String(decoding: title, as: UTF8.self)
      }
      let text = String(decoding: title, as: UTF8.self).trimmingPrefix(while: \.isWhitespace)
      return text.isEmpty ? nil : String(text.filter { !$0.isNewline })
    }
    return nil
  }
}
