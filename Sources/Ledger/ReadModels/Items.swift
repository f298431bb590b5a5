// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerTransaction {
  func project(_ event: ItemEvent, of id: ItemID, _ recorded: RecordedEvent) throws {
    try addToHistory(of: id.description, recorded.position)
    if case .opened(let opened) = event {
      try save(RemediationItem(id: id, opened: opened, at: recorded.at))
      try bindSegment(of: opened.key, to: id, because: opened.because)
      return
    }
    let wasClosed = try reader.requiredItem(id).isClosed
    try update(id) { $0.apply(event, at: recorded.at) }
    let item = try reader.requiredItem(id)
    // What is said of a closed item later ends nothing: its key may have a new item by then.
    if !wasClosed, case .closed(let closing) = item.state { try endSegment(of: item, closing) }
  }

  func update(_ id: ItemID, _ change: (inout RemediationItem) -> Void) throws {
    var item = try reader.requiredItem(id)
    change(&item)
    try save(item)
  }

  /// The next free number.
  package func nextItemID() throws -> ItemID {
    ItemID((try reader.newestItem()?.number ?? 0) + 1)
  }

  private func save(_ item: RemediationItem) throws {
    loaded.items[item.id] = item
    try item.tableRow.replace(in: "items", db)
  }
}

extension RemediationItem {
  /// As it stands in the table of items.
  var tableRow: TableRow {
    var rejection = rejectionProposal
    var approvedBy: PersonID?
    var closing: RemediationItem.Closing?
    var sop: SOPReference?
    switch state {
    case .rejectionApproved(_, let approver): approvedBy = approver
    case .closed(.rejected(let signed)):
      rejection = signed.proposal
      approvedBy = signed.approvedBy
      closing = .rejected(signed)
    case .closed(.sopChanged(let changed)):
      sop = changed.sop
      closing = .sopChanged(changed)
    default: break
    }
    return TableRow(columns: [
      "number": id.number, "version": version, "kind": key.kind.rawValue, "value": key.value, "owner": owner.text,
      "severity": severity.rawValue, "state": stateWord, "cause": cause.rawValue, "historic": isHistoric,
      "opened_at": openedAt.milliseconds, "acknowledge_by": acknowledgeBy.milliseconds, "due_at": dueAt.milliseconds,
      "next_at": nextMoment?.milliseconds, "clock": clock.json.columnText, "rule": because.rule.description,
      "because_count": because.count, "because_first": because.first.milliseconds,
      "because_last": because.last.milliseconds, "expected_thousandths": because.expectedThousandths,
      "follows": follows?.number, "failed": failed?.json.columnText, "change": change?.number,
      "rejection": rejection?.json.columnText, "approved_by": approvedBy?.text,
      "closed_at": closing?.closedAt.milliseconds, "takes_effect": closing?.takesEffect.milliseconds,
      "sop": sop?.json.columnText,
    ])
  }
}

/// An item with what is counted for it.
package struct ItemSummary: Sendable {
  package let item: RemediationItem
  /// Exceptions that belong to it, superseded ones not counted.
  package let occurrences: Int
  /// Their amounts, by currency; never added up across currencies.
  package let money: [(currency: String, amount: Int64)]
  /// Whether its rule still holds; an amendment may have taken that away.
  package let ruleHolds: Bool
}

extension LedgerReader {
  package func newestItem() throws -> ItemID? {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT max(number) FROM items")).map(ItemID.init)
  }

  /// Items for which time has brought something about that the ledger has not noticed, the earliest first.
  package func itemsWithMilestones(at now: Timestamp) throws -> [ItemID] {
    try Int.fetchAll(
      db.cachedStatement(sql: "SELECT number FROM items WHERE next_at <= ? ORDER BY next_at, number"),
      arguments: [now.milliseconds]
    ).map(ItemID.init).filter { try !requiredItem($0).milestones(at: now).isEmpty }
  }

  /// The calendar under a digest that an item froze; around the clock where it froze none.
  package func calendar(_ digest: Digest?) throws -> BusinessCalendar {
    guard let digest else { return .always }
    guard let bytes = try document(digest) else {
      throw LedgerError.damaged(position: 0, "a calendar is missing.")
    }
    return try BusinessCalendar(json: JSONValue(parsing: bytes))
  }

  package func item(_ id: ItemID) throws -> RemediationItem? {
    if let item = loaded?.items[id] { return item }
    let item = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM items WHERE number = ?"), arguments: [id.number]
    ).map(LedgerReader.item)
    loaded?.items[id] = item
    return item
  }

  package func requiredItem(_ id: ItemID) throws -> RemediationItem {
    guard let item = try item(id) else { throw Rejection.unknownItem(id.description) }
    return item
  }

  package func summary(of id: ItemID) throws -> ItemSummary {
    guard let summary = try summaries(of: [Int64(id.number)]).first else {
      throw Rejection.unknownItem(id.description)
    }
    return summary
  }

  /// In the order of the numbers.
  func summaries(of numbers: [Int64]) throws -> [ItemSummary] {
    var found: [Int64: ItemSummary] = [:]
    if let memo {
      for number in numbers { found[number] = memo.known("summary", String(number)) }
    }
    let read = found.count == numbers.count ? [] : try readSummaries(of: numbers.filter { found[$0] == nil })
    for summary in read {
      found[Int64(summary.item.id.number)] = summary
      memo?.keep(summary, "summary", String(summary.item.id.number))
    }
    return numbers.compactMap { found[$0] }
  }

  /// In any order.
  private func readSummaries(of numbers: [Int64]) throws -> [ItemSummary] {
    let numbers = "[\(numbers.map(String.init).joined(separator: ","))]"
    var money: [Int64: [(String, Int64)]] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT item, currency, sum(amount) AS amount FROM segments NATURAL JOIN segment_money
          WHERE item IN (SELECT value FROM json_each(?)) GROUP BY item, currency HAVING sum(amount) <> 0
          ORDER BY item, currency
          """), arguments: [numbers])
    while let row = try rows.next() {
      money[try row["item"], default: []].append((try row["currency"], try row["amount"]))
    }
    return try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT items.*, count(*) AS stretches, sum(occurrences) AS occurrences, max(held_at) AS held_at
          FROM items JOIN segments ON segments.item = items.number
          WHERE items.number IN (SELECT value FROM json_each(?)) GROUP BY items.number
          """), arguments: [numbers]
    ).map { row in
      let item = try LedgerReader.item(row)
      var totals = (count: try row["occurrences"] as Int, money: money[try row["number"]] ?? [])
      // An exception may have two of the tags that one was split into, and is one exception.
      if try row["stretches"] as Int > 1, item.key.kind == .rootCause {
        totals = try self.totals(of: ranges(of: item.id))
      }
      return ItemSummary(
        item: item, occurrences: totals.count, money: totals.money.map { (currency: $0.0, amount: $0.1) },
        ruleHolds: (try row["held_at"] as Int64?) != nil)
    }
  }

  static func item(_ row: Row) throws -> RemediationItem {
    guard let rule = try? RecurrenceRule(try row["rule"] as String) else {  // written by ourselves; else damaged
      throw DecodingFailure(field: "rule", problem: "is not a rule")
    }
    let rejection = try row.fields("rejection").map(RejectionProposal.init(fields:))
    let change = (try row["change"] as Int?).map(ChangeID.init)
    let state: RemediationItem.State
    switch (try row["state"] as String, rejection, change) {
    case ("open", _, _): state = .open
    case ("acknowledged", _, _): state = .acknowledged
    case ("closed", let proposal?, _):
      state = .closed(
        .rejected(
          SignedRejection(
            proposal: proposal, approvedBy: try row.person("approved_by"), signedAt: try row.time("closed_at"))))
    case ("closed", nil, let change?):
      guard let sop = try row.fields("sop") else { throw DecodingFailure(field: "sop", problem: "is missing") }
      state = .closed(
        .sopChanged(
          .init(
            change: change, sop: try SOPReference(fields: sop), closedAt: try row.time("closed_at"),
            takesEffect: try row.time("takes_effect"))))
    case ("approved", let proposal?, _): state = .rejectionApproved(proposal, by: try row.person("approved_by"))
    case (_, let proposal?, _): state = .rejectionProposed(proposal)
    case (let word, nil, let change?):
      guard let stage = RemediationItem.ChangeStage(rawValue: word) else { fallthrough }
      state = .inChange(change, stage)
    default: throw DecodingFailure(field: "state", problem: "does not fit the other columns")
    }
    return RemediationItem(
      id: ItemID(try row["number"]), version: try row["version"],
      key: RecurrenceKey(try row.choice("kind"), try row["value"]), owner: try row.person("owner"),
      severity: try row.choice("severity"), openedAt: try row.time("opened_at"),
      clock: try ItemClock(json: JSONValue(column: row["clock"])), isHistoric: try row["historic"],
      cause: try row.choice("cause"),
      because: OpenedBecause(
        rule: rule, count: try row["because_count"], first: try row.time("because_first"),
        last: try row.time("because_last"),
        expectedThousandths: try row["expected_thousandths"]),
      follows: (try row["follows"] as Int?).map(ItemID.init),
      failed: try row.fields("failed").map(SOPReference.init(fields:)),
      state: state)
  }
}
