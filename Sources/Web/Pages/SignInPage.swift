// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Who are you?
struct SignInPage: Page {
  var title: String { "Sign in" }
  var area: Area { .none }
  /// What was typed before it was refused.
  var name = ""
  /// The page that was asked for.
  var target = "/"

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Sign in</h1>
    <form method="post" action="/sign-in" class="stacked narrow">
    <input type="hidden" name="to" value="\(target)">
    <label for="name">Your id</label>
    <input id="name" name="name" value="\(typed: name)" autocomplete="username" autocapitalize="none" spellcheck="false" required>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>
    <label for="code">Code of your authenticator, if you use one</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7">
    <button class="main">Sign in</button>
    </form>
    <p class="hint">No password yet, or forgotten? Ask an administrator for a link: they make it under Taxonomy, \
    "Who works here".</p>
    """
  }

  /// A path of this server, whatever an address asks for: nobody is sent elsewhere by signing in.
  static func target(_ text: String) -> String {
    let isOurs =
      text.hasPrefix("/") && !text.hasPrefix("//")
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    return isOurs ? text : "/"
  }

  static func signIn(_ visit: Visit) async throws -> Answer {
    let (form, credentials, now) = (visit.form, visit.credentials, visit.now)
    let target = SignInPage.target(form["to"])
    do {
      let token = try await visit.accounts.withPasswords {
        try $0.signIn(form["name"], with: credentials, at: now).token
      }
      return .session(target, token: token)
    } catch let error as AccountError {
      throw Refused(page: SignInPage(name: form["name"], target: target), reason: error)
    }
  }

  static func signOut(_ visit: Visit) async throws -> Answer {
    let session = try visit.session()
    try await visit.accounts.use { try $0.end(session) }
    return .session("/sign-in", token: nil)
  }
}
