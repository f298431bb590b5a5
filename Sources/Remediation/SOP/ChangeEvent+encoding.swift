// SPDX-License-Identifier: Apache-2.0

extension ChangeEvent {
  /// The event's kind as the ledger stores it.
  package var kind: String {
    switch self {
    case .proposed: "change_proposed"
    case .revised: "change_revised"
    case .approved: "change_approved"
    case .returned: "change_returned"
    case .withdrawn: "change_withdrawn"
    case .closingIntended: "closing_intended"
    case .conflicted: "closing_conflicted"
    case .closingAbandoned: "closing_abandoned"
    case .committed: "change_committed"
    }
  }

  /// What the ledger stores as the event's `data`.
  package var data: JSONValue {
    switch self {
    case .proposed(let draft), .revised(let draft): draft.json
    case .approved(let revision, let content, let approver, let principal):
      .fields([
        "revision": .int(revision), "sha256": .text(content), "approved_by": .text(approver),
        "in_place_of": principal.map(JSONValue.text),
      ])
    case .returned(let note): .fields(["note": .text(note)])
    case .withdrawn: .object([])
    case .closingIntended(let intent): intent.json
    case .conflicted(let intent, let tip): .fields(["intent": .string(intent), "tip": .text(tip)])
    case .closingAbandoned(let intent): .fields(["intent": .string(intent)])
    case .committed(let committed): committed.json
    }
  }

  /// Reads an event of this kind; nil where the kind is not a change's.
  package init?(kind: String, data: Fields) throws(DecodingFailure) {
    switch kind {
    case "change_proposed": self = .proposed(try ChangeDraft(fields: data))
    case "change_revised": self = .revised(try ChangeDraft(fields: data))
    case "change_approved":
      self = .approved(
        revision: try data.int("revision"), content: try data.digest("sha256"), by: try data.person("approved_by"),
        inPlaceOf: try data.optionalPerson("in_place_of"))
    case "change_returned": self = .returned(note: try data.digest("note"))
    case "change_withdrawn": self = .withdrawn
    case "closing_intended": self = .closingIntended(try ClosingIntent(fields: data))
    case "closing_conflicted": self = .conflicted(intent: try data.string("intent"), tip: try data.commit("tip"))
    case "closing_abandoned": self = .closingAbandoned(intent: try data.string("intent"))
    case "change_committed": self = .committed(try ChangeCommitted(fields: data))
    default: return nil
    }
  }
}

extension ChangeDraft {
  package var json: JSONValue {
    .fields([
      "closes": .array(closes.map(JSONValue.text)),
      "keys": .array(keys.map(\.json)),
      "path": .text(path),
      "sop": .string(sop),
      "sop_version": .int(sopVersion),
      "effective": .text(effective),
      "sha256": .text(content),
      "base": base?.json,
      "summary": .text(summary),
      "authors": authors.isEmpty ? nil : .array(authors.map(JSONValue.text)),
      "pushed": pushed?.json,
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      closes: try fields.items("closes"),
      keys: try fields.array("keys").map { value throws(DecodingFailure) in
        try RecurrenceKey(Fields(value).choice("kind"), Fields(value).string("value"))
      },
      path: try fields.path("path"),
      sop: try fields.string("sop"),
      sopVersion: try fields.int("sop_version"),
      effective: try fields.date("effective"),
      content: try fields.digest("sha256"),
      base: try fields.optionalObject("base").map(SOPBase.init(fields:)),
      summary: try fields.digest("summary"),
      authors: try fields.optionalPeople("authors") ?? [],
      pushed: try fields.optionalObject("pushed").map(PushedDraft.init(fields:)))
  }
}

extension PushedDraft {
  package var json: JSONValue {
    .fields([
      "branch": .string(branch), "commit": .text(commit),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      branch: try fields.string("branch"), commit: try fields.commit("commit"))
  }
}

extension SOPBase {
  package var json: JSONValue {
    .fields(["commit": .text(commit), "blob": .string(blob), "version": .int(version)])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      commit: try fields.commit("commit"), blob: try fields.string("blob"), version: try fields.int("version"))
  }
}

extension ClosingIntent {
  package var json: JSONValue {
    .fields([
      "intent": .string(id),
      "revision": .int(revision),
      "approved_by": .text(approvedBy),
      "closed_by": .text(closedBy),
      "time": .text(time),
      "base": base.map(JSONValue.text),
      "domain": .string(domain),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      id: try fields.string("intent"), revision: try fields.int("revision"),
      approvedBy: try fields.person("approved_by"), closedBy: try fields.person("closed_by"),
      time: try fields.time("time"), base: try fields.optionalCommit("base"), domain: try fields.string("domain"))
  }
}

extension ChangeCommitted {
  package var json: JSONValue {
    .fields([
      "intent": .string(intent),
      "approved_by": .text(approvedBy),
      "sop": sop.json,
      "tree": .string(tree),
      "blob": .string(blob),
      "parent": parent.map(JSONValue.text),
      "takes_effect": .text(takesEffect),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      intent: try fields.string("intent"), approvedBy: try fields.person("approved_by"),
      sop: try SOPReference(fields: fields.object("sop")), tree: try fields.string("tree"),
      blob: try fields.string("blob"), parent: try fields.optionalCommit("parent"),
      takesEffect: try fields.time("takes_effect"))
  }
}
