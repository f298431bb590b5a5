// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// Where a trace begins.
package enum TraceStart: Equatable, Sendable, CustomStringConvertible {
  case key(RecurrenceKey)
  case item(ItemID)
  case change(ChangeID)
  case commit(CommitID)
  case sop(SOPPath)
  /// A line of an SOP, counted from 1.
  case line(SOPPath, Int)
  case reference(String)

  var kind: String {
    switch self {
    case .key(let key): key.kind == .code ? "code" : "tag"
    case .item: "item"
    case .change: "change"
    case .commit: "commit"
    case .sop, .line: "sop"
    case .reference: "ref"
    }
  }

  var value: String {
    switch self {
    case .key(let key): key.value
    case .item(let id): id.description
    case .change(let id): id.description
    case .commit(let id): id.text
    case .sop(let path): path.text
    case .line(let path, let line): "\(path):\(line)"
    case .reference(let reference): reference
    }
  }

  package var description: String { "\(kind):\(value)" }
}

/// Why a trace cannot begin.
package enum TraceError: Error, Equatable {
  case nothingFits(String)
  case severalFit(String, [String])
  case noSuchLine(SOPPath, Int, of: Int)

  package var sentence: String {
    switch self {
    case .nothingFits(let what):
      "Nothing here is called \"\(what)\". Name a code, tag, item, change, commit, SOP or reference, as: code:RF-01"
    case .noSuchLine(let path, let line, let count):
      "\(path) has no line \(line); its newest version has \(count)."
    case .severalFit(let what, let starts):
      "\"\(what)\" can mean several things: \(starts.joined(separator: ", ")). Write the one you mean."
    }
  }
}

/// The whole chain, both ways: code, exceptions, items, decisions, SOP commits, and what came after.
package struct TraceResult: Sendable {
  package let start: TraceStart
  /// The version that put the line there, where the trace starts from one.
  package let line: SOPVersion?
  package let exceptions: ExceptionCount
  package let items: [ItemView]
  package let changes: [SOPChange]
  package let byVersion: [VersionCount]
  package let json: JSONValue

  /// Exceptions that occurred while a version was in force; `version` is nil for the time before the first.
  package struct VersionCount: Sendable {
    package let version: SOPVersion?
    package let from: Timestamp?
    package let to: Timestamp?
    package let count: Int
  }
}

extension Workspace {
  /// References that a trace lists unless asked for all.
  static let tracedReferences = 100

  /// - Parameter text: `code:RF-01`, `tag:…`, `item:REM-1`, `change:CHG-1`, `commit:…`, `sop:PATH`, `ref:…`; without the prefix where only
  ///   one fits.
  /// - Throws: `TraceError` where nothing fits, or several things do.
  package func trace(
    _ text: String, listingAll: Bool, by caller: Caller, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> TraceResult {
    try readOldVersions(progress: progress)
    let start = try traceStart(text)
    let line = try version(behind: start)
    return try ledger.read { reader in
      let chain = try chain(from: line.map { .commit($0.reference.commit) } ?? start, reader)
      let (items, ranges, alone) = (chain.items, chain.ranges, chain.alone)
      let changes = try changes(of: items, alone: alone, reader)
      let views = try ItemViews(reader, now: caller.now)
      let shown = try items.map { try views.view(reader.summary(of: $0)) }
      let exceptions =
        try chain.exact ?? reader.count(ranges, references: listingAll ? nil : Workspace.tracedReferences)
      let byVersion = try versionCounts(ranges, atMost: chain.exact?.count, reader)
      let lineage = try lineage(of: start, Set(ranges.map(\.key)), reader)
      let json = try JSONValue.fields([
        "what": .fields(["kind": .string(start.kind), "value": .string(start.value)]),
        "line": line.map {
          self.json(ofListed: $0).with("commit", .text($0.reference.commit)).with("author", .string($0.author))
            .with("committed_at", .text($0.committedAt))
        },
        "lineage": .array(lineage.map { .string($0.value) }),
        "exceptions": .fields([
          "count": .int(exceptions.count), "first": .text(exceptions.first), "last": .text(exceptions.last),
          "references": .array(exceptions.references.map(JSONValue.string)),
        ]),
        "items": .array(shown.map(\.json)),
        "changes": .array(changes.map { try views.change($0) }),
        "by_version": .array(byVersion.map(\.json)),
      ])
      return TraceResult(
        start: start, line: line, exceptions: exceptions, items: shown, changes: changes, byVersion: byVersion,
        json: json)
    }
  }

  // MARK: The chain

  struct Chain {
    var items: [ItemID] = []
    /// The exceptions behind them.
    var ranges: [ExceptionRange] = []
    /// Changes that the start names without an item.
    var alone: [ChangeID] = []
    /// The exceptions themselves, where the start names them and no range does.
    var exact: ExceptionCount?
  }

  func chain(from start: TraceStart, _ reader: LedgerReader) throws -> Chain {
    func closed(_ items: [ItemID], _ changes: [ChangeID]) throws -> Chain {
      Chain(items: items, ranges: try items.flatMap { try reader.ranges(of: $0) }, alone: changes)
    }
    switch start {
    case .key(let key):
      let family = try family(of: key, reader)
      return Chain(
        items: try family.flatMap { try items(of: $0, reader) }.sorted(), ranges: family.map { ExceptionRange(key: $0) }
      )
    case .item(let id):
      return Chain(items: try relatives(of: id, reader), ranges: try reader.ranges(of: id))
    case .change(let id): return try closed(reader.requiredChange(id).draft.closes, [id])
    case .commit(let commit):
      let changes = try reader.changes(committedIn: commit).sorted()
      return try closed(Set(changes.flatMap { try reader.requiredChange($0).draft.closes }).sorted(), changes)
    case .sop(let path), .line(let path, _):
      let changes = try reader.changes(at: path)
      return try closed(Set(changes.flatMap(\.draft.closes)).sorted(), changes.map(\.id))
    case .reference(let reference): return try chain(ofReference: reference, reader)
    }
  }

  /// The exceptions of one reference, in whatever source, and the items that they belong to.
  private func chain(ofReference reference: String, _ reader: LedgerReader) throws -> Chain {
    var chain = Chain()
    var times: [Timestamp] = []
    var references: [String] = []
    var lookup = ItemLookup(reader)
    try reader.forEachException(ExceptionFilter(reference: reference)) { row in
      let record = row.record
      let time = record.occurredAt
      times.append(time)
      references.append(record.reference)
      chain.items += try lookup.items(of: row)
      chain.ranges.append(
        ExceptionRange(
          key: RecurrenceKey(.code, record.code), from: time, to: Timestamp(milliseconds: time.milliseconds + 1)))
    }
    chain.items = Set(chain.items).sorted()
    chain.exact = ExceptionCount(count: times.count, first: times.min(), last: times.max(), references: references)
    return chain
  }

  /// The version that put a line there.
  /// - Throws: `TraceError.noSuchLine`.
  func version(behind start: TraceStart) throws -> SOPVersion? {
    guard case .line(let path, let line) = start else { return nil }
    let blame = try blame(path.text)
    guard let part = blame.parts.first(where: { $0.lines.contains(line) }) else {
      throw TraceError.noSuchLine(path, line, of: blame.parts.last?.lines.upperBound ?? 0)
    }
    return part.version
  }

  private func items(of key: RecurrenceKey, _ reader: LedgerReader) throws -> [ItemID] {
    try reader.items(ItemFilter(key: key)).map(\.item.id).sorted()
  }

  /// The item, those that it continues, and those that continue it.
  private func relatives(of id: ItemID, _ reader: LedgerReader) throws -> [ItemID] {
    let item = try reader.requiredItem(id)
    let all = try family(of: item.key, reader).flatMap { try reader.items(ItemFilter(key: $0)) }.map(\.item)
    var related: Set<ItemID> = [id]
    var isGrowing = true
    while isGrowing {
      let before = related.count
      for item in all {
        guard let previous = item.follows else { continue }
        if related.contains(item.id) { related.insert(previous) }
        if related.contains(previous) { related.insert(item.id) }
      }
      isGrowing = related.count > before
    }
    return related.sorted()
  }

  private func changes(of items: [ItemID], alone: [ChangeID], _ reader: LedgerReader) throws -> [SOPChange] {
    let named = try items.compactMap { try reader.requiredItem($0).change }
    return try Set(named + alone).sorted().map { try reader.requiredChange($0) }
  }

  /// What the keys of a trace took over from, and what took over from them.
  private func lineage(
    of start: TraceStart, _ keys: Set<RecurrenceKey>, _ reader: LedgerReader
  ) throws -> [RecurrenceKey] {
    let own: RecurrenceKey? =
      switch start {
      case .key(let key): key
      case .item(let id): try reader.requiredItem(id).key
      default: nil
      }
    return Set(try keys.flatMap { try family(of: $0, reader).dropFirst() }).filter { $0 != own }.sorted()
  }

  /// A key, those that it took over from, and those that took over from it.
  private func family(of key: RecurrenceKey, _ reader: LedgerReader) throws -> [RecurrenceKey] {
    let taxonomy = try reader.requiredTaxonomy().taxonomy
    return [key] + taxonomy.predecessors(of: key) + taxonomy.heirs(of: key)
  }

  /// - Parameter most: what the counts of single instants are cut to: others may have occurred at the same instant.
  private func versionCounts(
    _ ranges: [ExceptionRange], atMost most: Int?, _ reader: LedgerReader
  ) throws -> [TraceResult.VersionCount] {
    // A code and its tags are the same exceptions: where there are codes, they are counted alone.
    let codes = ranges.filter { $0.key.kind == .code }
    let counted = codes.isEmpty ? ranges : codes
    return try Dictionary(grouping: counted, by: \.key).sorted { $0.key < $1.key }.flatMap { key, ranges in
      let intervals = try reader.inForceTimeline(of: key).intervals
      var stretches: [(from: Timestamp?, to: Timestamp?, version: SOPVersion?)] = [(nil, intervals.first?.from, nil)]
      stretches += intervals.map { ($0.from, $0.to, $0.version) }
      return try stretches.compactMap { stretch -> TraceResult.VersionCount? in
        let parts = ranges.compactMap { $0.clipped(from: stretch.from, to: stretch.to) }
        let counted = try reader.count(parts, references: 0).count
        let count = min(counted, most ?? counted)
        guard stretch.version != nil || count > 0 else { return nil }
        return TraceResult.VersionCount(version: stretch.version, from: stretch.from, to: stretch.to, count: count)
      }
    }
  }
}

extension TraceResult.VersionCount {
  var json: JSONValue {
    .fields([
      "sop": version.map { .fields(["id": .string($0.reference.id), "path": .text($0.reference.path)]) } ?? .null,
      "version": version.map { .int($0.reference.version) } ?? .null,
      "commit": .text(version?.reference.commit),
      "from": .text(from),
      "to": .text(to),
      "count": .int(count),
    ])
  }
}
