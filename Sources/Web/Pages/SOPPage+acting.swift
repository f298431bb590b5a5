// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

// What a form on the page of an SOP does. The form's `action` says which.
extension SOPPage {
  static func act(_ visit: Visit) async throws -> Answer {
    let (path, form, caller, isForScript) = (try visit.rest(), visit.form, try visit.caller(), visit.wantsJSON)
    // What counts is the version that the page showed.
    guard let seen = CommitID(form["commit"]) else {
      throw Problem(status: .badRequest, sentence: "Say which version you have looked at, by its commit.")
    }
    let action: @Sendable (Workspace) throws -> Answer
    switch form["action"] {
    case "acknowledge":
      action = { workspace in
        _ = try workspace.acknowledgeReading(of: path, seen: seen, by: caller)
        return here(path, "It is recorded that you have read it.")
      }
    case "review":
      action = { workspace in
        let next = try form["next"].isEmpty ? nil : CalendarDate(written: form["next"])
        let date = try workspace.review(path, note: form["note"], next: next, seen: seen, by: caller)
        let done = here(path, "It is reviewed; the next review is due on \(date).")
        guard isForScript, case .see(let path, let notice) = done else { return done }
        return .json(.fields(["see": .string(path), "done": .optional(notice), "next": .text(date)]))
      }
    case "ratify":
      action = { workspace in
        _ = try workspace.ratify(path, note: form["note"], seen: seen, by: caller)
        return here(path, "The version is approved.")
      }
    case "restore":
      action = { workspace in
        let change = try workspace.restore(path, summary: nil, seen: seen, by: caller)
        return .see(
          "/changes/\(change.id)",
          notice: "\(change.id) would put the last approved text back. It waits for a second person.")
      }
    default: throw Problem(status: .badRequest, sentence: "Say what to do: acknowledge, review, ratify or restore.")
    }
    do { return try await visit.desk.write(action) } catch {
      guard let page = try? await visit.desk.read({ try SOPPage(path, difference: nil, $0, caller, typed: form) })
      else {
        throw error  // there is no such SOP
      }
      throw Refused(page: page, reason: error)
    }
  }

  private static func here(_ path: String, _ notice: String) -> Answer {
    .see("/handbook/\(path.asPath)", notice: notice)
  }
}

extension CalendarDate {
  /// - Throws: `Problem` where it is no date.
  init(written text: String) throws {
    guard let date = CalendarDate(text) else {
      throw Problem(status: .unprocessableContent, sentence: "\"\(text)\" is no date. Write it as 2027-03-31.")
    }
    self = date
  }
}
