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
  let imports: Imports
  let audits: Audits
  let simulations: Simulations
  let traces: SideDesk
  let upkeep: Upkeep
  let erasures: Erasures
  let recorder: Recorder
  let metrics: Metrics
  let now: Timestamp
  /// Who asks; nil for strangers.
  var identity: Identity?
  /// How many events the record had before the page was made; nil where nobody has to know.
  var size: Int?
  /// What was sent; empty for other requests.
  var form = FormFields.none

  /// Who acts.
  /// - Throws: `Problem` where nobody is signed in.
  func caller() throws -> Caller { Caller(signedIn: try signedIn().person, now: now) }

  func signedIn() throws -> Identity {
    guard let identity else { throw Problem.signInFirst }
    return identity
  }

  /// The session of a browser, for what tokens may not do.
  /// - Parameter reason: why they may not.
  func session(because reason: String = "a token cannot change how somebody signs in") throws -> Session {
    guard let session = try signedIn().session else {
      throw Problem(status: .forbidden, sentence: "This is done in a browser: \(reason).")
    }
    return session
  }

  /// Who acts on a subject, and which version of it they looked at, where `If-Match` says it.
  /// - Throws: `Problem` where the header holds no version.
  func caller(on subject: String) throws -> Caller {
    guard let tag = request.headers[.ifMatch] else { return try caller() }
    guard let version = ETag(tag)?.version else {
      throw Problem(
        status: .badRequest, sentence: "If-Match takes one version as ETag gave it, in double quotes: \"7\".")
    }
    return try caller().with(seen: SeenVersion(subject, version: version))
  }

  /// The password and the code that were sent.
  var credentials: Credentials { Credentials(password: form["password"], code: form["code"]) }

  /// Somebody says again who they are, before what matters most is given away or changed.
  /// - Throws: `AccountError`, `AccountKeyError`.
  func confirmWhoItIs(in session: Session) async throws {
    let (credentials, now) = (credentials, now)
    try await accounts.withPasswords { try $0.confirm(credentials, in: session, at: now) }
  }

  /// Whether this person signs in with a code as well.
  func hasAuthenticator() async throws -> Bool {
    let person = try signedIn().person
    return try await accounts.use { try $0.hasAuthenticator(person) }
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
    // A plus stands for a space, and one that is meant is written as %2B.
    guard let query = request.uri.query?.replacing("+", with: "%20"),
      let text = URI("/?\(query)").queryParameters.get(name), !text.isEmpty
    else { return nil }
    return text
  }

  /// Which page of a list is asked for, from 0.
  var pageNumber: Int { query("page").flatMap { Int($0) }.map { max(0, min($0, 1_000_000) - 1) } ?? 0 }

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

  /// Answers with what a use case finds. Each reads one state of the workspace; a page of several may span a change between them.
  func read(
    _ page: @escaping @Sendable (Workspace, Caller) throws -> any Page
  ) async throws -> Answer {
    let caller = try caller()
    return .page(try await desk.read { try page($0, caller) })
  }

  /// The address at which the browser reaches this server, `https://sopwright.example.org`, as it names it itself with each form; nil
  /// where it names none. A page of another site cannot set it. `Host` is not asked: a server in front may write anything there.
  var origin: String? {
    guard let text = request.headers[.origin], let start = text.firstRange(of: "://")?.upperBound,
      ["http", "https"].contains(text[..<start].dropLast(3)), start < text.endIndex,
      text[start...].utf8.allSatisfy({ byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: ".-:[]".utf8.contains(byte)
        }
      })
    else { return nil }
    return text
  }

  /// How pages look for this browser; nil as the system has it.
  var look: Look? { request.cookie(Look.cookie).flatMap { Look(rawValue: $0) } }

  /// Whether scripts, not people, ask: they want JSON. No browser sends a token; whoever does, and asks for no HTML, is a script also where
  /// the token does not count.
  var wantsJSON: Bool {
    if case .token? = identity?.proof { return true }
    let accept = request.headers[.accept] ?? ""
    return !accept.contains("text/html") && (accept.contains("json") || request.headers[.authorization] != nil)
  }
}
