// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A branch on which somebody proposes, as it was looked at last. Kept so that it is not looked at again with every command.
package struct ProposalBranch: Equatable, Sendable {
  package let name: String
  package let commit: CommitID
  /// As the newest commit names the author; nil where the branch could not be read.
  package var author: String?
  /// What it became; nil where it waits to be claimed, or cannot be proposed.
  package var change: ChangeID?
  /// Why it cannot be proposed as it is.
  package var problem: String?
  /// What the judgement depended on beside the branch; where that has changed, it is judged again.
  package var basis: String

  package var isTakenUp: Bool { change != nil }

  package init(
    name: String, commit: CommitID, author: String?, change: ChangeID?, problem: String?, basis: String
  ) {
    self.name = name
    self.commit = commit
    self.author = author
    self.change = change
    self.problem = problem
    self.basis = basis
  }

  package var json: JSONValue {
    .fields([
      "branch": .string(name), "commit": .text(commit), "author": .optional(author), "change": .text(change),
      "waits_to_be_claimed": .bool(change == nil && problem == nil), "problem": .optional(problem),
    ])
  }
}

extension LedgerTransaction {
  package func note(_ branch: ProposalBranch) throws {
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO proposal_branches (name, commit_id, author, change, problem, basis) VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      branch.name, branch.commit.bytes.data, branch.author, branch.change?.number, branch.problem, branch.basis,
    ])
  }

  package func forgetProposalBranch(_ name: String) throws {
    try db.cachedStatement(sql: "DELETE FROM proposal_branches WHERE name = ?").execute(arguments: [name])
  }
}

extension LedgerReader {
  package func proposalBranches() throws -> [ProposalBranch] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM proposal_branches ORDER BY name")).map { row in
      ProposalBranch(
        name: try row["name"], commit: try LedgerReader.commit(row), author: try row["author"],
        change: (try row["change"] as Int?).map(ChangeID.init), problem: try row["problem"], basis: try row["basis"])
    }
  }
}
