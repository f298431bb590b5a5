// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerReader {
  /// How often each code was recorded, and what came of each code and tag.
  package func codeUsage() throws -> [RecurrenceKey: KeyUsage] {
    var usage: [RecurrenceKey: KeyUsage] = [:]
    for row in try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT code, count(*) AS count FROM exceptions WHERE superseded_by IS NULL GROUP BY code"))
    {
      usage[RecurrenceKey(.code, try row["code"])] = KeyUsage(exceptions: try row["count"], items: 0, changes: 0)
    }
    for row in try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT kind, value, count(*) AS items, count(sop) AS changes,
            max(CASE WHEN closed_at IS NULL THEN number END) AS open FROM items GROUP BY kind, value
          """))
    {
      let key = RecurrenceKey(try row.choice("kind"), try row["value"])
      var used = usage[key] ?? KeyUsage(exceptions: 0, items: 0, changes: 0)
      used.items = try row["items"]
      used.changes = try row["changes"]
      used.openItem = (try row["open"] as Int?).map(ItemID.init)
      usage[key] = used
    }
    return usage
  }
}
