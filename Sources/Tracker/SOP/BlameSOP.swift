// SPDX-License-Identifier: Apache-2.0

internal import Handbook
package import Ledger
package import Remediation

/// Lines of an SOP that one version put there.
package struct BlamedLines: Sendable {
  /// Counted from 1.
  package let lines: ClosedRange<Int>
  package let version: SOPVersion
  package let text: [String]
}

/// Which version put each line into an SOP, and what led to it.
package struct Blame: Sendable {
  package let version: SOPVersion
  /// In the file's order, neighbours of different versions.
  package let parts: [BlamedLines]
  /// What led to the versions that an approved change made.
  package let causes: [ChangeID: Cause]

  /// The items that a change closed, their keys, and how many exceptions are behind them.
  package struct Cause: Sendable {
    package let items: [ItemID]
    package let keys: [RecurrenceKey]
    package let exceptions: Int
    package let summary: String
  }

  package var json: JSONValue {
    .array(
      parts.flatMap { part in
        zip(part.lines, part.text).map { line, text in json(of: line, text, part.version) }
      })
  }

  private func json(of line: Int, _ text: String, _ version: SOPVersion) -> JSONValue {
    let cause = version.change.flatMap { causes[$0] }
    return .fields([
      "line": .int(line), "text": .string(text), "commit": .text(version.reference.commit),
      "path": .text(version.reference.path), "version": .int(version.reference.version),
      "author": .string(version.author), "committed_at": .text(version.committedAt), "change": .text(version.change),
      "items": .array((cause?.items ?? []).map(JSONValue.text)),
      "keys": .array((cause?.keys ?? []).map { .string($0.value) }),
      "exceptions": .int(cause?.exceptions ?? 0), "approved": .bool(version.isApproved),
    ])
  }
}

extension Workspace {
  /// Which version put each line into the newest text of an SOP, through renames, and which items and exceptions led to it. Lines of a
  /// file that was copied came with the commit that copied it, as for `git blame`.
  /// - Throws: `ProposalError.unknownSOP` where there is none, or it was deleted.
  package func blame(_ sop: String) throws -> Blame {
    let path = try sopPath(sop)
    let result = try ledger.read { reader in
      let history = try reader.followed(path, throughCopies: false)
      guard let newest = history.last, newest.blob != nil else { throw ProposalError.unknownSOP(sop) }
      let (lines, origins) = try origins(of: history)
      var parts: [BlamedLines] = []
      var start = 0
      for end in 1..<max(lines.count + 1, 1) where end == lines.count || origins[end] != origins[start] {
        parts.append(
          BlamedLines(lines: (start + 1)...end, version: history[origins[start]], text: Array(lines[start..<end])))
        start = end
      }
      let changes = Set(parts.compactMap(\.version.change))
      let causes = try Dictionary(uniqueKeysWithValues: changes.map { ($0, try reader.cause(of: $0)) })
      return Blame(version: newest, parts: parts, causes: causes)
    }
    try ledger.keepWhatWasRead()
    return result
  }

  /// The newest text's lines, and for each the version, by its place in the history, that put it there.
  private func origins(of history: [SOPVersion]) throws -> (lines: [String], origins: [Int]) {
    var bytes: [UInt8] = []
    var origins: [Int] = []
    for (index, version) in history.enumerated() {
      let next = try version.blob.flatMap { try handbook.bytes(ofBlob: $0) } ?? []
      guard next != bytes else { continue }
      var moved: [Int] = []
      var kept = 0
      for change in try Handbook.lineChanges(from: bytes, to: next) {
        moved += origins[kept..<change.old.lowerBound]
        moved += repeatElement(index, count: change.new.count)
        kept = change.old.upperBound
      }
      origins = moved + origins[kept...]
      bytes = next
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return (lines, origins)
  }
}

extension LedgerReader {
  /// What led to a change.
  func cause(of id: ChangeID) throws -> Blame.Cause {
    let change = try requiredChange(id)
    let ranges = try change.draft.closes.compactMap { try range(of: $0) }
    // A code and its tags are the same exceptions: where there are codes, they are counted alone.
    let codes = ranges.filter { $0.key.kind == .code }
    return Blame.Cause(
      items: change.draft.closes, keys: change.draft.keys,
      exceptions: try count(codes.isEmpty ? ranges : codes, references: 0).count,
      summary: try text(change.draft.summary) ?? "")
  }
}
