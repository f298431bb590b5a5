// SPDX-License-Identifier: Apache-2.0

internal import Handbook
package import Ledger
package import Remediation

/// A version of an SOP with its text.
package struct SOPText: Sendable {
  package let version: SOPVersion
  package let bytes: [UInt8]
}

extension Workspace {
  /// The SOPs in the handbook, by path: of each the newest version.
  package func sops() throws -> [SOPVersion] {
    try ledger.read { try $0.newestVersions() }.filter { !$0.isRetired }
  }

  /// Those that cover a code or tag, by path.
  package func sops(covering key: RecurrenceKey) throws -> [SOPVersion] {
    try ledger.read { try $0.sops(covering: key) }
  }

  /// SOPs that say so of themselves, or were deleted: of each the newest version.
  package func retired() throws -> [SOPVersion] {
    try ledger.read { reader in
      try
        (reader.newestVersions().filter(\.isRetired)
        + reader.deletedPaths().compactMap { try reader.versions(at: $0).last })
        .sorted { $0.reference.path < $1.reference.path }
    }
  }

  /// What the handbook holds that is left alone: links, names that no SOP can have, files too large or not UTF-8.
  package func leftAlone() throws -> [LeftAlone] {
    guard let tip = try handbook.tip() else { return [] }
    let unread = try ledger.read { try $0.leftAlone() }.map { LeftAlone(path: $0.path.text, reason: $0.problem) }
    return (try handbook.leftAlone(in: tip) + unread).sorted { $0.path < $1.path }
  }

  /// All versions of an SOP, newest first, through renames and copies.
  package func history(of sop: String) throws -> [SOPVersion] {
    let path = try sopPath(sop)
    let versions = try ledger.read { try $0.followed(path, throughCopies: true) }
    try ledger.keepWhatWasRead()
    guard !versions.isEmpty else { throw ProposalError.unknownSOP(sop) }
    return versions.reversed()
  }

  /// The newest version of an SOP, and what people said of it and its earlier versions: that they stand, were reviewed, were read.
  func standing(of sop: String) throws -> (version: SOPVersion, history: [HistoryEntry]) {
    try ledger.read { reader in
      let version = try newest(sop, reader)
      return (version, try reader.historyEntries(of: Event.subject(ofSOP: version.reference.path)))
    }
  }

  /// The newest version of an SOP with what was said of it, as `show sop:` prints it.
  /// - Throws: `ProposalError.unknownSOP`, `.deleted`.
  package func json(ofStanding sop: String) throws -> JSONValue {
    let (version, history) = try standing(of: sop)
    return try json(ofHistorical: version).with("title", .optional(version.title))
      .with("history", .array(history.map(\.json)))
  }

  /// Reads what the versions before the workspace say of themselves, where nobody has: which of them covered a code is not known until
  /// then. What is read is kept, so this takes time once.
  /// - Parameter progress: files read, of all that are to be read.
  func readOldVersions(progress: (Int, Int) -> Void) throws {
    guard let unread = try ledger.read({ try $0.unreadBlobs() }) else { return }
    if unread.isEmpty { try ledger.keep([], areAll: true) }
    for start in stride(from: 0, to: unread.count, by: Workspace.filesPerReading) {
      let end = min(start + Workspace.filesPerReading, unread.count)
      let blobs = Array(unread[start..<end])
      let contents = try SOPContents.list(of: blobs, in: handbook)
      try ledger.keep(zip(blobs, contents).map { (blob: $0, contents: $1) }, areAll: end == unread.count)
      progress(end, unread.count)
    }
  }

  /// So that nobody waits long for the lock meanwhile.
  static let filesPerReading = 500

  /// The version that `SOP`, `SOP@3` or `SOP@COMMIT` names: the newest; the newest commit with that version; that commit's.
  package func version(_ text: String) throws -> SOPVersion {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let history = try history(of: parts[0])
    guard parts.count == 2 else { return history[0] }
    let wanted = parts[1].hasPrefix("v") ? String(parts[1].dropFirst()) : parts[1]
    if let number = Int(wanted), let version = history.first(where: { $0.reference.version == number }) {
      return version
    }
    if let commit = try handbook.resolve(parts[1]),
      let version = history.first(where: { $0.reference.commit == commit })
    {
      return version
    }
    throw ProposalError.unknownVersion(history[0].reference.path, parts[1])
  }

  /// The text of a version, checked against the digest under which it is known.
  package func text(of version: SOPVersion) throws -> SOPText {
    guard version.blob != nil else { throw ProposalError.deleted(version.reference.path, version.reference.commit) }
    let document = try handbook.document(at: version.reference.path, in: version.reference.commit)
    guard let document, MerkleTree.sha256(document.bytes) == version.reference.content else {
      throw ProposalError.unknownSOP("\(version.reference.path)@\(version.reference.commit)")
    }
    return SOPText(version: version, bytes: document.bytes)
  }

  /// A version as HTML that is safe to show: nothing in it runs, loads from elsewhere, or links to a place that could. Its front
  /// matter is left out; each block says by `data-line` on which line of the file it begins.
  package func html(of text: SOPText) -> String { Workspace.html(of: text.bytes) }

  /// The same of a text that is no version yet.
  package static func html(of bytes: [UInt8]) -> String {
    let body = (try? ParsedSOP(bytes: bytes))?.body ?? bytes  // front matter that cannot be read is text
    let before = bytes.dropLast(body.count).count { $0 == UInt8(ascii: "\n") }
    return MarkdownHTML(rendering: body, firstLine: before + 1).html
  }

  /// The difference between two versions of an SOP, in unified form.
  package func difference(from old: SOPVersion, to new: SOPVersion) throws -> String {
    try handbook.unifiedDiff(from: text(of: old).bytes, to: text(of: new).bytes, path: new.reference.path.text)
  }

  /// What a change proposes against the version that it started from, in unified form; the whole text where the SOP is new.
  package func difference(of change: SOPChange) throws -> String {
    let proposed = try ledger.read { try $0.document(change.draft.content) } ?? []
    let base = try change.draft.base.flatMap { try handbook.bytes(ofBlob: $0.blob) }
    return try handbook.unifiedDiff(from: base ?? [], to: proposed, path: change.draft.path.text)
  }

  /// The version as people write it: `v3`; with the commit where somebody pushed without raising the number.
  package func label(of version: SOPVersion, among history: [SOPVersion]) -> String {
    let number = version.reference.version
    let isAlone = history.count { $0.reference.version == number } == 1
    return isAlone || version.change != nil ? "v\(number)" : "v\(number)+\(version.reference.commit.abbreviated)"
  }

  /// How a version came to be, as people read it: the change that was approved, or that it was there when the workspace was made, or
  /// that somebody pushed it past the tool.
  package func origin(of version: SOPVersion) -> String {
    switch version.origin {
    case .change(let id): id.description
    case .founding: "there at the start"
    case .push:
      version.ratifiedBy.map { "pushed, ratified by \($0)" }
        ?? (version.isApproved ? "pushed, as approved before" : "unapproved")
    }
  }

  /// `sop list` and `sop history` as scripts read them.
  package func json(ofListed version: SOPVersion) -> JSONValue {
    .fields([
      "id": .string(version.reference.id), "path": .text(version.reference.path),
      "version": .int(version.reference.version), "in_force_from": .text(version.inForceFrom),
      "title": .optional(version.title), "owner": .optional(version.owner), "review_by": .text(version.reviewBy),
      "approved": .bool(version.isApproved),
      "retired": .bool(version.isRetired), "deleted": .bool(version.blob == nil),
    ])
  }

  /// `sop show` as scripts read it.
  package func json(of text: SOPText, isHTML: Bool) -> JSONValue {
    json(ofListed: text.version).with("commit", .text(text.version.reference.commit))
      .with("sha256", .text(text.version.reference.content))
      .with("text", .string(String(decoding: text.bytes, as: UTF8.self)))
      .with("html", isHTML ? .string(html(of: text)) : .null)
  }

  package func json(ofHistorical version: SOPVersion) throws -> JSONValue {
    let items = try version.change.map { id in try ledger.read { try $0.requiredChange(id).draft.closes } } ?? []
    return .fields([
      "version": .int(version.reference.version), "commit": .text(version.reference.commit),
      "path": .text(version.reference.path), "deleted": .bool(version.blob == nil), "author": .string(version.author),
      "committed_at": .text(version.committedAt),
      "in_force_from": .text(version.inForceFrom), "change": .text(version.change),
      "items": .array(items.map(JSONValue.text)), "approved": .bool(version.isApproved),
      "origin": .string(version.origin.word), "ratified_by": .text(version.ratifiedBy),
    ])
  }
}

extension LeftAlone {
  /// `sop list --left-alone` as scripts read it.
  package var json: JSONValue { .fields(["path": .string(path), "reason": .string(reason)]) }
}

extension LedgerReader {
  func sops(covering key: RecurrenceKey) throws -> [SOPVersion] {
    try paths(covering: key).compactMap { try versions(at: $0).last }
      .filter { $0.blob != nil && !$0.isRetired && $0.keys.contains(key) }
  }
}
