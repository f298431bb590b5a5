// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// What a verification came to.
package struct Verification: Sendable {
  package var events: Int
  package var exceptions: Int
  package var items: Int
  package var commits: Int
  package var treeSize: Int
  package var treeRoot: Digest
  package var findings: [Finding]
  /// What is no fault, but what an auditor wants to know.
  package var notices: [Finding]

  package var json: JSONValue {
    .fields([
      "ok": .bool(findings.isEmpty), "events": .int(events), "exceptions": .int(exceptions), "items": .int(items),
      "commits": .int(commits),
      "tree": .fields(["size": .int(treeSize), "root": .string(treeRoot.base64)]),
      "findings": .array(findings.map(\.json)), "notices": .array(notices.map(\.json)),
    ])
  }
}

extension Workspace {
  /// Recomputes everything in the database: hashes, batches, read models. All findings, not the first. Writes nothing.
  package func verifyRecord() throws -> Verification {
    try ledger.read { reader in
      let (events, chain) = try reader.auditChain()
      let head = try reader.treeHead()
      return Verification(
        events: events.count, exceptions: try reader.exceptionCount(), items: try reader.items().count,
        commits: try reader.changes(in: ["committed"]).count, treeSize: head.size, treeRoot: head.root,
        findings: try chain + reader.auditEvidence(events) + reader.auditReadModels(events),
        notices: notices(events))
    }
  }

  /// Approvals whose two sides came from one login, and adoptions that only one administrator signed.
  private func notices(_ events: [RecordedEvent]) -> [Finding] {
    var notices: [Finding] = []
    var proposals: [String: Digest] = [:]
    for recorded in events {
      let subject = recorded.event.subject
      switch recorded.event {
      case .change(_, .proposed), .change(_, .revised), .item(_, .rejectionProposed):
        proposals[subject] = recorded.login
      case .change(_, .approved(_, _, let approver)), .item(_, .rejectionApproved(_, let approver)):
        if proposals[subject] == recorded.login {
          notices.append(
            Finding(
              "same_login", subject,
              "The proposal and its approval by \(approver) were given under one login, so the second person is asserted only."
            ))
        }
      default: break
      }
    }
    return notices
  }
}
