// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// What a text is written on: the SOP whose text it began with, and what its writer has under way there already.
struct ProposeGround: Sendable {
  /// The path of that SOP; `none` where it began with nothing, empty where nobody says.
  private let textOf: String
  private let own: [OwnChange]
  /// The change whose next revision the page writes.
  private let revised: SOPChange?
  /// An SOP that the text would replace without having been made from it, and where a change of it is proposed.
  private let unseen: (path: SOPPath, address: String)?

  /// What a form says of it.
  static let sent = ["seen", "text_of"]

  /// - Parameter path: of the SOP whose text it begins with; nil where it begins with nothing.
  init(_ path: SOPPath?, closing items: [ItemID], _ workspace: Workspace, _ caller: Caller) throws {
    (textOf, revised, unseen) = (path?.text ?? "none", nil, nil)
    own = try workspace.ownChanges(at: path, closing: items, by: caller)
  }

  init(revising change: SOPChange) {
    (textOf, own, revised, unseen) = ("", [], change, nil)
  }

  /// As a form says it.
  /// - Parameter path: what its text is sent for.
  init(_ form: FormFields, at path: String, for subject: ProposeSubject, _ workspace: Workspace, _ caller: Caller)
    throws
  {
    (textOf, revised) = (form["text_of"], nil)
    let sop = try? SOPPath(path)  // why not is said when it is sent
    own = try workspace.ownChanges(at: sop, closing: subject.items, by: caller)
    let isUnseen = sop.flatMap { try? ProposeGround.isUnseen($0, form, workspace) } ?? false  // likewise
    unseen = isUnseen ? sop.map { ($0, "\(subject.address)?sop=\($0.text.asQuery)") } : nil
  }

  /// Whether a form's text would replace that of an SOP from which it was not made.
  static func isUnseen(_ path: SOPPath, _ form: FormFields, _ workspace: Workspace) throws -> Bool {
    guard !form["text_of"].isEmpty, form["text_of"] != path.text, let base = CommitID(form["base"]) else {
      return false
    }
    return try workspace.has(path, in: base)
  }

  /// Whether the text began with that of no SOP.
  var isNew: Bool { textOf == "none" }

  /// What a text that is sent now takes the place of.
  var seen: SeenChange { SeenChange(revised ?? own.first(where: \.isReplaced)?.change) }

  var fields: HTML {
    "\(HTML.seen(seen.description))<input type=\"hidden\" name=\"text_of\" value=\"\(typed: textOf)\">"
  }

  var notices: HTML {
    """
    \(unseen.map { "<p class=\"message warning\"><a href=\"\($0.address)\">Propose a change of \($0.path.text)</a> begins with what it says now.</p>" as HTML })\
    \(own.map(notice))
    """
  }

  private func notice(_ own: OwnChange) -> HTML {
    let change = own.change
    let id = change.id.description
    let state: HTML = """
      revision \(change.revision), \(HTML.state(change.stateWord))\(change.approvedBy.map { " by \($0.text)" } as HTML?)
      """
    let revise: HTML = "<a href=\"/changes/\(id)/revise\">Revise \(id)</a>"
    let items = change.draft.closes.map(\.description).joined(separator: ", ")
    if own.isReplaced {
      return """
        <p class="message warning">You have \(HTML.link(to: change.id)) open for this SOP: \(state). What you send here replaces \
        it\(change.approvedBy.map { _ in ", and its approval is void" } as HTML?). \(revise) to go on from its text.</p>
        """
    }
    return """
      <p class="message">You have \(HTML.link(to: change.id)) open\(items.isEmpty ? nil : " for \(items)" as HTML?), a change of \
      \(HTML.link(to: change.draft.path)): \(state). \(revise) to go on from its text.</p>
      """
  }
}
