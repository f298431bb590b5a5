// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What waits for me?
struct MyWorkPage: ReadablePage {
  private let mine: [ItemView]
  private let toApprove: [ItemView]
  private let changes: [(change: SOPChange, json: JSONValue)]
  /// What this person proposed and an approver sent back.
  private let returned: [ReturnedChange]
  /// What this person proposed for an SOP that somebody else changed meanwhile.
  private let conflicted: [SOPChange]
  /// What was pushed past the tool, and this person may stand by.
  private let toRatify: [SOPVersion]
  /// How many SOPs of this person have a version that nobody approved, beside those.
  private let unapproved: Int
  /// Since when the weekly review of the record waits for this auditor.
  private let reviewSince: Timestamp?
  /// What those own who are away, and in whose place this person acts today.
  private let inPlaceOf: [(person: PersonID, items: [ItemView])]

  /// Of each list at most so many are shown.
  private static let most = 50

  var title: String { "My work" }
  var subject: String? { "*" }
  var area: Area { .work }

  /// - Parameter isWhole: whether all of each list is read, for scripts.
  init(isWhole: Bool, _ workspace: Workspace, _ caller: Caller) throws {
    let places = isWhole ? nil : 0..<MyWorkPage.most
    var query = ItemQuery()
    (query.owner, query.isOpen, query.places) = (caller.person, true, places)
    mine = try workspace.items(query, by: caller)
    inPlaceOf = try workspace.actsInPlaceOf(caller).map { person in
      query.owner = person
      return (person, try workspace.items(query, by: caller))
    }
    query = ItemQuery()
    (query.isToApprove, query.places) = (true, places)
    toApprove = try workspace.items(query, by: caller)
    changes = try workspace.openChanges(isToApprove: true, by: caller)
    returned = try workspace.returnedChanges(of: caller.person, by: caller)
    conflicted = try workspace.conflictedChanges(of: caller.person)
    let pushed = try workspace.unapproved()
    toRatify = try workspace.toRatify(of: pushed, atMost: isWhole ? pushed.count : MyWorkPage.most, by: caller)
    let paths = Set(toRatify.map(\.reference.path))
    reviewSince = try workspace.auditReviewDue(for: caller)
    unapproved = pushed.count { $0.owner == caller.person.text && !paths.contains($0.reference.path) }
  }

  var json: JSONValue {
    .fields([
      "mine": .array(mine.map(\.json)), "to_approve": .array(toApprove.map(\.json)),
      "changes_to_approve": .array(changes.map(\.json)), "returned": .array(returned.map(\.json)),
      "conflicted": .array(conflicted.map { .text($0.id) }),
      "in_place_of": .array(
        inPlaceOf.map { .fields(["person": .text($0.person), "items": .array($0.items.map(\.json))]) }),
      "audit_review_since": .text(reviewSince),
      "sops_to_ratify": .array(
        toRatify.map { .fields(["path": .text($0.reference.path), "commit": .text($0.reference.commit)]) }),
    ])
  }

  func body(_ frame: Frame) -> HTML {
    let urgent = mine.filter { $0.urgency != nil }
    let rest = mine.filter { $0.urgency == nil }
    return """
      <h1>My work</h1>
      \(isEmpty ? "<p class=\"empty\">Nothing waits for you. Items that you own, and what you could approve, will stand here.</p>" as HTML : nil)
      \(reviewSince.map { "<p class=\"message warning\">The weekly review of the record has been due since \(HTML.day($0)). <a href=\"\(AuditReviewPage.path)\">Look through it</a></p>" as HTML })
      \(section("Due and overdue", urgent))
      \(sentBack)
      \(conflicted.map { "<p class=\"message warning\"><a href=\"/changes/\($0.id.description)/revise\">Join the two texts of \($0.id.description)</a>: \(HTML.changedMeanwhile($0))</p>" as HTML })
      \(approvals)
      \(pushed)
      \(section("Yours, with time left", rest))
      \(inPlaceOf.map(standIn))
      \(mine.count < MyWorkPage.most ? nil : "<p><a href=\"/items?owner=\(frame.person?.text.asQuery ?? "")\">All items that you own</a></p>" as HTML?)
      \(unapproved == 0 ? nil : "<p class=\"message\">\(Words.count(unapproved, "SOP")) of yours have a version that nobody approved. <a href=\"/handbook\">Look at the handbook</a></p>" as HTML?)
      """
  }

  private var isEmpty: Bool {
    mine.isEmpty && toApprove.isEmpty && changes.isEmpty && returned.isEmpty && conflicted.isEmpty && toRatify.isEmpty
      && inPlaceOf.isEmpty && reviewSince == nil
  }

  private var sentBack: HTML? {
    guard !returned.isEmpty else { return nil }
    let rows: [[HTML]] = returned.map { returned in
      let id = returned.change.id.description
      return [
        "<a href=\"/changes/\(id)/revise\">Revise \(id)</a>", .link(to: returned.change.draft.path),
        HTML.sentBack(returned), .day(returned.at),
        "\(returned.change.draft.closes.map { "\(HTML.link(to: $0)) " as HTML })",
      ]
    }
    return """
      <h2>Sent back to you</h2>
      \(HTML.table(["Next", "SOP", "Why", "When", "Closes"], caption: "SOP changes that were sent back to you", rows))
      """
  }

  /// What came past the tool is in force, and waits for somebody to say whether it stands.
  private var pushed: HTML? {
    guard !toRatify.isEmpty else { return nil }
    let rows: [[HTML]] = toRatify.map { version in
      [
        .link(to: version.reference.path, version.title),
        version.blob == nil ? "deleted" : "v\(version.reference.version)", "\(version.author)",
        .time(version.committedAt),
      ]
    }
    return """
      <h2>Pushed by git, for you to approve or to put back</h2>
      \(HTML.table(["SOP", "Version", "By", "When (UTC)"], caption: "SOPs with a version that nobody approved", rows))
      \(toRatify.count < MyWorkPage.most ? nil : "<p>More may be in the <a href=\"/handbook\">handbook</a>.</p>" as HTML?)
      """
  }

  private func standIn(_ principal: (person: PersonID, items: [ItemView])) -> HTML {
    let name = principal.person.text
    return """
      <h2>In the place of \(name)</h2>
      <p>You act for \(name) today: what \(name) could approve stands above, and what \(name) owns you may close and pause.</p>
      \(principal.items.isEmpty ? nil : ItemsPage.table(principal.items.map(\.listed), caption: "Items of \(name)"))
      """
  }

  private func section(_ title: String, _ items: [ItemView]) -> HTML? {
    items.isEmpty ? nil : "<h2>\(title)</h2>\(ItemsPage.table(items.map(\.listed), caption: title))"
  }

  private var approvals: HTML? {
    guard !toApprove.isEmpty || !changes.isEmpty else { return nil }
    let rows: [[HTML]] = changes.map { change, _ in
      let draft = change.draft
      return [
        .link(to: change.id), .link(to: draft.path), "version \(draft.sopVersion)", "\(change.proposedBy.text)",
        "\(draft.closes.map(\.description).joined(separator: ", "))",
      ]
    }
    return """
      <h2>For you to approve</h2>
      \(rows.isEmpty ? nil : HTML.table(["Change", "SOP", "To", "By", "Closes"], caption: "SOP changes to approve", rows))
      \(toApprove.isEmpty ? nil : ItemsPage.table(toApprove.map(\.listed), caption: "Items to approve"))
      \(toApprove.count < MyWorkPage.most ? nil : "<p><a href=\"/items?to_approve=1\">All items that you could approve</a></p>" as HTML?)
      """
  }
}
