// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

// What a form on the page of an item or a change does. Where it is refused, the same page is shown again, with the reason and with what
// was typed.
extension Visit {
  func onItem(
    _ done: String, _ body: @escaping @Sendable (Workspace, ItemID, Caller) throws -> Void
  ) async throws -> Answer {
    let id = try item()
    return try await act("\(id) \(done)", on: id.description, at: "/items/\(id)") {
      try body($0, id, $1)
    } again: {
      try ItemPage(id, $0, $1, typed: form)
    }
  }

  func onChange(
    _ done: String, _ body: @escaping @Sendable (Workspace, ChangeID, Caller) throws -> Void
  ) async throws -> Answer {
    let id = try change()
    return try await act("\(id) \(done)", on: id.description, at: "/changes/\(id)") {
      try body($0, id, $1)
    } again: {
      try ChangePage(id, $0, $1, typed: form)
    }
  }

  private func act(
    _ notice: String, on subject: String, at path: String,
    _ body: @escaping @Sendable (Workspace, Caller) throws -> Void,
    again page: @escaping @Sendable (Workspace, Caller) throws -> any Page
  ) async throws -> Answer {
    let caller = try caller(on: subject)
    do {
      try await desk.write { try body($0, caller) }
    } catch {
      guard let page = try? await desk.read({ try page($0, caller) }) else { throw error }  // there is no such page
      throw Refused(page: page, reason: error)
    }
    return .see(path, notice: notice)
  }

  func closeRejected() async throws -> Answer {
    let id = try item()
    let time = try await secondOfItsOwn(.rejection(id))
    return try await onItem("is closed.") { try $0.close(.rejection($1), by: $2.with(now: time, seen: $2.seen)) }
  }

  func closeChange() async throws -> Answer {
    let id = try change()
    let time = try await secondOfItsOwn(.change(id))
    return try await onChange("is committed.") { try $0.close(.change($1), by: $2.with(now: time, seen: $2.seen)) }
  }

  private func secondOfItsOwn(_ proposal: Proposal) async throws -> Timestamp {
    var now = now
    while try await desk.read({ [now] in try $0.hasException(of: proposal, at: now) }) {
      try await Task.sleep(for: .milliseconds(1_000))
      now = Timestamp(seconds: now.seconds + 1)
    }
    return now
  }
}
