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
  /// Below this, comparing all versions again takes less time than storing what was found.
  static let versionsWorthKeeping = 16

  /// Which version put each line into the newest text of an SOP, through renames, and which items and exceptions led to it. Lines of a
  /// file that was copied came with the commit that copied it, as for `git blame`.
  /// - Throws: `ProposalError.unknownSOP` where there is none, or it was deleted.
  package func blame(_ sop: String) throws -> Blame {
    let path = try sopPath(sop)
    let result = try ledger.read { reader in
      let history = try reader.followed(path, throughCopies: false)
      guard let newest = history.last, newest.blob != nil else { throw ProposalError.unknownSOP(sop) }
      let known = try reader.lines(of: path)
      let origins = SOPLines(
        commit: newest.reference.commit, runs: try lineOrigins(of: history, startingFrom: known))
      let isLong = history.count > Workspace.versionsWorthKeeping
      if isLong, known != origins { reader.remember(origins, of: path) }
      let lines = Blame.lines(of: try newest.blob.flatMap { try handbook.bytes(ofBlob: $0) } ?? [])
      var parts: [BlamedLines] = []
      var start = 0
      for run in origins.runs {
        let text = Array(lines[start..<min(start + run.count, lines.count)])
        guard !text.isEmpty else { continue }
        parts.append(BlamedLines(lines: (start + 1)...(start + text.count), version: history[run.place], text: text))
        start += run.count
      }
      let changes = Set(parts.compactMap(\.version.change))
      let causes = try Dictionary(uniqueKeysWithValues: changes.map { ($0, try reader.cause(of: $0)) })
      return Blame(version: newest, parts: parts, causes: causes)
    }
    try ledger.keepWhatWasRead()
    return result
  }

  /// Which versions of a history, oldest first, put the lines into its last one.
  /// - Parameter known: of an earlier version; what it says is taken, and moved on with each later one.
  func lineOrigins(of history: [SOPVersion], startingFrom known: SOPLines?) throws -> [SOPLines.Run] {
    var runs: [SOPLines.Run] = []
    var blobs: [String?] = [nil]
    var first = 0
    if let known, let place = history.lastIndex(where: { $0.reference.commit == known.commit }),
      known.runs.allSatisfy({ $0.place <= place })
    {
      runs = known.runs
      blobs = [history[place].blob]
      first = place + 1
    }
    blobs += history[first...].map(\.blob)
    for (place, changes) in zip(first..., try handbook.lineChanges(along: blobs)) {
      runs = SOPLines.moved(runs, by: changes, to: place)
    }
    return runs
  }
}

extension SOPLines {
  /// The runs of the next version, given how its lines differ.
  fileprivate static func moved(_ runs: [Run], by changes: [LineChange], to place: Int) -> [Run] {
    var moved: [Run] = []
    var rest = runs.makeIterator()
    var current = rest.next()
    var passed = 0
    /// Takes so many lines off the old runs.
    func take(_ count: Int, keeping isKept: Bool) {
      var count = count
      while count > 0, let run = current {
        let taken = min(count, run.count)
        if isKept { append(Run(count: taken, place: run.place)) }
        current = taken < run.count ? Run(count: run.count - taken, place: run.place) : rest.next()
        count -= taken
      }
    }
    func append(_ run: Run) {
      guard run.count > 0 else { return }
      if let last = moved.last, last.place == run.place {
        moved[moved.count - 1] = Run(count: last.count + run.count, place: run.place)
      } else {
        moved.append(run)
      }
    }
    for change in changes {
      take(change.old.lowerBound - passed, keeping: true)
      take(change.old.count, keeping: false)
      append(Run(count: change.new.count, place: place))
      passed = change.old.upperBound
    }
    take(.max, keeping: true)
    return moved
  }
}

extension Blame {
  fileprivate static func lines(of bytes: [UInt8]) -> [String] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

extension LedgerReader {
  /// What led to a change.
  func cause(of id: ChangeID) throws -> Blame.Cause {
    let change = try requiredChange(id)
    let ranges = try change.draft.closes.flatMap { try self.ranges(of: $0) }
    // A code and its tags are the same exceptions: where there are codes, they are counted alone.
    let codes = ranges.filter { $0.key.kind == .code }
    return Blame.Cause(
      items: change.draft.closes, keys: change.draft.keys,
      exceptions: try count(codes.isEmpty ? ranges : codes, references: 0).count,
      summary: try text(change.draft.summary) ?? "")
  }
}
