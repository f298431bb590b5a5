// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// The shapes of items and changes that scripts rely on.
struct ItemViews {
  let reader: LedgerReader
  let taxonomy: Taxonomy
  let now: Timestamp
  private let suspects: SuspectIndex

  /// - Parameter isForMany: whether more than a page of items is shown.
  init(_ reader: LedgerReader, now: Timestamp, isForMany: Bool = false) throws {
    self.reader = reader
    taxonomy = try reader.requiredTaxonomy().taxonomy
    self.now = now
    suspects = try SuspectIndex(reader, isForMany: isForMany)
  }

  func title(_ key: RecurrenceKey) -> String { taxonomy.entry(key)?.title ?? key.value }

  func item(_ summary: ItemSummary) throws -> JSONValue {
    let item = summary.item
    var sop: JSONValue?
    var signed: SignedRejection?
    switch item.state {
    case .closed(.sopChanged(let closing)):
      sop = closing.sop.json.with("in_force_from", .text(closing.takesEffect))
    case .closed(.rejected(let rejection)): signed = rejection
    default: break
    }
    return .fields([
      "id": .text(item.id),
      "state": .string(item.stateWord),
      "resolution": sop != nil ? "sop_changed" : signed != nil ? "rejected" : .null,
      "cause": .string(item.cause.rawValue),
      "key": .fields([
        "kind": .string(item.key.kind.rawValue), "value": .string(item.key.value), "title": .string(title(item.key)),
      ]),
      "owner": .text(item.owner),
      "severity": .string(item.severity.rawValue),
      "opened_at": .text(item.openedAt),
      "acknowledge_by": .text(item.acknowledgeBy),
      "due_at": .text(item.dueAt),
      "overdue": .bool(item.isOverdue(at: now)),
      "due_soon": .bool(item.isDueSoon(at: now)),
      "paused_until": .text(item.clock.pause(at: now)?.until),
      "extension": try item.clock.extensionProposal.map(extensionProposal) ?? .null,
      "historic": .bool(item.isHistoric),
      "occurrences": .int(summary.occurrences),
      "money": .array(summary.money.map { ItemViews.money($0.amount, $0.currency) }),
      "opened_because": ItemViews.because(item.because),
      "rule_holds": .bool(summary.ruleHolds),
      "follows": .text(item.follows),
      "failed": item.failed?.json ?? .null,
      "change": try item.change.map { try change(reader.requiredChange($0)) } ?? .null,
      "sop": sop ?? .null,
      "rejection": try rejection(item),
      "suspect": try suspects.link(of: item).map { .string($0.reason) } ?? .null,
    ])
  }

  static func because(_ because: OpenedBecause) -> JSONValue {
    .fields([
      "rule": .text(because.rule),
      "count": .int(because.count),
      "window": .string("\(because.rule.window.count)d"),
      "first": .text(because.first),
      "last": .text(because.last),
      "expected": because.expectedThousandths.map(ItemViews.thousandths) ?? .null,
    ])
  }

  private func extensionProposal(_ proposal: ExtensionProposal) throws -> JSONValue {
    .fields([
      "until": .text(proposal.until), "reason": .optional(try reader.text(proposal.reason)),
      "proposed_by": .text(proposal.proposedBy), "revision": .int(proposal.revision),
    ])
  }

  private func rejection(_ item: RemediationItem) throws -> JSONValue {
    var approver: PersonID?
    let proposal: RejectionProposal
    switch item.state {
    case .rejectionProposed(let pending): proposal = pending
    case .rejectionApproved(let approved, let person): (proposal, approver) = (approved, person)
    case .closed(.rejected(let signed)): (proposal, approver) = (signed.proposal, signed.approvedBy)
    default: return .null
    }
    return .fields([
      "rationale": .optional(try reader.text(proposal.rationale)),
      "expires_on": .text(proposal.expiresOn),
      "tripwire": .text(proposal.tripwire),
      "proposed_by": .text(proposal.proposedBy),
      "approved_by": .text(approver),
      "revision": .int(proposal.revision),
    ])
  }

  func change(_ change: SOPChange) throws -> JSONValue {
    let draft = change.draft
    var committed: ChangeCommitted?
    if case .committed(let outcome) = change.state { committed = outcome }
    var conflict = JSONValue.null
    if change.state == .conflicted, let base = draft.base { conflict = .fields(["base": .text(base.commit)]) }
    return .fields([
      "id": .text(change.id),
      "state": .string(change.stateWord),
      "closes": .array(draft.closes.map(JSONValue.text)),
      "sop": .fields(["id": .string(draft.sop), "path": .text(draft.path)]),
      "base": draft.base.map { .fields(["commit": .text($0.commit), "version": .int($0.version)]) } ?? .null,
      "version": .int(draft.sopVersion),
      "effective": .text(draft.effective),
      "sha256": .text(draft.content),
      "revision": .int(change.revision),
      "summary": .optional(try reader.text(draft.summary)),
      "proposed_by": .text(change.proposedBy),
      "approved_by": .text(change.approvedBy),
      "commit": .text(committed?.sop.commit),
      "in_force_from": .text(committed?.takesEffect),
      "conflict": conflict,
      "branch": .optional(draft.pushed?.branch),
    ])
  }

  static func money(_ minorUnits: Int64, _ currency: String) -> JSONValue {
    .fields(["minor_units": .integer(minorUnits), "currency": .string(currency)])
  }

  /// 2750 as `2.75`.
  static func thousandths(_ value: Int) -> JSONValue {
    .decimal(ExactDecimal(unscaled: Int64(value), scale: 3)?.description ?? "0")
  }
}
