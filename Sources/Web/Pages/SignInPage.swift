// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Who are you?
struct SignInPage: Page {
  var title: String { "Sign in" }
  var area: Area { .none }
  /// What was typed before it was refused.
  var name = ""

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Sign in</h1>
    <form method="post" action="/sign-in" class="stacked narrow">
    <label for="name">Your id</label>
    <input id="name" name="name" value="\(name)" autocomplete="username" autocapitalize="none" spellcheck="false" required>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>
    <button class="main">Sign in</button>
    </form>
    <p class="hint">No password yet, or forgotten? An administrator makes a link for you: \
    <code>sopwright people link YOUR-ID</code></p>
    """
  }

  var json: JSONValue { .fields(["title": .string(title)]) }

  static func signIn(_ visit: Visit) async throws -> Answer {
    let (name, password, now) = (visit.form["name"], visit.form["password"], visit.now)
    do {
      let token = try await visit.accounts.withPasswords { try $0.signIn(name, password, at: now).token }
      return .session("/", token: token)
    } catch let error as AccountError {
      throw Refused(page: SignInPage(name: name), reason: error)
    }
  }

  static func signOut(_ visit: Visit) async throws -> Answer {
    if let session = visit.session { try visit.accounts.accounts.end(session) }
    return .session("/sign-in", token: nil)
  }
}

/// A form that is shown again, with what was typed and why it is refused.
struct Refused: Error {
  let page: any Page
  let reason: any Error
}
