// SPDX-License-Identifier: Apache-2.0

/// What happened to the handbook's branch besides our own closings.
package enum HandbookEvent: Equatable, Sendable {
  /// The workspace began with the branch at this commit.
  case founded(tip: CommitID)
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
    case .founded(let tip): .fields(["tip": .text(tip)])
    case .tipAdopted(let old, let new): .fields(["from": old.map(JSONValue.text), "to": .text(new)])
    }
  }

  package init?(kind: String, data: Fields) throws(DecodingFailure) {
    switch kind {
    case "handbook_founded": self = .founded(tip: try data.commit("tip"))
    case "handbook_tip_adopted": self = .tipAdopted(from: try data.optionalCommit("from"), to: try data.commit("to"))
    default: return nil
    }
  }
}
