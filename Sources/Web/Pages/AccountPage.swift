// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// How do I sign in?
struct AccountPage: Page {
  private let person: PersonID
  private let roles: Set<Role>
  private let state: AccountState
  private let current: Digest
  /// Whether everybody must have an authenticator.
  private let isAuthenticatorAsked: Bool
  /// A token that was just made, shown this once.
  private let newToken: String?
  /// What was typed into a form that was refused.
  private let typed: FormFields

  var title: String { "Your account" }
  var area: Area { .none }

  private init(_ visit: Visit, newToken: String? = nil, typed: FormFields = FormFields.none) async throws {
    let (identity, now) = (try visit.signedIn(), visit.now)
    let session = try visit.session()
    (person, roles, current) = (identity.person, identity.roles, session.digest)
    state = try await visit.accounts.use { try $0.state(in: session, at: now) }
    isAuthenticatorAsked = visit.accounts.asksAuthenticator
    self.newToken = newToken
    self.typed = typed
  }

  static func show(_ visit: Visit) async throws -> Answer { .page(try await AccountPage(visit)) }

  /// Changes the account, and says so; where it is refused, the page is shown again.
  private static func change(
    _ visit: Visit, _ notice: String, withPassword: Bool = false,
    _ body: @escaping @Sendable (Accounts, Session) throws -> Void
  ) async throws -> Answer {
    let session = try visit.session()
    do {
      if withPassword {
        try await visit.accounts.withPasswords { try body($0, session) }
      } else {
        try await visit.accounts.use { try body($0, session) }
      }
      return .see("/account", notice: notice)
    } catch let error as AccountError {
      throw Refused(page: try await AccountPage(visit, typed: visit.form), reason: error)
    }
  }

  static func changePassword(_ visit: Visit) async throws -> Answer {
    let (form, now) = (visit.form, visit.now)
    let old = Credentials(password: form["old"], code: form["code"])
    return try await change(
      visit, "Your password is changed. You are signed out everywhere else. Tokens stay valid.", withPassword: true
    ) {
      try $0.changePassword(from: old, to: form["password"], again: form["again"], in: $1, at: now)
    }
  }

  static func offerAuthenticator(_ visit: Visit) async throws -> Answer {
    let (credentials, now) = (visit.credentials, visit.now)
    return try await change(
      visit, "Enter the key into your authenticator, and then a code of it here.", withPassword: true
    ) {
      try $0.offerAuthenticator(to: credentials, in: $1, at: now)
    }
  }

  static func confirmAuthenticator(_ visit: Visit) async throws -> Answer {
    let (code, now) = (visit.form["code"], visit.now)
    return try await change(
      visit, "From now on you sign in with a code as well. You are signed out everywhere else."
    ) {
      try $0.confirmAuthenticator(code: code, in: $1, at: now)
    }
  }

  static func removeAuthenticator(_ visit: Visit) async throws -> Answer {
    let (credentials, now) = (visit.credentials, visit.now)
    return try await change(visit, "No code is asked for any more.", withPassword: true) {
      try $0.removeAuthenticator(credentials, in: $1, at: now)
    }
  }

  static func chooseLook(_ visit: Visit) async throws -> Answer {
    _ = try visit.session()
    return .look("/account", Look(rawValue: visit.form["look"]))
  }

  static func endOtherSessions(_ visit: Visit) async throws -> Answer {
    try await change(visit, "You are signed out everywhere else.") { try $0.endOthers(than: $1) }
  }

  static let ofToken = ["name", "scope", "days", "password", "code"]

  static func makeToken(_ visit: Visit) async throws -> Answer {
    let (form, now, session) = (visit.form, visit.now, try visit.session())
    do {
      guard let scope = TokenScope(rawValue: form["scope"]) else {
        throw Problem(status: .unprocessableContent, sentence: "Say what the token may do: read, record or write.")
      }
      // Before a code is taken, which counts once.
      let (name, days) = (form["name"], Int(form["days"]) ?? 0)
      _ = try Accounts.check(tokenNamed: name, days: days)
      try await visit.confirmWhoItIs(in: session)
      let token = try await visit.accounts.use {
        try $0.makeToken(of: session.person, name: name, scope: scope, days: days, at: now)
      }
      return .page(try await AccountPage(visit, newToken: token))
    } catch {
      throw Refused(page: try await AccountPage(visit, typed: form), reason: error)
    }
  }

  static func revokeToken(_ visit: Visit) async throws -> Answer {
    guard let id = Int64(visit.form["id"]) else { throw Problem.notFound }
    return try await change(visit, "The token no longer works.") { try $0.revokeToken(id, of: $1.person) }
  }

  // MARK: What is seen

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Your account</h1>
    <p class="lead">You are \(person.text)\(roles.isEmpty ? "" : ": \(roles.sorted().map(\.words).joined(separator: ", "))").</p>
    \(newToken.map { """
      <div class="message done" role="status"><p><strong>The new token.</strong> Copy it now: it is not shown again.</p>\
      <pre tabindex="0">\($0)</pre></div>
      """ } as HTML?)
    <h2>Password</h2>
    \(frame.form(to: "/account/password", """
      <div class="stacked narrow"><input type="hidden" name="username" value="\(person.text)" autocomplete="username">\
      \(credentials("change", "The present one", named: "old"))\
      <label for="password">A new one, of at least 12 characters</label>\
      <input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required>\
      <label for="again">The same again</label>\
      <input id="again" name="again" type="password" autocomplete="new-password" minlength="12" required>\
      <button class="quiet">Change it</button></div>
      """))
    <h2>Authenticator</h2>
    \(authenticator(frame))
    <h2>How pages look</h2>
    \(frame.form(to: "/account/look", """
      <div class="inline"><label for="look">In this browser</label> <select id="look" name="look">\
      <option value="">as the system has it</option>\(looks(frame))</select> <button class="quiet">Show them so</button></div>
      """))
    <h2>Where you are signed in</h2>
    \(sessions)
    \(state.sessions.count > 1 ? frame.button("Sign out everywhere else", to: "/account/sessions/end") : nil)
    <h2>Tokens for scripts</h2>
    \(tokens(frame))
    """
  }

  private func credentials(
    _ form: String, _ label: String = "Your password, once more", named name: String = "password"
  ) -> HTML {
    .credentials(for: form, label, named: name, withCode: state.hasAuthenticator)
  }

  private func authenticator(_ frame: Frame) -> HTML {
    """
    \(state.hasAuthenticator ? "<p>You sign in with a code of your authenticator as well.</p>" as HTML : """
      <p>With an authenticator (an app that shows a new code every 30 seconds), whoever learns your password still cannot sign \
      in.\(isAuthenticatorAsked ? " <strong>Whoever works here must have one.</strong>" as HTML : nil)</p>
      """)
    \(state.offeredKey.map { offered($0, frame) })
    \(state.offeredKey == nil ? settingUp(frame) : "<details><summary>Begin again with another key</summary>\(settingUp(frame))</details>")
    """
  }

  private func settingUp(_ frame: Frame) -> HTML {
    frame.form(
      to: "/account/authenticator",
      """
      <div class="stacked narrow">\(credentials("authenticator"))\
      <button class="\(isAuthenticatorAsked && !state.hasAuthenticator ? "main" : "quiet")">\
      \(state.hasAuthenticator ? "Set up another in its place" : "Set up an authenticator")</button>\
      \(!state.hasAuthenticator || isAuthenticatorAsked ? nil : """
        <button class="quiet" formaction="/account/authenticator/remove">Ask for no code any more</button>
        """ as HTML?)</div>
      """)
  }

  /// A key that was shown and that no code has confirmed yet.
  private func offered(_ key: String, _ frame: Frame) -> HTML {
    let address = "otpauth://totp/Sopwright:\(person.text.asQuery)?secret=\(key)&issuer=Sopwright"
    return """
      <p>Enter this key into your authenticator, by time, 6 digits, or <a href="\(address)">open it there</a>:</p>
      <pre tabindex="0">\(AccountPage.inGroups(key))</pre>
      \(frame.form(to: "/account/authenticator/confirm", """
        <div class="stacked narrow"><label for="code">The code that it shows now</label>\
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required>\
        <button class="main">Ask for codes from now on</button></div>
        """))
      """
  }

  private func looks(_ frame: Frame) -> [HTML] {
    Look.allCases.map { look in
      look == frame.look
        ? "<option value=\"\(look.rawValue)\" selected>\(look.rawValue)</option>"
        : "<option value=\"\(look.rawValue)\">\(look.rawValue)</option>"
    }
  }

  /// Four letters at a time, which people can type without losing their place.
  private static func inGroups(_ key: String) -> String {
    stride(from: 0, to: key.count, by: 4).map { start in
      String(key.dropFirst(start).prefix(4))
    }.joined(separator: " ")
  }

  private var sessions: HTML {
    .table(
      ["Since (UTC)", "Last used", ""], caption: "Your sessions",
      state.sessions.map { [.time($0.beganAt), .time($0.seenAt), $0.digest == current ? "this one" : ""] })
  }

  private func tokens(_ frame: Frame) -> HTML {
    let rows: [[HTML]] = state.tokens.map { token in
      [
        "\(token.name)", "\(token.scope.words)", .day(token.madeAt), .day(token.expiresAt),
        token.usedAt.map { HTML.time($0) } ?? "never",
        frame.form(
          to: "/account/tokens/revoke",
          "<input type=\"hidden\" name=\"id\" value=\"\(Int(token.id))\"><button class=\"quiet\">Revoke</button>"),
      ]
    }
    let scopes: [HTML] = TokenScope.allCases.map { scope in
      "<option value=\"\(scope.rawValue)\">\(scope.words)</option>"
    }
    return """
      <p>A script sends a token with each request, as <code>Authorization: Bearer TOKEN</code>, and acts as you.</p>
      \(rows.isEmpty ? nil : HTML.table(["Name", "May", "Made", "Until", "Last used", ""], caption: "Your tokens", rows))
      \(frame.form(to: "/account/tokens", """
        <div class="stacked narrow"><label for="name">What will use it</label>\
        <input id="name" name="name" maxlength="80" value="\(typed: typed["name"])" required>\
        <label for="scope">What it may do</label><select id="scope" name="scope">\(scopes)</select>\
        <label for="days">For how many days, 365 at most</label>\
        <input id="days" name="days" type="number" min="1" max="365" value="\(typed: typed["days"].isEmpty ? "90" : typed["days"])" required>\
        \(credentials("token"))<button class="quiet">Make a token</button></div>
        """))
      """
  }
}

extension TokenScope {
  fileprivate var words: String {
    switch self {
    case .read: "read"
    case .record: "read, and record exceptions"
    case .write: "everything that you may"
    }
  }
}
