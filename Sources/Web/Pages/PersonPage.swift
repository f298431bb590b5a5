// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// What may this person do, and in whose place?
struct PersonPage: ReadablePage {
  private let person: PersonView
  private let others: [PersonID]
  private let today: CalendarDate
  private let taxonomy: Int
  private let typed: FormFields

  var title: String { person.id.text }
  var area: Area { .taxonomy }
  var json: JSONValue { person.json }

  /// - Throws: `Rejection.unknownPerson`.
  init(_ id: PersonID, _ workspace: Workspace, _ caller: Caller, typed: FormFields = FormFields.none) throws {
    let people = try workspace.people()
    guard let found = people.first(where: { $0.id == id }) else { throw Rejection.unknownPerson(id.text) }
    (person, others) = (found, people.map(\.id).filter { $0 != id })
    (today, taxonomy, self.typed) = (workspace.date(caller.now), try workspace.taxonomy(at: nil).version, typed)
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let id = try visit.person()
    return try await visit.read { try PersonPage(id, $0, $1) }
  }

  static let fields = ["rights", "taxonomy", "only"] + Role.allCases.map { "role_\($0.rawValue)" }

  static func setRights(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    let roles = Set(Role.allCases.filter { !form["role_\($0.rawValue)"].isEmpty })
    let names = form["only"].split { $0 == "," || $0.isWhitespace }.map { $0.uppercased() }
    return try await act(visit) {
      "\($0)'s rights count from now on."
    } change: { workspace, id, caller in
      guard !form["rights"].isEmpty else {
        throw Problem(
          status: .unprocessableContent,
          sentence:
            "This replaces all rights of a person. Send all roles that they are to have, what they decide about, and rights: true."
        )
      }
      if let wrong = names.first(where: { !EntryID.isValid($0) }) {
        throw Problem(
          status: .unprocessableContent,
          sentence:
            "\"\(wrong)\" is no code, tag or area. Write them as they stand in the taxonomy, with commas between.")
      }
      return try workspace.setRights(
        of: id, roles: roles, remit: Remit(only: names), seen: try visit.number("taxonomy"), by: caller)
    }
  }

  static func letStandIn(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    return try await act(visit) {
      "\($0) acts in the place of \(form["for"]) from \(form["from"]) until \(form["until"])."
    } change: { workspace, id, caller in
      guard let principal = PersonID(form["for"]) else { throw Rejection.unknownPerson(form["for"]) }
      guard let from = CalendarDate(form["from"]), let until = CalendarDate(form["until"]) else {
        throw Problem(status: .unprocessableContent, sentence: "Write both days as dates, such as 2026-07-14.")
      }
      return try workspace.letStandIn(id, StandIn(for: principal, from: from, until: until), by: caller)
    }
  }

  static func endStandIn(_ visit: Visit) async throws -> Answer {
    let (name, form) = (visit.form["for"], visit.form)
    return try await act(visit) {
      "\($0) no longer acts in the place of \(name)."
    } change: { workspace, id, caller in
      guard let principal = PersonID(name) else { throw Rejection.unknownPerson(name) }
      let from = form["from"].isEmpty ? nil : try CalendarDate(written: form["from"])
      return try workspace.endStandIn(id, for: principal, from: from, by: caller)
    }
  }

  private static func act(
    _ visit: Visit, notice: @Sendable (PersonID) -> String,
    change: @escaping @Sendable (Workspace, PersonID, Caller) throws -> Adoption
  ) async throws -> Answer {
    let (id, form, caller) = (try visit.person(), visit.form, try visit.caller())
    do {
      let adoption = try await visit.desk.write { workspace in
        do { return try change(workspace, id, caller) } catch {
          // Who may not change people hears that, and not what is wrong with the form.
          try workspace.mayChangePeople(caller)
          throw error
        }
      }
      switch adoption {
      case .waitsForSecondAdministrator:
        return .see("/taxonomy", notice: "Another administrator has to adopt this before it counts.")
      case .takenBack: return .see("/people/\(id.text.asPath)", notice: "It is taken back: nothing waits.")
      case .adopted, .detailsOnly: return .see("/people/\(id.text.asPath)", notice: notice(id))
      }
    } catch {
      throw Refused(page: try await visit.desk.read { try PersonPage(id, $0, caller, typed: form) }, reason: error)
    }
  }

  func body(_ frame: Frame) -> HTML {
    let mayChange = frame.roles.contains(.administrator)
    return """
      <h1>\(person.id.text)\(person.name.map { " <small>\($0)</small>" } as HTML?)</h1>
      <p><a href="/people">All people</a></p>
      <h2>What \(person.id.text) may do</h2>
      \(mayChange ? rightsForm(frame) : rights)
      <h2>In the place of others</h2>
      \(standIns(frame, mayChange))
      \(mayChange ? standInForm(frame) : nil)
      \(mayChange
        ? "<p><a href=\"\(ErasePage.path)?person=\(person.id.text.asQuery)\">Erase their personal data</a></p>" as HTML : nil)
      """
  }

  private var rights: HTML {
    """
    <p>\(person.roles.isEmpty ? "No role: proposes, comments, records." : person.roles.map(\.words).joined(separator: ", "))\
    \(person.remit.isEverything ? "" : "; decides about \(person.remit.names.joined(separator: ", ")) only").</p>
    """
  }

  private func rightsForm(_ frame: Frame) -> HTML {
    let isRefused = !typed["rights"].isEmpty
    let boxes: [HTML] = Role.allCases.map { role in
      let isOn = isRefused ? !typed["role_\(role.rawValue)"].isEmpty : person.roles.contains(role)
      return """
        <li><label><input type="checkbox" name="role_\(role.rawValue)" value="on"\(isOn ? " checked" : "")> \(role.words)\
        <span class="hint">\(role.explained)</span></label></li>
        """
    }
    let only = isRefused ? typed["only"] : person.remit.names.joined(separator: ", ")
    return frame.form(
      to: "/people/\(person.id.text.asPath)/rights",
      """
      <div class="stacked narrow"><input type="hidden" name="rights" value="1"><input type="hidden" name="taxonomy" value="\(taxonomy)">\
      <fieldset><legend>Roles</legend><ul class="choices">\(boxes)</ul></fieldset>\
      <label for="only">Decides only about these codes, tags and areas</label>\
      <span class="hint" id="only-hint">Empty is everything. RF is the area of RF-07 and RF-12. It limits what an approver approves.</span>\
      <input id="only" name="only" value="\(only)" aria-describedby="only-hint" spellcheck="false" autocapitalize="characters">\
      <button class="main">Change</button></div>
      """)
  }

  private func standIns(_ frame: Frame, _ mayChange: Bool) -> HTML {
    guard !person.standsIn.isEmpty else { return "<p class=\"empty\">\(person.id.text) stands in for nobody.</p>" }
    let rows: [[HTML]] = person.standsIn.map { standIn in
      let end = frame.form(
        to: "/people/\(person.id.text.asPath)/stand-in/end",
        """
        <input type="hidden" name="for" value="\(standIn.person.text)"><input type="hidden" name="from" \
        value="\(standIn.from.description)"><button class="quiet">End it\
        <span class="hidden"> for \(standIn.person.text)</span></button>
        """)
      let state = standIn.holds(on: today) ? "now" : today < standIn.from ? "to come" : "over"
      return [
        "\(standIn.person.text)", "\(standIn.from.description)", "\(standIn.until.description)", "\(state)",
        mayChange ? end : "",
      ]
    }
    return HTML.table(["For", "From", "Until", "", ""], caption: "In whose place \(person.id.text) acts", rows)
  }

  private func standInForm(_ frame: Frame) -> HTML {
    let options: [HTML] = others.map { other in
      "<option\(other.text == typed["for"] ? " selected" : "")>\(other.text)</option>"
    }
    return frame.form(
      to: "/people/\(person.id.text.asPath)/stand-in",
      """
      <p>While somebody is away, another can act in their place: approve what they approve, close and pause what they own. Nobody \
      approves in the place of somebody who had a hand in the proposal, and the record says in whose place an approval was given.</p>\
      <div class="stacked narrow"><label for="for">Who is away</label><select id="for" name="for">\(options)</select>\
      <label for="from">From</label><input type="date" id="from" name="from" value="\(typed["from"].isEmpty ? today.description : typed["from"])" required>\
      <label for="until">Until, that day too</label><input type="date" id="until" name="until" value="\(typed["until"])" required>\
      <button class="quiet">Let \(person.id.text) stand in</button></div>
      """)
  }
}

extension Visit {
  fileprivate func person() throws -> PersonID {
    let name = try part("id")
    guard let person = PersonID(name) else { throw Rejection.unknownPerson(name) }
    return person
  }
}

extension Role {
  /// What the role is for.
  fileprivate var explained: String {
    switch self {
    case .processOwner: "owns codes and tags, and closes their items"
    case .supportLead: "works with the handbook and proposes changes to it"
    case .approver: "approves what others propose"
    case .auditor: "reads everything and changes nothing"
    case .administrator: "changes the taxonomy, people and their rights"
    }
  }
}
