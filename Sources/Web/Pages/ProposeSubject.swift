// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What a text is written for.
enum ProposeSubject: Sendable {
  case item(ItemView)
  /// What closes no item: a new SOP, or a correction of the one that is named.
  case handbook(SOPPath?)
  /// The next revision of a change, and how that was sent back.
  case change(SOPChange, ReturnedChange?)

  var isRevision: Bool { if case .change = self { true } else { false } }

  /// The items that it closes, in a page of its own.
  var items: [ItemID] {
    switch self {
    case .item(let view): [view.item.id]
    case .handbook: []
    case .change(let change, _): change.draft.closes
    }
  }

  var title: String {
    switch self {
    case .item(let view): "Propose a change for \(view.item.id)"
    case .handbook(let path): path.map { "Propose a change of \($0)" } ?? "Propose an SOP"
    case .change(let change, _): "Revise \(change.id)"
    }
  }

  var address: String {
    switch self {
    case .item(let view): "/items/\(view.item.id)/propose"
    case .handbook: "/propose"
    case .change(let change, _): "/changes/\(change.id)/revise"
    }
  }

  /// No two drafts in a browser have the same.
  var name: String {
    switch self {
    case .item(let view): view.item.id.description
    case .handbook: "handbook"
    case .change(let change, _): "\(change.id).\(change.revision)"
    }
  }

  var json: JSONValue {
    switch self {
    case .item(let view): .fields(["item": view.json])
    case .handbook: .fields([:])
    case .change(let change, let returned):
      .fields(["change": .text(change.id), "returned": returned.map(\.json) ?? .null])
    }
  }

  var heading: HTML {
    switch self {
    case .item(let view):
      return """
        <h1>Propose a change for \(HTML.link(to: view.item.id)) <span class="key">\(view.item.key.value)</span></h1>
        <p class="lead">\(view.ownTitle ?? "It happened"): \(Words.because(view.item.because)). Write what people shall do from now on; a second \
        person reads it before it counts. The version and the effective date are filled in.</p>
        """
    case .handbook(let path):
      return """
        <h1>\(path.map { "Propose a change of \(HTML.link(to: $0))" } ?? "Propose an SOP" as HTML)</h1>
        <p class="lead">It closes no item: a correction, or what people shall do before anything recurs. A second person reads it before it \
        counts. The version and the effective date are filled in.</p>
        """
    case .change(let change, let returned):
      let items: [HTML] = change.draft.closes.map { " \(HTML.link(to: $0))" }
      return """
        <h1>Revise \(HTML.link(to: change.id)) <span class="key">\(change.draft.path.text)</span></h1>
        \(returned.map { "<p class=\"message\">\(HTML.sentBack($0))</p>" } as HTML?)
        \(change.state == .conflicted ? "<p class=\"message warning\">\(HTML.changedMeanwhile(change))</p>" as HTML : nil)
        <p class="lead">This is what \(change.id.description) says now\(items.isEmpty ? "" : ", for\(items)" as HTML). What you send \
        replaces it, and a second person reads it again.</p>
        """
    }
  }
}
