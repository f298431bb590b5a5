// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// A stretch of a key's time that belongs to one item, from the effect of the closing before to the effect of its own.
/// See docs/architecture.md, "Recurrence".
struct Segment {
  let key: RecurrenceKey
  let ordinal: Int
  let since: Int64
  var until: Int64?
  var rule: RecurrenceRule?
  var start: Int64?
  var heldAt: Int64?
  var item: Int?
  var suppressedBy: Int?
  var occurrences: Int
  var money: [String: Int64] = [:]

  func contains(_ time: Int64) -> Bool { since <= time && time < until ?? Int64.max }

  init(key: RecurrenceKey, ordinal: Int, since: Int64) {
    self.key = key
    self.ordinal = ordinal
    self.since = since
    occurrences = 0
  }

  init(_ row: Row) throws {
    key = RecurrenceKey(try row.choice("kind"), try row["value"])
    ordinal = try row["ordinal"]
    since = try row["since"]
    until = try row["until"]
    rule = try (row["rule"] as String?).map { try RecurrenceRule($0) }
    start = try row["start"]
    heldAt = try row["held_at"]
    item = try row["item"]
    suppressedBy = try row["suppressed_by"]
    occurrences = try row["occurrences"]
  }
}

extension Segment {
  /// Ends it where the closing of its item takes effect.
  /// - Returns: the next, which watches the rule, or after a rejection its tripwire.
  mutating func end(by closing: RemediationItem.Closing, of item: ItemID, rule: RecurrenceRule?) -> Segment {
    let boundary = max(closing.takesEffect.milliseconds, since)
    until = boundary
    var next = Segment(key: key, ordinal: ordinal + 1, since: boundary)
    next.rule = rule
    if case .rejected(let signed) = closing {
      next.suppressedBy = item.number
      next.rule = signed.proposal.tripwire
    }
    return next
  }

  /// The stretches of a key that had these items, in their order, without what is counted in them.
  static func cut(_ key: RecurrenceKey, by items: [RemediationItem], rule: RecurrenceRule?) -> [Segment] {
    var segments: [Segment] = []
    var live = Segment(key: key, ordinal: 1, since: Int64.min)
    live.rule = rule
    for item in items {
      live.item = item.id.number
      live.rule = item.because.rule
      guard case .closed(let closing) = item.state else { break }
      let next = live.end(by: closing, of: item.id, rule: rule)
      segments.append(live)
      live = next
    }
    return segments + [live]
  }
}

extension LedgerReader {
  /// Numbers of the items of a key, and before them of those that it took over.
  func itemNumbers(of key: RecurrenceKey) throws -> [Int] {
    try Int.fetchAll(
      db.cachedStatement(
        sql: "SELECT item FROM segments WHERE kind = ? AND value = ? AND item IS NOT NULL ORDER BY ordinal"),
      arguments: [key.kind.rawValue, key.value])
  }

  /// The keys that each open item belongs to: its own, and those that took over from that.
  package func keysOfOpenItems() throws -> [ItemID: Set<RecurrenceKey>] {
    var keys: [ItemID: Set<RecurrenceKey>] = [:]
    for row in try Row.fetchAll(
      db.cachedStatement(sql: "SELECT kind, value, item FROM segments WHERE until IS NULL AND item IS NOT NULL"))
    {
      keys[ItemID(try row["item"]), default: []].insert(RecurrenceKey(try row.choice("kind"), try row["value"]))
    }
    return keys
  }

  /// All segments of a key, oldest first, with their money.
  func segments(of key: RecurrenceKey) throws -> [Segment] {
    var segments = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM segments WHERE kind = ? AND value = ? ORDER BY ordinal"),
      arguments: [key.kind.rawValue, key.value]
    ).map(Segment.init)
    let money = try Row.fetchAll(
      // Earlier versions kept sums of nothing.
      db.cachedStatement(
        sql: "SELECT ordinal, currency, amount FROM segment_money WHERE kind = ? AND value = ? AND amount <> 0"),
      arguments: [key.kind.rawValue, key.value])
    for row in money {
      let ordinal: Int = try row["ordinal"]
      if let index = segments.firstIndex(where: { $0.ordinal == ordinal }) {
        segments[index].money[try row["currency"]] = try row["amount"]
      }
    }
    return segments
  }
}

extension LedgerTransaction {
  func save(_ segment: Segment) throws {
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO segments
          (kind, value, ordinal, since, until, rule, start, held_at, item, suppressed_by, occurrences)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      segment.key.kind.rawValue, segment.key.value, segment.ordinal, segment.since, segment.until,
      segment.rule?.description, segment.start, segment.heldAt, segment.item, segment.suppressedBy,
      segment.occurrences,
    ])
    try db.cachedStatement(sql: "DELETE FROM segment_money WHERE kind = ? AND value = ? AND ordinal = ?")
      .execute(arguments: [segment.key.kind.rawValue, segment.key.value, segment.ordinal])
    // A sum of nothing says nothing, and stays where the one that had it was amended.
    for (currency, amount) in segment.money where amount != 0 {
      try db.cachedStatement(
        sql: "INSERT INTO segment_money (kind, value, ordinal, currency, amount) VALUES (?, ?, ?, ?, ?)"
      ).execute(arguments: [
        segment.key.kind.rawValue, segment.key.value, segment.ordinal, currency, amount,
      ])
    }
  }

  /// Sets what is watched after a taxonomy was adopted. Items that are open keep the rule by which they opened.
  func watch(_ taxonomy: Taxonomy) throws {
    var keys = Set(taxonomy.codes.map { RecurrenceKey(.code, $0.id) })
    keys.formUnion(taxonomy.rootCauses.map { RecurrenceKey(.rootCause, $0.id) })
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT kind, value FROM segments WHERE until IS NULL")) {
      keys.insert(RecurrenceKey(try row.choice("kind"), try row["value"]))
    }
    for heir in taxonomy.heirs { try inherit(heir, taxonomy) }
    for key in keys.sorted() {
      let rule = taxonomy.recurrenceRule(for: key)
      let known = try reader.segments(of: key).last
      if let known, known.item != nil || known.suppressedBy != nil || known.rule == rule { continue }
      var live = known ?? Segment(key: key, ordinal: 1, since: Int64.min)
      live.rule = rule
      try recount(&live)
      try save(live)
    }
  }

  /// Cuts the time of a key that took over from another as that one's is cut, unless it has had items itself: the items of the one
  /// before are its own, and what comes back under it follows them.
  private func inherit(_ heir: RecurrenceKey, _ taxonomy: Taxonomy) throws {
    guard try reader.itemNumbers(of: heir).isEmpty else { return }
    let numbers = try Lineage.inherited(
      by: heir, in: taxonomy, itemsOf: { try reader.itemNumbers(of: $0) },
      isOpen: { try reader.item(ItemID($0))?.isClosed == false })
    let items = try (numbers ?? []).compactMap { try reader.item(ItemID($0)) }
    guard !items.isEmpty else { return }
    for var segment in Segment.cut(heir, by: items, rule: taxonomy.recurrenceRule(for: heir)) {
      try recount(&segment)
      try save(segment)
    }
  }

  /// Ties the live segment of a key to the item that opened.
  func bindSegment(of key: RecurrenceKey, to item: ItemID, because: OpenedBecause) throws {
    guard var live = try reader.segments(of: key).last, live.until == nil else { return }
    live.item = item.number
    live.rule = because.rule
    if live.heldAt == nil { try recount(&live) }
    try save(live)
  }

  /// Ends an item's segments where its closing takes effect, and begins the next.
  func endSegment(of item: RemediationItem, _ closing: RemediationItem.Closing) throws {
    let taxonomy = try reader.requiredTaxonomy().taxonomy
    for var ending in try reader.segments(of: item.id) {
      var next = ending.end(by: closing, of: item.id, rule: taxonomy.recurrenceRule(for: ending.key))
      try recount(&ending)
      try save(ending)
      try recount(&next)
      try save(next)
    }
  }

  /// Makes a segment's window and counts afresh from the evidence. Costs as much as the segment has exceptions.
  func recount(_ segment: inout Segment) throws {
    let window = try reader.earliestWindow(of: segment, from: segment.since, to: Int64.max)
    if let window {
      segment.start = window.first
      segment.heldAt = window.heldAt
    } else {
      segment.heldAt = nil
      // An item whose rule no longer holds keeps what it opened with.
      segment.start = try segment.item.flatMap { try reader.item(ItemID($0)) }?.because.first.milliseconds
    }
    (segment.occurrences, segment.money) = try reader.totals(of: segment, from: segment.start)
  }
}

extension LedgerReader {
  /// The earliest window of a segment among exceptions within the bounds, both included; nil where there is none.
  func earliestWindow(of segment: Segment, from lower: Int64, to upper: Int64) throws -> (first: Int64, heldAt: Int64)?
  {
    guard let rule = segment.rule else { return nil }
    let cursor = try Int64.fetchCursor(
      db.cachedStatement(sql: try timesSQL(segment.key.kind)),
      arguments: [segment.key.value, max(lower, segment.since), min(upper, (segment.until ?? Int64.max) - 1)])
    var watch = WindowWatch(rule)
    while let time = try cursor.next() {
      if let first = watch.see(time) { return (first, time) }
    }
    return nil
  }

  /// Number and money of a segment's exceptions from an instant on; nothing where it is nil.
  func totals(of segment: Segment, from start: Int64?, to end: Int64? = nil) throws -> (Int, [String: Int64]) {
    guard let start else { return (0, [:]) }
    let last = min((end ?? Int64.max), segment.until ?? Int64.max) - 1
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: Self.totalsSQL(segment.key.kind)), arguments: [segment.key.value, start, last])
    var count = 0
    var money: [String: Int64] = [:]
    while let row = try rows.next() {
      count += try row["count"] as Int
      if let currency = try row["currency"] as String?, let amount = try row["amount"] as Int64?, amount != 0 {
        money[currency] = amount
      }
    }
    return (count, money)
  }

  private static func totalsSQL(_ kind: RecurrenceKey.Kind) -> String {
    switch kind {
    case .code:
      """
      SELECT currency, count(*) AS count, sum(amount) AS amount FROM \(listed(kind))
      AND occurred_at BETWEEN ? AND ? GROUP BY currency
      """
    case .rootCause:
      """
      SELECT currency, count(*) AS count, sum(amount) AS amount
      FROM exceptions JOIN (SELECT exception FROM \(listed(kind)) AND occurred_at BETWEEN ? AND ?)
        ON exception = exceptions.id GROUP BY currency
      """
    }
  }
}
