// SPDX-License-Identifier: Apache-2.0

package import Remediation

extension LedgerReader {
  /// Whether every event was allowed where it stands. A right chain of hashes says that nothing was changed, not that it was right: who
  /// can write the database can append what no command would.
  /// - Parameter events: the ledger's, from `auditChain`. Where some are missing, which that says, nothing follows from the rest.
  package func auditRules(_ events: [RecordedEvent]) throws -> [Finding] {
    guard events.indices.allSatisfy({ events[$0].position == $0 }) else { return [] }
    var rules = RuleReplay()
    var findings: [Finding] = []
    func find(_ recorded: RecordedEvent, _ breaches: [RuleBreach]) {
      for breach in breaches {
        findings.append(
          Finding(
            "rule", "event \(recorded.position)",
            "\(recorded.event.kind) of \(recorded.event.subject) by \(recorded.actor) was not allowed: no command leads to it. \(breach.sentence)"
          ))
      }
    }
    for recorded in events {
      find(
        recorded,
        try rules.take(recorded) { digest in
          try document(digest).flatMap { try? Taxonomy(json: JSONValue(parsing: $0)) }
        })
    }
    if let last = events.last { find(last, rules.finish()) }
    return findings
  }
}
