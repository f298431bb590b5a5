// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// Which items a list shows.
package struct ItemFilter: Sendable {
  package var state: String?
  package var owner: PersonID?
  package var key: RecurrenceKey?
  /// Only items that were due before this.
  package var overdueAt: Timestamp?
  /// Only what this person could approve: proposed by others, for a key that they decide about. Of an item in an SOP change, whether it
  /// concerns other keys too is not looked at.
  package var approvableBy: Actor?
  package var isOpen: Bool
  package var order: ItemOrder
  /// Which of them, in their order; nil means all.
  package var places: Range<Int>?

  package init(
    state: String? = nil, owner: PersonID? = nil, key: RecurrenceKey? = nil, overdueAt: Timestamp? = nil,
    approvableBy: Actor? = nil, isOpen: Bool = false, order: ItemOrder = .due, places: Range<Int>? = nil
  ) {
    self.state = state
    self.owner = owner
    self.key = key
    self.overdueAt = overdueAt
    self.approvableBy = approvableBy
    self.isOpen = isOpen
    self.order = order
    self.places = places
  }
}

extension LedgerReader {
  /// Items in the order that is asked for.
  package func items(_ filter: ItemFilter = ItemFilter()) throws -> [ItemSummary] {
    let (sql, arguments) = LedgerReader.listSQL(filter)
    return try summaries(of: Int64.fetchAll(db.cachedStatement(sql: sql), arguments: arguments))
  }

  /// The numbers of a list's items, in their order.
  static func listSQL(_ filter: ItemFilter) -> (sql: String, arguments: StatementArguments) {
    let (condition, arguments) = condition(filter)
    return (
      "SELECT number FROM items \(condition) ORDER BY \(filter.order.sql) LIMIT ? OFFSET ?",
      arguments + [filter.places?.count ?? -1, filter.places?.lowerBound ?? 0]
    )
  }

  /// How many there are, wherever they stand.
  package func itemCount(_ filter: ItemFilter) throws -> Int {
    let (condition, arguments) = LedgerReader.condition(filter)
    return try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM items \(condition)"), arguments: arguments)
      ?? 0
  }

  private static func condition(_ filter: ItemFilter) -> (sql: String, arguments: StatementArguments) {
    var conditions: [String] = []
    var arguments: StatementArguments = []
    func add(_ condition: String, _ values: StatementArguments) {
      conditions.append(condition)
      arguments += values
    }
    if let state = filter.state { add("items.state = ?", [state]) }
    if let owner = filter.owner { add("items.owner = ?", [owner.text]) }
    if let key = filter.key { add("items.kind = ? AND items.value = ?", [key.kind.rawValue, key.value]) }
    if let time = filter.overdueAt { add("items.closed_at IS NULL AND items.due_at < ?", [time.milliseconds]) }
    if filter.isOpen { add("items.closed_at IS NULL", []) }
    if let actor = filter.approvableBy {
      let rights = actor.approvers.map { approvable(by: actor.id, inPlaceOf: $0) }
      add(
        rights.isEmpty ? "0" : "(\(rights.map(\.sql).joined(separator: " OR ")))",
        StatementArguments(rights.flatMap(\.arguments)))
    }
    return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), arguments)
  }

  /// What a person could approve by the right of a principal, who may be the person.
  private static func approvable(
    by person: PersonID, inPlaceOf principal: Actor.Principal
  ) -> (sql: String, arguments: [String]) {
    let barred = [person.text, principal.id.text]
    var sql = """
      (items.state = 'proposed' AND coalesce(json_extract(items.rejection, '$.proposed_by'),
          (SELECT proposed_by FROM changes WHERE changes.number = items.change)) NOT IN (?, ?)
        OR items.closed_at IS NULL AND json_extract(items.clock, '$.extension.proposed_by') NOT IN (?, ?)
          AND items.owner NOT IN (?, ?))
      """
    let names = principal.remit.names
    if !names.isEmpty {
      let covered = names.map { _ in "items.value = ? OR items.value GLOB ?" }
      sql = "(\(sql) AND (\(covered.joined(separator: " OR "))))"
    }
    // Names hold no character that means something in a pattern.
    return (sql, barred + barred + barred + names.flatMap { [$0, "\($0)[-._]*"] })
  }
}

extension LedgerReader {
  /// Of each item that is not closed, its key and when its rule came to hold: of one that opened for another cause, the last of the
  /// occurrences that it named.
  package func openItemsHeld() throws -> [(key: RecurrenceKey, at: Timestamp)] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT kind, value, coalesce((SELECT min(held_at) FROM segments WHERE segments.item = number), because_last) AS held
          FROM items WHERE closed_at IS NULL
          """)
    ).map { row in
      (key: RecurrenceKey(try row.choice("kind"), try row["value"]), at: Timestamp(milliseconds: try row["held"]))
    }
  }
}
