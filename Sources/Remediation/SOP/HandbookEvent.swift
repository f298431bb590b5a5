// SPDX-License-Identifier: Apache-2.0

/// What happened to the handbook's branch besides our own closings.
package enum HandbookEvent: Equatable, Sendable {
  /// The workspace began with this branch at this commit; nil where it was made by a version that did not note the branch.
  case founded(tip: CommitID, branch: String?)
  /// Somebody moved the branch past the tool: what is there is in force because people read it, and unapproved.
  case tipAdopted(from: CommitID?, to: CommitID)

  package var kind: String {
    switch self {
    case .founded: "handbook_founded"
    case .tipAdopted: "handbook_tip_adopted"
    }
  }

  package var data: JSONValue {
    switch self {
    case .founded(let tip, let branch): .fields(["branch": branch.map(JSONValue.string), "tip": .text(tip)])
    case .tipAdopted(let old, let new): .fields(["from": old.map(JSONValue.text), "to": .text(new)])
    }
  }

  package init?(kind: String, data: Fields) throws(DecodingFailure) {
    switch kind {
    case "handbook_founded":
      self = .founded(tip: try data.commit("tip"), branch: try data.optionalString("branch"))
    case "handbook_tip_adopted": self = .tipAdopted(from: try data.optionalCommit("from"), to: try data.commit("to"))
    default: return nil
    }
  }
}

extension [RecordedEvent] {
  /// The tip of the handbook's branch as the ledger saw it last.
  package var handbookTip: CommitID? {
    var tip: CommitID?
    for recorded in self {
      switch recorded.event {
      case .handbook(.founded(let commit, _)), .handbook(.tipAdopted(_, let commit)): tip = commit
      case .change(_, .committed(let committed)): tip = committed.sop.commit
      default: break
      }
    }
    return tip
  }

  /// The branch that the workspace was founded on.
  package var handbookBranch: String? {
    for recorded in self {
      if case .handbook(.founded(_, let branch)) = recorded.event { return branch }
    }
    return nil
  }
}
