// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// An item as lists for people show it.
package struct ListedItem: Sendable {
  package let item: RemediationItem
  package let title: String
  package let occurrences: Int
  package let money: [(currency: String, amount: Int64)]
  package let isOverdue: Bool
  /// `overdue`, `paused until …` or `due soon`; nil where there is nothing to say of its clock.
  package let urgency: String?
  package let ruleHolds: Bool
}

/// The same with what scripts get, which takes longer to find out.
@dynamicMemberLookup package struct ItemView: Sendable {
  package let listed: ListedItem
  package let json: JSONValue

  package subscript<Value>(dynamicMember member: KeyPath<ListedItem, Value>) -> Value { listed[keyPath: member] }
}

/// An event in the history of an item or a change.
package struct HistoryEntry: Sendable {
  package let at: Timestamp
  package let actor: PersonID
  /// The event's kind, as `item_opened`.
  package let kind: String
  /// What was written, or what it was about; empty where the kind says all.
  package let note: String

  package var json: JSONValue {
    .fields(["at": .text(at), "actor": .text(actor), "event": .string(kind), "note": .string(note)])
  }
}

/// Which items a person asks for.
package struct ItemQuery: Sendable {
  package var state: String?
  package var owner: PersonID?
  package var isOverdue = false
  package var isToApprove = false
  /// Whether closed ones are left out.
  package var isOpen = false
  package var order = ItemOrder.due
  /// Which of them, in their order; nil means all.
  package var places: Range<Int>?

  /// No two queries have the same.
  fileprivate func name(for person: PersonID) -> String {
    let parts = [state ?? "", owner?.text ?? "", isToApprove ? person.text : "", places.map { "\($0)" } ?? ""]
    return parts.joined(separator: " ") + " \(isOverdue) \(isOpen) \(order)"
  }

  package init() {}
}

extension Workspace {
  /// The items that are asked for, in the order that is asked for.
  package func items(_ query: ItemQuery, by caller: Caller) throws -> [ItemView] {
    try items("items", query, by: caller) { try $0.view($1) }
  }

  /// The same for people, who see no JSON.
  package func listedItems(_ query: ItemQuery, by caller: Caller) throws -> [ListedItem] {
    try items("listed items", query, by: caller) { $0.listed($1) }
  }

  /// - Parameter kind: what is made of them, by its name.
  private func items<View: Sendable>(
    _ kind: String, _ query: ItemQuery, by caller: Caller, _ view: (ItemViews, ItemSummary) throws -> View
  ) throws -> [View] {
    try ledger.read { reader in
      if let owner = query.owner, try reader.requiredTaxonomy().taxonomy.person(owner) == nil {
        throw Rejection.unknownPerson(owner.text)
      }
      func found() throws -> [View] {
        let views = try ItemViews(reader, now: caller.now, isForMany: query.places == nil)
        let filter = ItemFilter(
          state: query.state, owner: query.owner, overdueAt: query.isOverdue ? caller.now : nil,
          approvableBy: query.isToApprove ? try reader.actor(caller) : nil, isOpen: query.isOpen, order: query.order,
          places: query.places)
        return try reader.items(filter).map { try view(views, $0) }
      }
      // All of them are too many to keep; and what is due changes with time.
      guard query.places != nil else { return try found() }
      return try reader.once(kind, query.name(for: caller.person), at: caller.now, found)
    }
  }

  /// One item, with everything that happened to it.
  package func item(_ id: ItemID, by caller: Caller) throws -> (view: ItemView, history: [HistoryEntry]) {
    try ledger.read { reader in
      let view = try ItemViews(reader, now: caller.now).view(reader.summary(of: id))
      return (view, try reader.historyEntries(of: id.description))
    }
  }

  /// One SOP change, with everything that happened to it.
  package func change(
    _ id: ChangeID, by caller: Caller
  ) throws -> (change: SOPChange, json: JSONValue, history: [HistoryEntry]) {
    try ledger.read { reader in
      let change = try reader.requiredChange(id)
      return (
        change, try ItemViews(reader, now: caller.now).change(change), try reader.historyEntries(of: id.description)
      )
    }
  }
}

extension ItemViews {
  func view(_ summary: ItemSummary) throws -> ItemView { ItemView(listed: listed(summary), json: try item(summary)) }

  func listed(_ summary: ItemSummary) -> ListedItem {
    ListedItem(
      item: summary.item, title: title(summary.item.key), occurrences: summary.occurrences, money: summary.money,
      isOverdue: summary.item.isOverdue(at: now), urgency: summary.item.urgency(at: now), ruleHolds: summary.ruleHolds)
  }
}

extension RemediationItem {
  fileprivate func urgency(at now: Timestamp) -> String? {
    if isClosed { return nil }
    if isOverdue(at: now) { return "overdue" }
    if let until = clock.pause(at: now)?.until { return "paused until \(until.date)" }
    return isDueSoon(at: now) ? "due soon" : nil
  }
}

extension LedgerReader {
  func historyEntries(of subject: String) throws -> [HistoryEntry] {
    try history(of: subject).map { recorded in
      HistoryEntry(
        at: recorded.at, actor: recorded.actor, kind: recorded.event.kind, note: try note(on: recorded))
    }
  }

  /// The text that belongs to an event, or what it was about.
  func note(on recorded: RecordedEvent) throws -> String {
    func written(_ digest: Digest) throws -> String { try text(digest) ?? "(erased)" }
    func inPlace(of person: PersonID?) -> String { person.map { ", in place of \($0)" } ?? "" }
    switch recorded.event {
    case .item(_, let event):
      switch event {
      case .opened(let opened):
        return "\(opened.because.count) in \(opened.because.rule.window.count) days (rule \(opened.because.rule))"
      case .assigned(let person): return "to \(person)"
      case .commented(let digest), .rejectionReturned(let digest): return try written(digest)
      case .rejectionProposed(let proposal):
        return "\(try written(proposal.rationale)) (until \(proposal.expiresOn))"
      case .rejectionApproved(let revision, let person, let principal):
        return "revision \(revision), by \(person)\(inPlace(of: principal))"
      case .closed(let closed): return "by \(closed.change): \(closed.sop.path) v\(closed.sop.version)"
      case .extensionProposed(let proposal): return "until \(proposal.until): \(try written(proposal.reason))"
      case .extensionApproved(let granted):
        return "until \(granted.until), by \(granted.by)\(inPlace(of: granted.inPlaceOf))"
      case .extensionReturned(let note): return try written(note)
      case .paused(let pause): return "until \(pause.until), due \(pause.dueAt): \(try written(pause.reason))"
      case .resumed(let resumption): return "due \(resumption.dueAt)"
      case .reached(_, let person):
        return [recorded.dueAt.map { "since \($0)" }, person.map { "escalated to \($0)" }].compactMap(\.self)
          .joined(separator: ", ")
      case .acknowledged, .rejectionWithdrawn, .extensionWithdrawn, .rejected: return ""
      }
    case .change(let id, let event):
      switch event {
      case .proposed(let draft), .revised(let draft):
        return "\(id): \(draft.path) v\(draft.sopVersion): \(try written(draft.summary))"
      case .approved(let revision, _, let person, let principal):
        return "\(id) revision \(revision), by \(person)\(inPlace(of: principal))"
      case .returned(let note): return "\(id): \(try written(note))"
      case .closingIntended(let intent): return intent.id
      case .conflicted(let intent, _): return "\(intent): the file has changed meanwhile"
      case .closingAbandoned(let intent): return intent
      case .committed(let committed):
        return "\(committed.sop.path) v\(committed.sop.version), commit \(committed.sop.commit.abbreviated)"
      case .withdrawn: return id.description
      }
    case .sop(let path, let event):
      switch event {
      case .ratified(_, _, let digest, let principal):
        return "\(path)\(inPlace(of: principal)): \(try written(digest))"
      case .reviewed(_, let next, let digest): return "\(path), next on \(next): \(try written(digest))"
      case .read: return path.text
      case .reviewDue(_, let due): return "\(path), on \(due)"
      }
    case .audited(let review):
      return "events \(review.from) to \(review.to - 1)\(try review.note.map { ": \(try written($0))" } ?? "")"
    case .taxonomy(.adopted(let version, _, let proposer)):
      return "version \(version)\(proposer.map { ", proposed by \($0)" } ?? "")"
    case .settled(let settled):
      let rows = Words.count(settled.count, "row")
      return try settled.reason.map { "\(rows): \(try written($0))" } ?? rows
    case .erased(let erased): return try written(erased.reason)
    case .workspaceRestored(let restored): return "a backup of \(restored.madeAt), with \(restored.size) events"
    case .handbook(.tipAdopted(let from, let to)):
      return "from \(from?.abbreviated ?? "nothing") to \(to.abbreviated)"
    case .workspaceFounded, .taxonomy, .batch, .handbook: return ""
    }
  }
}
