// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Ledger
internal import Remediation
internal import Tracker

/// A request, by whom it is, and what it is answered from.
struct Visit: Sendable {
  let request: Request
  let parameters: Parameters
  let desk: Desk
  let accounts: SignIns
  let now: Timestamp
  /// Who is signed in, and with which roles.
  let session: Session?
  let roles: Set<Role>
  /// What the form said; empty for other requests.
  let form: FormFields

  /// Who acts.
  /// - Throws: `Problem` where nobody is signed in.
  func caller() throws -> Caller {
    guard let session else { throw Problem(status: .unauthorized, sentence: "Sign in first.") }
    return Caller(signedIn: session.person, now: now)
  }

  /// A part of the path, as text.
  func part(_ name: String) throws -> String {
    guard let text = parameters.get(name)?.removingPercentEncoding else { throw Problem.notFound }
    return text
  }

  /// The part of the path that `**` stands for.
  func rest() throws -> String {
    guard let text = parameters.getCatchAll().joined(separator: "/").removingPercentEncoding, !text.isEmpty else {
      throw Problem.notFound
    }
    return text
  }

  /// What the address asks for behind the `?`; nil where it is absent or empty.
  func query(_ name: String) -> String? {
    guard let text = request.uri.queryParameters.get(name), !text.isEmpty else { return nil }
    return text.replacing("+", with: " ")
  }

  func item() throws -> ItemID {
    let text = try part("id")
    guard let id = ItemID(text) else { throw Rejection.unknownItem(text) }
    return id
  }

  func change() throws -> ChangeID {
    let text = try part("id")
    guard let id = ChangeID(text) else { throw Rejection.unknownChange(text) }
    return id
  }

  /// Answers from one state of the workspace.
  func read(
    _ page: @escaping @Sendable (Workspace, Caller) throws -> any Page
  ) async throws -> Answer {
    let caller = try caller()
    return .page(try await desk.read { try page($0, caller) })
  }

  /// Whether scripts, not people, ask: they want JSON.
  var wantsJSON: Bool {
    guard let accept = request.headers[.accept] else { return false }
    return accept.contains("json") && !accept.contains("text/html")
  }
}

/// What a form said, each field once.
struct FormFields: Sendable {
  private let fields: FlatDictionary<Substring, Substring>

  /// - Parameter body: `application/x-www-form-urlencoded`.
  init(_ body: String = "") {
    fields = URI("/?\(body.replacing("+", with: "%20"))").queryParameters
  }

  /// Empty where it is absent.
  subscript(_ name: String) -> String {
    // Browsers end lines with CR LF.
    (fields.get(name) ?? "").replacing("\r\n", with: "\n")
  }
}
