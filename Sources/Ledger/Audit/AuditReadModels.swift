// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

extension LedgerReader {
  /// Replays the ledger from nothing and compares every read model of it with what is stored.
  /// - Parameters:
  ///   - events: the ledger's, from `auditChain`.
  ///   - unreadable: what is found where a table cannot be read, by its name; the others are compared all the same.
  package func auditReadModels(
    _ events: [RecordedEvent], unreadable: (String, any Error) -> Finding
  ) throws -> [Finding] {
    let replay = try Replay(events) { try document($0) }
    let audits: [(table: String, audit: () throws -> [Finding])] = [
      ("items", { try auditItems(replay) }), ("changes", { try auditChanges(replay) }),
      ("history", { try auditHistory(replay) }), ("taxonomies", { try auditTaxonomies(events) }),
      ("taxonomy_proposal", { try auditTaxonomyProposal(events) }), ("sop_decisions", { try auditDecisions(events) }),
      ("segments", { try auditSegments(replay) }), ("segment_money", { try auditMoney() }),
    ]
    return audits.flatMap { table, audit in
      do { return try audit() } catch { return [unreadable("table \(table)", error)] }
    }
  }

  private func auditItems(_ replay: Replay) throws -> [Finding] {
    let stored = try rows(of: "items")
    let expected = Dictionary(uniqueKeysWithValues: replay.items.map { ($0.number, $1.tableRow) })
    return differing(stored, expected).map {
      Finding("item_state", ItemID($0).description, "The table of items says something else than its events.")
    }
  }

  private func auditChanges(_ replay: Replay) throws -> [Finding] {
    let stored = try rows(of: "changes")
    let expected = Dictionary(uniqueKeysWithValues: replay.changes.map { ($0.number, $1.tableRow) })
    return differing(stored, expected).map {
      Finding("change_state", ChangeID($0).description, "The table of changes says something else than its events.")
    }
  }

  private func rows(of table: String) throws -> [Int: TableRow] {
    var rows: [Int: TableRow] = [:]
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM \(table)")) {
      rows[try row["number"]] = TableRow(row)
    }
    return rows
  }

  private func differing(_ stored: [Int: TableRow], _ expected: [Int: TableRow]) -> [Int] {
    Set(stored.keys).union(expected.keys).sorted().filter { stored[$0] != expected[$0] }
  }

  private func auditHistory(_ replay: Replay) throws -> [Finding] {
    var stored: [Spelling: [Int]] = [:]
    for row in try Row.fetchAll(
      db.cachedStatement(sql: "SELECT subject, position FROM history ORDER BY subject, position"))
    {
      stored[Spelling(try row["subject"]), default: []].append(try row["position"])
    }
    let expected = Dictionary(uniqueKeysWithValues: replay.history.map { (Spelling($0), $1) })
    return Set(stored.keys).union(expected.keys).sorted().filter { stored[$0] != expected[$0] }.map {
      Finding("history", $0.text, "Its history lists other events than it has.")
    }
  }

  private func auditTaxonomies(_ events: [RecordedEvent]) throws -> [Finding] {
    var expected: [String] = []
    for recorded in events {
      if case .taxonomy(.adopted(let version, let document, _)) = recorded.event {
        expected.append("\(version) \(document) \(recorded.at.milliseconds)")
      }
    }
    let stored = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT version, document, adopted_at FROM taxonomies ORDER BY version")
    ).map {
      "\(try $0["version"] as Int) \([UInt8](try $0["document"] as Data).lowerCaseHex) \(try $0["adopted_at"] as Int64)"
    }
    guard stored != expected else { return [] }
    return [Finding("taxonomies", "taxonomy", "The table of taxonomies says something else than the ledger.")]
  }

  /// A proposal stands until the next adoption.
  private func auditTaxonomyProposal(_ events: [RecordedEvent]) throws -> [Finding] {
    var expected: String?
    for recorded in events {
      switch recorded.event {
      case .taxonomy(.proposed(let document)): expected = "\(document) \(recorded.actor)"
      case .taxonomy(.adopted): expected = nil
      default: break
      }
    }
    guard try taxonomyProposal().map({ "\($0.document) \($0.by)" }) != expected else { return [] }
    return [
      Finding("taxonomy_proposal", "taxonomy", "The table of what is proposed says something else than the ledger.")
    ]
  }

  /// Money of a stretch that is not there is in no sum, and would be in the next stretch of its key.
  private func auditMoney() throws -> [Finding] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT kind, value FROM segment_money WHERE NOT EXISTS (
            SELECT 1 FROM segments WHERE segments.kind = segment_money.kind AND segments.value = segment_money.value
            AND segments.ordinal = segment_money.ordinal)
          """)
    ).map { row in
      Finding(
        "recurrence", "\(try row["kind"] as String):\(try row["value"] as String)",
        "There is money of a stretch that it does not have.")
    }
  }

  private func auditDecisions(_ events: [RecordedEvent]) throws -> [Finding] {
    var expected: [SOPDecision] = []
    var positions: [Int] = []
    for recorded in events {
      guard case .sop(_, let event) = recorded.event else { continue }
      expected.append(SOPDecision(event, by: recorded.actor, at: recorded.at))
      positions.append(recorded.position)
    }
    let listed = try Int.fetchAll(
      db.cachedStatement(sql: "SELECT position FROM sop_decisions ORDER BY position"))
    guard try decisions() != expected || listed != positions else { return [] }
    return [
      Finding("sop_decisions", "handbook", "The table of what people said of SOPs says something else than the ledger.")
    ]
  }

  /// Every stretch of every key from the items' events and the evidence, by a full count.
  private func auditSegments(_ replay: Replay) throws -> [Finding] {
    guard let taxonomy = try taxonomy()?.taxonomy else { return [] }
    var keys = Set(replay.items.values.map(\.key))
    for kind in RecurrenceKey.Kind.allCases {
      keys.formUnion(taxonomy.entries(kind).map { RecurrenceKey(kind, $0.id) })
    }
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT DISTINCT kind, value FROM segments")) {
      keys.insert(RecurrenceKey(try row.choice("kind"), try row["value"]))
    }
    return try keys.sorted().compactMap { key in
      let expected = try replay.segments(of: key, rule: taxonomy.recurrenceRule(for: key)).map { segment in
        var segment = segment
        let fallback = segment.item.flatMap { replay.items[ItemID($0)]?.because.first.milliseconds }
        let window = try earliestWindow(of: segment, from: segment.since, to: Int64.max)
        segment.start = window?.first ?? fallback
        segment.heldAt = window?.heldAt
        (segment.occurrences, segment.money) = try totals(of: segment, from: segment.start)
        return segment
      }
      let stored = try segments(of: key)
      guard stored.count != expected.count || zip(stored, expected).contains(where: { !$0.says($1) }) else {
        return nil
      }
      return Finding("recurrence", key.description, "What is counted for it is not what its exceptions come to.")
    }
  }
}

/// What the events come to, with the history of each subject and the items that keys inherited.
private struct Replay {
  private var record = ReplayedRecord()
  var history: [String: [Int]] = [:]
  /// The items that were opened for each key.
  private var opened: [RecurrenceKey: [Int]] = [:]
  /// Items that keys took over from those that they replace.
  private var inherited: [RecurrenceKey: [Int]] = [:]

  var items: [ItemID: RemediationItem] { record.items }
  var changes: [ChangeID: SOPChange] { record.changes }

  /// - Parameter document: the bytes under a digest; nil where they are missing.
  init(_ events: [RecordedEvent], document: (Digest) throws -> [UInt8]?) rethrows {
    for recorded in events {
      // What cannot be read is a finding of its own.
      if case .taxonomy(.adopted(_, let digest, _)) = recorded.event, let bytes = try document(digest),
        let taxonomy = try? Taxonomy(json: JSONValue(parsing: bytes))
      {
        inherit(taxonomy)
      }
      for subject in record.apply(recorded) { history[subject, default: []].append(recorded.position) }
      if case .item(let id, .opened) = recorded.event, let item = items[id] {
        opened[item.key, default: []].append(id.number)
      }
    }
  }

  /// The stretches of a key, without what is counted in them.
  func segments(of key: RecurrenceKey, rule: RecurrenceRule?) -> [Segment] {
    Segment.cut(key, by: itemNumbers(of: key).compactMap { items[ItemID($0)] }, rule: rule)
  }

  private func itemNumbers(of key: RecurrenceKey) -> [Int] {
    (inherited[key] ?? []) + (opened[key] ?? []).sorted()
  }

  /// What the keys take over when a taxonomy is adopted, as the state was then.
  private mutating func inherit(_ taxonomy: Taxonomy) {
    for heir in taxonomy.heirs where itemNumbers(of: heir).isEmpty {
      inherited[heir] = Lineage.inherited(
        by: heir, in: taxonomy, itemsOf: itemNumbers(of:), isOpen: { items[ItemID($0)]?.isClosed == false })
    }
  }
}

extension Segment {
  fileprivate func says(_ other: Segment) -> Bool {
    ordinal == other.ordinal && since == other.since && until == other.until && rule == other.rule
      && start == other.start && heldAt == other.heldAt && item == other.item && suppressedBy == other.suppressedBy
      && occurrences == other.occurrences && money == other.money
  }
}
