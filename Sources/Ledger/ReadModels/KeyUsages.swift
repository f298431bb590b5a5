// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerReader {
  /// How often each code was recorded, and what came of it.
  package func codeUsage() throws -> [RecurrenceKey: KeyUsage] {
    var usage: [RecurrenceKey: KeyUsage] = [:]
    for row in try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT code, count(*) AS count FROM exceptions WHERE superseded_by IS NULL GROUP BY code"))
    {
      usage[RecurrenceKey(.code, row["code"])] = KeyUsage(exceptions: row["count"], items: 0, changes: 0)
    }
    for row in try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT value, count(*) AS items, count(sop) AS changes FROM items WHERE kind = 'code' GROUP BY value"))
    {
      usage[RecurrenceKey(.code, row["value"])]?.items = row["items"]
      usage[RecurrenceKey(.code, row["value"])]?.changes = row["changes"]
    }
    return usage
  }
}
