// SPDX-License-Identifier: Apache-2.0

@testable import Remediation

/// Every kind of event that was ever shipped, with each optional field there and absent: the lines of `events.jsonl`.
/// New ones are added at the end; what is here stays.
enum EventSamples {
  static let all: [RecordedEvent] = events.enumerated().map { index, event in
    RecordedEvent(
      position: index, version: index % 3 + 1, at: Timestamp(milliseconds: opening.milliseconds + Int64(index) * 250),
      dueAt: index.isMultiple(of: 4) ? opening : nil, actor: index.isMultiple(of: 5) ? .rules : ann.id,
      login: digest(UInt8(index)), isAsserted: index.isMultiple(of: 2), event: event)
  }

  private static let events: [Event] =
    [.workspaceFounded(id: "00112233445566778899aabbccddeeff", zone: "Europe/Berlin")]
    + taxonomy + batches + items + changes + handbook + sops
    + clocks + upkeep + audit

  private static let taxonomy: [Event] = [
    .taxonomy(.proposed(document: digest(0x10))),
    .taxonomy(.adopted(version: 1, document: digest(0x10), proposedBy: nil)),
    .taxonomy(.adopted(version: 2, document: digest(0x11), proposedBy: person("root"))),
  ]

  private static let batches: [Event] = [
    .batch(
      BatchReceived(
        digest: digest(0x20), records: 50_000, amended: 12, quarantined: 3, source: "servicenow", file: digest(0x21),
        map: digest(0x22), taxonomy: 1, taxonomyDigest: digest(0x10))),
    .batch(
      BatchReceived(
        digest: digest(0x23), records: 1, amended: 0, quarantined: 0, source: "by hand: \"Zoë\\\u{1F}\" 😀/\n",
        file: nil,
        map: nil, taxonomy: 2, taxonomyDigest: digest(0x11))),
  ]

  private static var openedInFull: ItemEvent.ItemOpened {
    var full = opened
    full.key = wrongAddress
    full.severity = .critical
    full.sla = SLAPolicy(
      id: "fast", title: "Schnell, \u{FC}ber Nacht", acknowledgeWithin: .days(Days(0)), closeWithin: .days(Days(1)))
    full.isHistoric = true
    full.cause = .regression
    full.because.expectedThousandths = 250
    full.since = time("2026-01-01T00:00:00Z")
    full.follows = ItemID(3)
    full.failed = reference
    return full
  }

  private static func rejection(_ tripwire: RecurrenceRule?) -> ItemEvent {
    .rejectionProposed(
      RejectionProposal(
        rationale: digest(0x30), expiresOn: date("2027-05-31"), tripwire: tripwire, proposedBy: ann.id, revision: 4))
  }

  private static let items: [Event] = [
    .item(rem, .opened(opened)),
    .item(rem, .opened(openedInFull)),
    .item(rem, .acknowledged),
    .item(rem, .assigned(to: eve.id)),
    .item(rem, .commented(text: digest(0x31))),
    .item(rem, rejection(nil)),
    .item(rem, rejection(RecurrenceRule(count: 10, window: Days(7)))),
    .item(rem, .rejectionApproved(revision: 4, by: bob.id)),
    .item(rem, .rejectionReturned(note: digest(0x32))),
    .item(rem, .rejectionWithdrawn),
    .item(rem, .rejected(revision: 4)),
    .item(rem, .closed(.init(change: chg, sop: reference, takesEffect: time("2026-11-30T00:00:00Z")))),
  ]

  private static var newSOP: ChangeDraft {
    var new = draft
    new.closes = []
    new.keys = []
    new.base = nil
    new.path = path("Rückgaben/Größe (XL).md")
    new.sop = new.path.text
    new.sopVersion = 1
    return new
  }

  private static var several: ChangeDraft {
    var several = draft
    several.closes = [rem, ItemID(13)]
    several.keys = [duplicateCharge, wrongAddress]
    return several
  }

  private static let changes: [Event] = [
    .change(chg, .proposed(newSOP)),
    .change(chg, .proposed(draft)),
    .change(chg, .revised(newSOP)),
    .change(chg, .revised(several)),
    .change(chg, .approved(revision: 2, content: digest(0x54), by: bob.id)),
    .change(chg, .returned(note: digest(0x40))),
    .change(chg, .withdrawn),
    .change(chg, .closingIntended(intent)),
    .change(
      chg,
      .closingIntended(
        ClosingIntent(
          id: "CHG-7.2", revision: 2, approvedBy: bob.id, closedBy: cat.id, time: opening, base: nil,
          domain: "localhost"))),
    .change(
      chg,
      .revised(
        ChangeDraft(
          closes: [rem], keys: [duplicateCharge], path: playbook, sop: "duplicate-charge", sopVersion: 4,
          effective: date("2026-11-22"), content: digest(0x54), base: nil, summary: digest(0x50),
          authors: [bob.id, cat.id], pushed: PushedDraft(branch: "proposals/REM-12", commit: commit(0xC6))))),
    .change(chg, .conflicted(intent: "CHG-7.1", tip: commit(0xC9))),
    .change(chg, .closingAbandoned(intent: "CHG-7.2")),
    .change(chg, .committed(committed)),
    .change(
      chg,
      .committed(
        ChangeCommitted(
          intent: "CHG-7.3", approvedBy: bob.id, sop: reference, tree: "7f", blob: "b5", parent: nil,
          takesEffect: opening))),
  ]

  private static let handbook: [Event] = [
    .handbook(.founded(tip: commit(0xC1), branch: nil)),
    .handbook(.tipAdopted(from: nil, to: commit(0xC1))),
    .handbook(.tipAdopted(from: commit(0xC1), to: commit(0xC2))),
  ]

  private static let sops: [Event] = [
    .sop(reference.path, .ratified(reference, author: ann.id, note: digest(0x51))),
    .sop(reference.path, .ratified(reference, author: nil, note: digest(0x51))),
    .sop(reference.path, .reviewed(reference, next: date("2027-03-31"), note: digest(0x52))),
    .sop(reference.path, .read(reference)),
  ]

  private static var openedOnCalendar: ItemEvent.ItemOpened {
    var opening = opened
    opening.sla = SLAPolicy(
      id: "desk", title: "Desk", acknowledgeWithin: .working(minutes: 240), closeWithin: .businessDays(10),
      warnBefore: .working(minutes: 480), calendar: "berlin", escalateTo: bob.id)
    opening.calendar = digest(0x60)
    opening.schedule = ItemClock.Schedule(
      acknowledgeBy: time("2026-11-23T12:00:00Z"), warnAt: time("2026-12-04T08:00:00Z"),
      dueAt: time("2026-12-04T16:00:00Z"))
    return opening
  }

  private static var openedWithoutWarning: ItemEvent.ItemOpened {
    var opening = openedOnCalendar
    opening.schedule?.warnAt = nil
    return opening
  }

  private static func clock(_ warnAt: Timestamp?) -> [ItemEvent] {
    let due = time("2026-12-11T16:00:00Z")
    return [
      .extensionApproved(GrantedExtension(revision: 5, by: bob.id, until: due, warnAt: warnAt)),
      .paused(ItemPause(reason: digest(0x61), until: time("2026-12-01T08:00:00Z"), dueAt: due, warnAt: warnAt)),
      .resumed(Resumption(dueAt: due, warnAt: warnAt)),
    ]
  }

  private static let clocks: [Event] =
    [
      .item(rem, .opened(openedOnCalendar)), .item(rem, .opened(openedWithoutWarning)),
      .item(
        rem,
        .extensionProposed(
          ExtensionProposal(
            until: time("2026-12-11T16:00:00Z"), reason: digest(0x62), proposedBy: cat.id, revision: 5))),
      .item(rem, .extensionReturned(note: digest(0x63))),
      .item(rem, .reached(.unacknowledged, escalatedTo: nil)), .item(rem, .reached(.dueSoon, escalatedTo: bob.id)),
      .item(rem, .reached(.breached, escalatedTo: bob.id)),
      .sop(reference.path, .reviewDue(reference, due: date("2027-03-31"))),
      .batch(
        BatchReceived(
          digest: digest(0x24), records: 5, amended: 4, reclassified: 3, quarantined: 0, source: "servicenow",
          file: digest(0x25), map: digest(0x22), taxonomy: 2, taxonomyDigest: digest(0x11))),
    ]
    + (clock(nil) + clock(time("2026-12-10T08:00:00Z"))).map { .item(rem, $0) } + [.item(rem, .extensionWithdrawn)]
}

extension EventSamples {
  /// In the order in which they came; the position is in the bytes, so nothing is put between.
  fileprivate static let upkeep: [Event] = [
    .workspaceRestored(WorkspaceRestored(madeAt: time("2026-11-20T02:00:00Z"), size: 51, root: digest(0x70))),
    .workspaceRestored(
      WorkspaceRestored(
        madeAt: time("2026-11-20T02:00:00Z"), size: 51, root: digest(0x70), olderThanCheckpoint: 60)),
    .erased(
      PersonalDataErased(
        rows: digest(0x71), reason: digest(0x72), person: bob.id, records: 12, heldBack: 1, texts: 2)),
    .erased(
      PersonalDataErased(rows: digest(0x73), reason: digest(0x74), person: nil, records: 3, heldBack: 0, texts: 0)),
  ]

  fileprivate static let audit: [Event] = [
    .audited(AuditReviewed(from: 0, to: 51, root: digest(0x70), result: .inOrder, note: nil)),
    .audited(AuditReviewed(from: 51, to: 60, root: digest(0x75), result: .objections, note: digest(0x76))),
    .settled(HeldBackSettled([4, 7, 5, 6, 12], .read)),
    .settled(HeldBackSettled([1], .setAside(because: digest(0x77)))), .settled(HeldBackSettled([1], .takenBack)),
    .handbook(.founded(tip: commit(0xC1), branch: "refs/heads/main")),
  ]
}

/// The kinds as they are stored. A case that is added to an event makes the switch below fail to compile; the word that is
/// then added here makes a test fail until a sample of it is there.
enum EventKind: String, CaseIterable {
  case workspaceFounded = "workspace_founded"
  case taxonomyProposed = "taxonomy_proposed"
  case taxonomyAdopted = "taxonomy_adopted"
  case batchReceived = "batch_received"
  case itemOpened = "item_opened"
  case itemAcknowledged = "item_acknowledged"
  case itemAssigned = "item_assigned"
  case itemCommented = "item_commented"
  case rejectionProposed = "rejection_proposed"
  case rejectionApproved = "rejection_approved"
  case rejectionReturned = "rejection_returned"
  case rejectionWithdrawn = "rejection_withdrawn"
  case itemRejected = "item_rejected"
  case itemClosed = "item_closed"
  case changeProposed = "change_proposed"
  case changeRevised = "change_revised"
  case changeApproved = "change_approved"
  case changeReturned = "change_returned"
  case changeWithdrawn = "change_withdrawn"
  case closingIntended = "closing_intended"
  case closingConflicted = "closing_conflicted"
  case closingAbandoned = "closing_abandoned"
  case changeCommitted = "change_committed"
  case handbookFounded = "handbook_founded"
  case handbookTipAdopted = "handbook_tip_adopted"
  case sopRatified = "sop_ratified"
  case sopReviewed = "sop_reviewed"
  case sopRead = "sop_read"
  case sopReviewDue = "sop_review_due"
  case extensionProposed = "extension_proposed"
  case extensionApproved = "extension_approved"
  case extensionReturned = "extension_returned"
  case extensionWithdrawn = "extension_withdrawn"
  case itemPaused = "item_paused"
  case itemResumed = "item_resumed"
  case itemUnacknowledged = "item_unacknowledged"
  case itemDueSoon = "item_due_soon"
  case itemBreached = "item_breached"
  case workspaceRestored = "workspace_restored"
  case personalDataErased = "personal_data_erased"
  case auditReviewed = "audit_reviewed"
  case heldBackRead = "held_back_read"
  case heldBackSetAside = "held_back_set_aside"
  case heldBackTakenBack = "held_back_taken_back"

  init(_ event: Event) {
    self =
      switch event {
      case .workspaceFounded: .workspaceFounded
      case .workspaceRestored: .workspaceRestored
      case .erased: .personalDataErased
      case .audited: .auditReviewed
      case .settled(let settled):
        switch settled.outcome {
        case .read: .heldBackRead
        case .setAside: .heldBackSetAside
        case .takenBack: .heldBackTakenBack
        }
      case .taxonomy(.proposed): .taxonomyProposed
      case .taxonomy(.adopted): .taxonomyAdopted
      case .batch: .batchReceived
      case .item(_, .opened): .itemOpened
      case .item(_, .acknowledged): .itemAcknowledged
      case .item(_, .assigned): .itemAssigned
      case .item(_, .commented): .itemCommented
      case .item(_, .rejectionProposed): .rejectionProposed
      case .item(_, .rejectionApproved): .rejectionApproved
      case .item(_, .rejectionReturned): .rejectionReturned
      case .item(_, .rejectionWithdrawn): .rejectionWithdrawn
      case .item(_, .rejected): .itemRejected
      case .item(_, .closed): .itemClosed
      case .change(_, .proposed): .changeProposed
      case .change(_, .revised): .changeRevised
      case .change(_, .approved): .changeApproved
      case .change(_, .returned): .changeReturned
      case .change(_, .withdrawn): .changeWithdrawn
      case .change(_, .closingIntended): .closingIntended
      case .change(_, .conflicted): .closingConflicted
      case .change(_, .closingAbandoned): .closingAbandoned
      case .change(_, .committed): .changeCommitted
      case .handbook(.founded): .handbookFounded
      case .handbook(.tipAdopted): .handbookTipAdopted
      case .sop(_, .ratified): .sopRatified
      case .sop(_, .reviewed): .sopReviewed
      case .sop(_, .read): .sopRead
      case .sop(_, .reviewDue): .sopReviewDue
      case .item(_, .extensionProposed): .extensionProposed
      case .item(_, .extensionApproved): .extensionApproved
      case .item(_, .extensionReturned): .extensionReturned
      case .item(_, .extensionWithdrawn): .extensionWithdrawn
      case .item(_, .paused): .itemPaused
      case .item(_, .resumed): .itemResumed
      case .item(_, .reached(.unacknowledged, _)): .itemUnacknowledged
      case .item(_, .reached(.dueSoon, _)): .itemDueSoon
      case .item(_, .reached(.breached, _)): .itemBreached
      }
  }
}
