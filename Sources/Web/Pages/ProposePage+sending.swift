// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

extension ProposePage {
  /// What is sent with the text. `look` and `whole` ask for the page again; `draft` is the browser's own.
  static let sent = TypedSOP.sent + ProposeGround.sent + ["path", "summary", "base", "look", "whole", "draft"]

  static func propose(_ visit: Visit) async throws -> Answer {
    let id = try visit.item()
    return try await propose(visit, closing: [id], on: id.description)
  }

  /// Scripts may name the items that it closes; a page has none.
  static func proposeForAny(_ visit: Visit) async throws -> Answer {
    let items = try visit.form["items"].split(whereSeparator: \.isWhitespace).map { name in
      guard let id = ItemID(String(name)) else { throw Rejection.unknownItem(String(name)) }
      return id
    }
    return try await propose(visit, closing: items, on: "*")
  }

  private static func propose(_ visit: Visit, closing items: [ItemID], on subject: String) async throws -> Answer {
    let (form, seen): (FormFields, SeenChange?) = (visit.form, try visit.seen())
    return try await send(visit, on: subject) { workspace, caller in
      let (typed, path, base) = (TypedSOP(form), try workspace.sopPath(form["path"]), try base(form))
      if try ProposeGround.isUnseen(path, form, workspace) { throw ProposalError.textNotSeen(path) }
      let ends = try workspace.lineEnds(at: path, or: typed.frontOf, in: base)
      return try workspace.handIn(
        closing: items, path: path, text: typed.bytes(at: path.text, form, endingLinesAs: ends),
        summary: form["summary"],
        base: base, seen: seen, by: caller)
    } page: { workspace, caller in
      try ProposePage(items.first, form, workspace, caller)
    }
  }

  static func revise(_ visit: Visit) async throws -> Answer {
    let (id, form, seen): (ChangeID, FormFields, SeenChange?) = (try visit.change(), visit.form, try visit.seen())
    return try await send(visit, on: id.description) { workspace, caller in
      let change = try workspace.change(id, by: caller).change
      let ends = LineEnds(of: try workspace.proposedText(of: change))
      return try workspace.handIn(
        revising: id, text: TypedSOP(form).bytes(at: change.draft.path.text, form, endingLinesAs: ends),
        summary: form["summary"],
        base: base(form), seen: seen, by: caller)
    } page: { workspace, caller in
      try ProposePage(revising: id, form, workspace, caller)
    }
  }

  /// The path that somebody means by a path or an id; as it was typed where it can be neither.
  static func resolved(_ name: String, _ workspace: Workspace) -> String {
    (try? workspace.sopPath(name).text) ?? name  // why not is said when it is sent
  }

  private static func base(_ form: FormFields) throws -> CommitID? {
    guard !form["base"].isEmpty else { return nil }
    guard let commit = CommitID(form["base"]) else {
      throw Problem(
        status: .unprocessableContent,
        sentence: "base: \(form["base"].quoted) is no commit. Send the one that the page of this form says.")
    }
    return commit
  }

  /// Shows the same page again, with all that was typed, where somebody wants to see more of it, and where it is refused.
  /// - Parameter page: the same again, with what was typed.
  private static func send(
    _ visit: Visit, on subject: String, _ body: @escaping @Sendable (Workspace, Caller) throws -> HandedIn,
    page: @escaping @Sendable (Workspace, Caller) throws -> ProposePage
  ) async throws -> Answer {
    let (form, caller) = (visit.form, try visit.caller(on: subject))
    do {
      if !form["look"].isEmpty || !form["whole"].isEmpty {
        return .page(
          try await visit.desk.read { workspace in
            let again = try page(workspace, caller)
            return form["whole"].isEmpty ? try again.withPreview(workspace) : try again.whole()
          })
      }
      let handedIn = try await visit.desk.write { try body($0, caller) }
      return .see("/changes/\(handedIn.change.id)", notice: handedIn.sentence)
    } catch {
      let again = try await visit.desk.read { try page($0, caller) }
      // It names a line of the file, so the file is shown.
      throw Refused(page: SOPForm.isAboutTheFile(error) ? again.fileToMend : again, reason: error)
    }
  }
}
