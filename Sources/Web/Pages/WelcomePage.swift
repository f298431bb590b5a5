// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Which password do you want?
struct WelcomePage: Page {
  let person: PersonID
  let token: String

  var title: String { "Welcome" }
  var area: Area { .none }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Welcome, \(person.text)</h1>
    <p>Choose the password with which you sign in. This link works once.</p>
    <form method="post" action="/welcome/\(token)" class="stacked narrow">
    <input type="hidden" name="username" value="\(person.text)" autocomplete="username">
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required \
    aria-describedby="password-hint">
    <p class="hint" id="password-hint">At least 12 characters. A few words that have nothing to do with this place will do.</p>
    <label for="again">The same again</label>
    <input id="again" name="again" type="password" autocomplete="new-password" minlength="12" required>
    <button class="main">Set the password and sign in</button>
    </form>
    """
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let token = try visit.part("token")
    let now = visit.now
    let person = try await visit.accounts.use { try $0.person(ofLink: token, at: now) }
    return .page(WelcomePage(person: person, token: token))
  }

  static func setPassword(_ visit: Visit) async throws -> Answer {
    let (token, now) = (try visit.part("token"), visit.now)
    let (password, again) = (visit.form["password"], visit.form["again"])
    let person = try await visit.accounts.use { try $0.person(ofLink: token, at: now) }
    do {
      let session = try await visit.accounts.withPasswords { accounts in
        let person = try accounts.setPassword(password, again: again, byLink: token, at: now)
        return try accounts.begin(person, at: now).token
      }
      return .session("/", token: session)
    } catch let error as AccountError where error != .linkUnknown {
      throw Refused(page: WelcomePage(person: person, token: token), reason: error)
    }
  }
}
