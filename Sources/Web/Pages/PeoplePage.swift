// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// Who works here, and as what?
struct PeoplePage: ReadablePage {
  private let people: [PersonView]
  /// A link that was just made, shown this once, and for whom.
  private var link: (person: PersonID, address: String)?
  private let typed: FormFields
  /// Whose change to people waits for another administrator.
  private let waits: PersonID?
  private let hasAuthenticator: Bool

  var title: String { "People" }
  var area: Area { .taxonomy }
  var json: JSONValue { .array(people.map(\.json)) }

  private init(_ visit: Visit, typed: FormFields = FormFields.none) async throws {
    (people, waits) = try await visit.desk.read { (try $0.people(), try $0.peopleWaitFor()) }
    hasAuthenticator = try await visit.hasAuthenticator()
    self.typed = typed
  }

  static func show(_ visit: Visit) async throws -> Answer { .page(try await PeoplePage(visit)) }

  static func add(_ visit: Visit) async throws -> Answer {
    let (form, caller) = (visit.form, try visit.caller())
    do {
      let name = form["person"]
      guard let person = PersonID(name) else {
        throw Problem(
          status: .unprocessableContent,
          sentence: "\"\(name)\" is no id. An id has small letters, digits and dashes, as ana or ben-2.")
      }
      guard let role = Role(rawValue: form["role"]) else {
        throw Problem(status: .unprocessableContent, sentence: "Choose a role.")
      }
      let adoption = try await visit.desk.write { try $0.addPerson(person, roles: [role], logins: [], by: caller) }
      if adoption == .waitsForSecondAdministrator {
        return .see("/taxonomy", notice: "Another administrator has to adopt this before it counts.")
      }
      return .see("/people", notice: "\(person) is \(role.words) now. Make a link with which they set a password.")
    } catch {
      throw Refused(page: try await PeoplePage(visit, typed: form), reason: error)
    }
  }

  static func link(_ visit: Visit) async throws -> Answer {
    let (form, caller, session) = (visit.form, try visit.caller(), try visit.session())
    guard let person = PersonID(form["person"]) else { throw Rejection.unknownPerson(form["person"]) }
    try await visit.desk.read { try $0.mayInvite(person, by: caller) }
    do {
      // With a link anybody becomes that person, and without their authenticator.
      try await visit.confirmWhoItIs(in: session)
    } catch let error as AccountError {
      throw Refused(page: try await PeoplePage(visit, typed: form), reason: error)
    }
    let token = try await visit.desk.write { try $0.invite(person, by: caller) }
    var page = try await PeoplePage(visit)
    page.link = (person, "\(visit.origin ?? "")/welcome/\(token)")
    return .page(page)
  }

  func body(_ frame: Frame) -> HTML {
    let isAdministrator = frame.roles.contains(.administrator)
    let rows: [[HTML]] = people.map { person in
      return [
        "<a href=\"/people/\(person.id.text.asPath)\">\(person.id.text)</a>", "\(person.name ?? "")",
        "\(person.roles.map(\.words).joined(separator: ", "))", "\(person.remit.names.joined(separator: ", "))",
        "\(person.standsIn.map(\.words).joined(separator: "; "))",
      ]
    }
    return """
      <h1>People</h1>
      \(link.map(made))
      \(waits.map { waiting($0, isAdministrator, frame) })
      \(HTML.table(["Id", "Name", "Roles", "Decides only about", "Stands in"], caption: "People", rows))
      \(isAdministrator ? linkForm(frame) + addForm(frame) : nil)
      \(StagesTable(people: people).html)
      """
  }

  static func takeBack(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    do {
      _ = try await visit.desk.write { try $0.takeBackPeople(by: caller) }
      return .see("/people", notice: "It is taken back: nothing waits.")
    } catch { throw Refused(page: try await PeoplePage(visit), reason: error) }
  }

  private func waiting(_ person: PersonID, _ isAdministrator: Bool, _ frame: Frame) -> HTML {
    """
    <div class="message warning"><p>\(person.text) proposed a change to people, roles or SLAs, which waits for another administrator. \
    <a href="/taxonomy">Look at it and adopt it</a>, or take it back.</p>\
    \(isAdministrator ? frame.button("Take back what changes people", to: "/people/take-back") : nil)</div>
    """
  }

  private func made(_ link: (person: PersonID, address: String)) -> HTML {
    let isPath = link.address.hasPrefix("/")
    return """
      <div class="message done" role="status"><p><strong>Give this address to \(link.person.text).</strong> With it they set a \
      password, once, within two days. It is not shown again.\
      \(isPath ? " Put the address by which you reach this page before it." : "")</p>\
      <pre tabindex="0">\(link.address)</pre></div>
      """
  }

  private func linkForm(_ frame: Frame) -> HTML {
    let options: [HTML] = people.map { person in
      "<option\(person.id.text == typed["person"] ? " selected" : "" as HTML)>\(person.id.text)</option>"
    }
    return """
      <h2>Let somebody sign in</h2>
      <p>You give them a link with which they set a password, once. Whoever has forgotten theirs, or lost their authenticator, gets a new one: \
      it removes both, and their tokens.</p>
      \(frame.form(to: "/people/link", """
        <div class="stacked narrow"><label for="link-person">Who</label>\
        <select id="link-person" name="person" required><option value="">Choose one</option>\(options)</select>\
        \(HTML.credentials(for: "link", withCode: hasAuthenticator))\
        <button class="quiet">Make a link to sign in</button></div>
        """))
      """
  }

  private func addForm(_ frame: Frame) -> HTML {
    let roles: [HTML] = Role.allCases.map { role in
      role.rawValue == typed["role"]
        ? "<option value=\"\(role.rawValue)\" selected>\(role.words)</option>"
        : "<option value=\"\(role.rawValue)\">\(role.words)</option>"
    }
    let form = frame.form(
      to: "/people",
      """
      <div class="stacked narrow"><label for="person">Id, as ana</label>\
      <input id="person" name="person" value="\(typed: typed["person"])" autocapitalize="none" spellcheck="false" required>\
      <label for="role">Role</label><select id="role" name="role">\(roles)</select>\
      <button class="quiet">Add</button></div>
      """)
    return """
      <h2>Add a person, or a role</h2>
      <p>Who may do what concerns everybody: where there are two administrators, the second one adopts it. To take a role away, to say what \
      somebody decides about, or who stands in for whom, open their page.</p>
      \(form)
      """
  }
}
