// SPDX-License-Identifier: Apache-2.0

extension ItemEvent {
  /// The event's kind as the ledger stores it.
  package var kind: String {
    switch self {
    case .opened: "item_opened"
    case .acknowledged: "item_acknowledged"
    case .assigned: "item_assigned"
    case .commented: "item_commented"
    case .rejectionProposed: "rejection_proposed"
    case .rejectionApproved: "rejection_approved"
    case .rejectionReturned: "rejection_returned"
    case .rejectionWithdrawn: "rejection_withdrawn"
    case .extensionProposed: "extension_proposed"
    case .extensionApproved: "extension_approved"
    case .extensionReturned: "extension_returned"
    case .extensionWithdrawn: "extension_withdrawn"
    case .paused: "item_paused"
    case .resumed: "item_resumed"
    case .reached(let milestone, _): ItemEvent.kind(of: milestone)
    case .rejected: "item_rejected"
    case .closed: "item_closed"
    }
  }

  private static func kind(of milestone: ItemClock.Milestone) -> String { "item_\(milestone.rawValue)" }

  /// What the ledger stores as the event's `data`.
  package var data: JSONValue {
    switch self {
    case .opened(let opened): opened.json
    case .acknowledged, .rejectionWithdrawn, .extensionWithdrawn: .object([])
    case .assigned(let person): .fields(["to": .text(person)])
    case .commented(let text): .fields(["text": .text(text)])
    case .rejectionProposed(let proposal): proposal.json
    case .rejectionApproved(let revision, let approver, let principal):
      .fields([
        "revision": .int(revision), "approved_by": .text(approver), "in_place_of": principal.map(JSONValue.text),
      ])
    case .rejectionReturned(let note): .fields(["note": .text(note)])
    case .extensionProposed(let proposal): proposal.json
    case .extensionApproved(let granted):
      .fields([
        "revision": .int(granted.revision), "approved_by": .text(granted.by), "until": .text(granted.until),
        "warn_at": granted.warnAt.map(JSONValue.text), "in_place_of": granted.inPlaceOf.map(JSONValue.text),
      ])
    case .extensionReturned(let note): .fields(["note": .text(note)])
    case .paused(let pause):
      .fields([
        "reason": .text(pause.reason), "until": .text(pause.until), "due_at": .text(pause.dueAt),
        "warn_at": pause.warnAt.map(JSONValue.text),
      ])
    case .resumed(let resumption):
      .fields(["due_at": .text(resumption.dueAt), "warn_at": resumption.warnAt.map(JSONValue.text)])
    case .reached(_, let person): .fields(["escalated_to": person.map(JSONValue.text)])
    case .rejected(let revision): .fields(["revision": .int(revision)])
    case .closed(let closed):
      .fields([
        "change": .text(closed.change), "sop": closed.sop.json, "takes_effect": .text(closed.takesEffect),
      ])
    }
  }

  /// Reads an event of this kind; nil where the kind is not an item's.
  package init?(kind: String, data: Fields) throws(DecodingFailure) {
    switch kind {
    case "item_opened": self = .opened(try ItemOpened(fields: data))
    case "item_acknowledged": self = .acknowledged
    case "item_assigned": self = .assigned(to: try data.person("to"))
    case "item_commented": self = .commented(text: try data.digest("text"))
    case "rejection_proposed": self = .rejectionProposed(try RejectionProposal(fields: data))
    case "rejection_approved":
      self = .rejectionApproved(
        revision: try data.int("revision"), by: try data.person("approved_by"),
        inPlaceOf: try data.optionalPerson("in_place_of"))
    case "rejection_returned": self = .rejectionReturned(note: try data.digest("note"))
    case "rejection_withdrawn": self = .rejectionWithdrawn
    case "extension_proposed": self = .extensionProposed(try ExtensionProposal(fields: data))
    case "extension_approved":
      self = .extensionApproved(
        GrantedExtension(
          revision: try data.int("revision"), by: try data.person("approved_by"), until: try data.time("until"),
          warnAt: try data.optionalTime("warn_at"), inPlaceOf: try data.optionalPerson("in_place_of")))
    case "extension_returned": self = .extensionReturned(note: try data.digest("note"))
    case "extension_withdrawn": self = .extensionWithdrawn
    case "item_paused":
      self = .paused(
        ItemPause(
          reason: try data.digest("reason"), until: try data.time("until"), dueAt: try data.time("due_at"),
          warnAt: try data.optionalTime("warn_at")))
    case "item_resumed":
      self = .resumed(Resumption(dueAt: try data.time("due_at"), warnAt: try data.optionalTime("warn_at")))
    case "item_unacknowledged", "item_due_soon", "item_breached":
      guard let milestone = ItemClock.Milestone.allCases.first(where: { ItemEvent.kind(of: $0) == kind }) else {
        return nil
      }
      self = .reached(milestone, escalatedTo: try data.optionalPerson("escalated_to"))
    case "item_rejected": self = .rejected(revision: try data.int("revision"))
    case "item_closed":
      self = .closed(
        ItemClosed(
          change: try data.change("change"), sop: try SOPReference(fields: data.object("sop")),
          takesEffect: try data.time("takes_effect")))
    default: return nil
    }
  }
}

extension ItemEvent.ItemOpened {
  package var json: JSONValue {
    .fields([
      "key": key.json,
      "owner": .text(owner),
      "severity": .string(severity.rawValue),
      "sla": sla.json,
      "calendar": calendar.map(JSONValue.text),
      "acknowledge_by": schedule.map { .text($0.acknowledgeBy) },
      "warn_at": schedule?.warnAt.map(JSONValue.text),
      "due_at": schedule.map { .text($0.dueAt) },
      "historic": .bool(isHistoric),
      "cause": .string(cause.rawValue),
      "because": because.json,
      "since": since.map(JSONValue.text),
      "follows": follows.map(JSONValue.text),
      "failed": failed?.json,
      "taxonomy": .int(taxonomy),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    let schedule = try fields.optionalTime("due_at").map { dueAt throws(DecodingFailure) in
      ItemClock.Schedule(
        acknowledgeBy: try fields.time("acknowledge_by"), warnAt: try fields.optionalTime("warn_at"), dueAt: dueAt)
    }
    self.init(
      key: try fields.key("key"),
      owner: try fields.person("owner"),
      severity: try fields.choice("severity"),
      sla: try SLAPolicy(json: fields.value("sla")), calendar: try fields.optionalDigest("calendar"),
      schedule: schedule, isHistoric: try fields.bool("historic"),
      cause: try fields.choice("cause"),
      because: try OpenedBecause(fields: fields.object("because")),
      since: try fields.optionalTime("since"),
      follows: try fields.optionalItem("follows"),
      failed: try fields.optionalObject("failed").map(SOPReference.init(fields:)),
      taxonomy: try fields.int("taxonomy"))
  }
}

extension RecurrenceKey {
  package var json: JSONValue { .fields(["kind": .string(kind.rawValue), "value": .string(value)]) }
}

extension OpenedBecause {
  package var json: JSONValue {
    .fields([
      "rule": .text(rule),
      "count": .int(count),
      "first": .text(first),
      "last": .text(last),
      "expected_thousandths": expectedThousandths.map(JSONValue.int),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      rule: try fields.rule("rule"), count: try fields.int("count"), first: try fields.time("first"),
      last: try fields.time("last"), expectedThousandths: try fields.optionalInt("expected_thousandths"))
  }
}

extension RejectionProposal {
  package var json: JSONValue {
    .fields([
      "rationale": .text(rationale),
      "expires_on": .text(expiresOn),
      "tripwire": tripwire.map(JSONValue.text),
      "proposed_by": .text(proposedBy),
      "revision": .int(revision),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      rationale: try fields.digest("rationale"), expiresOn: try fields.date("expires_on"),
      tripwire: try fields.optionalRule("tripwire"), proposedBy: try fields.person("proposed_by"),
      revision: try fields.int("revision"))
  }
}

extension ExtensionProposal {
  package var json: JSONValue {
    .fields([
      "until": .text(until), "reason": .text(reason), "proposed_by": .text(proposedBy), "revision": .int(revision),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      until: try fields.time("until"), reason: try fields.digest("reason"),
      proposedBy: try fields.person("proposed_by"), revision: try fields.int("revision"))
  }
}

extension SOPReference {
  package var json: JSONValue {
    .fields([
      "id": .string(id), "path": .text(path), "version": .int(version), "commit": .text(commit),
      "sha256": .text(content),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      id: try fields.string("id"), path: try fields.path("path"), version: try fields.int("version"),
      commit: try fields.commit("commit"), content: try fields.digest("sha256"))
  }
}
