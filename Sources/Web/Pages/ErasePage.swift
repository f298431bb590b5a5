// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// Whose data are to go, and what goes with them?
struct ErasePage: Page {
  private let phase: Erasures.Phase?
  private let people: [PersonID]
  /// What stands in the form.
  private let typed: FormFields
  /// Whether the form for something else is what is seen first.
  private let beginsAnew: Bool

  static let path = "/upkeep/erase"
  private static let noToken = "what is erased is gone for ever, so no token does it"
  /// References that are listed; all are counted.
  private static let most = 100

  var title: String { "Erase personal data" }
  var area: Area { .audit }
  var refreshes: Bool { phase?.isBusy ?? false }

  private init(_ visit: Visit, typed: FormFields, beginsAnew: Bool) async throws {
    let caller = try visit.caller()
    people = try await visit.desk.read { workspace in
      try workspace.mustKeepUp(caller, to: "erase personal data")
      return try workspace.people().map(\.id)
    }
    phase = visit.erasures.phase(of: caller)
    self.beginsAnew = beginsAnew
    self.typed = beginsAnew ? typed : typed.with(phase?.order?.fields ?? [:])
  }

  /// With `exception` and `source`, or `person`, that stands in the form.
  static func show(_ visit: Visit) async throws -> Answer {
    _ = try visit.session(because: noToken)
    let asked = ["exception", "source", "person"].reduce(into: [:]) { $0[$1] = visit.query($1) }
    return .page(try await ErasePage(visit, typed: FormFields.none.with(asked), beginsAnew: !asked.isEmpty))
  }

  // MARK: What is seen

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Erase personal data</h1>
    <p class="lead">For ever; everything still verifies. <a href="/upkeep">Upkeep</a></p>
    \(phase?.isBusy == true || !beginsAnew ? state(frame) : nil)
    """
      + (phase?.isBusy == true ? "" : form(frame))
  }

  private func state(_ frame: Frame) -> HTML? {
    switch phase {
    case .looking?:
      "<p role=\"status\">Looking what it would take. Nothing is changed. You may leave this page; it goes on.</p>"
    case .looked(let order, let look)?: found(order, look, frame)
    case .erasing(_, let step)?: ErasePage.progress(step)
    case .done(let done, _)?: outcome(done, frame)
    case .failed(_, let sentence)?:
      "<p class=\"message problem\" role=\"alert\" tabindex=\"-1\"><strong>Not done.</strong> \(sentence)</p>"
    case nil: nil
    }
  }

  private static func progress(_ step: ErasureStep) -> HTML {
    let done = ErasureStep.allCases.firstIndex(of: step) ?? 0
    return """
      <p role="status">Erasing: \(step.rawValue), \(done + 1) of \(ErasureStep.allCases.count). You may leave this page; it goes on.</p>
      <progress max="\(ErasureStep.allCases.count)" value="\(done)" aria-label="How much is done">\(done)</progress>
      """
  }

  private func found(_ order: Erasures.Order, _ look: ErasureLook, _ frame: Frame) -> HTML {
    let rows: [[HTML]] = [
      [
        "Personal fields of exceptions",
        "\(Words.count(look.records, "record")) of \(Words.count(look.exceptions.count, "exception"))",
        ErasePage.list(
          look.exceptions.map { exception in
            "<a href=\"/exception?source=\(exception.place.asQuery)&ref=\(exception.name.asQuery)\">\(exception.name)</a>"
          }),
      ],
      [
        "Rows that were held back", "\(look.heldBack.count)",
        ErasePage.list(look.heldBack.map { "line \($0.name) of \($0.place)" }),
      ],
      [
        "Texts that people wrote", "\(look.texts.count)",
        ErasePage.list(look.texts.map { "\(HTML.link(toSubject: $0.name)) (\($0.place.replacing("_", with: " ")))" }),
      ],
      [
        "Details of a person", look.hasDetails || look.logins > 0 ? "yes" : "none",
        look.hasDetails || look.logins > 0
          ? "name, address, logins; and how \(order.subject.person?.text ?? "they") sign in" : "",
      ],
      ["Uploads that are not imported", "\(look.uploads)", look.uploads > 0 ? "they are thrown away as a whole" : ""],
    ]
    return """
      <h2>What would be erased</h2>
      \(HTML.table(["What", "How many", "Where"], caption: "What would be erased", rows))
      \(ErasePage.rest(look.rest))
      <p>What holds a value goes as a whole: all personal fields of the record, the row, the text. Audit packs and backups that this server \
      keeps go too. What comes in until you confirm, and holds it, is erased as well.</p>
      <p><strong>It cannot be undone.</strong> The record says for ever that you did it and why, not whose data they were. Others wait while \
      the database is written anew.</p>
      \(frame.form(to: ErasePage.path, """
        <div class="stacked narrow"><label for="confirm">Type <code>\(order.confirmation)</code> to confirm</label>\
        <input id="confirm" name="confirm" value="" autocomplete="off" autocapitalize="none" spellcheck="false" required>\
        <button class="main">Erase it for ever</button></div>
        """))
      \(frame.button("Forget this", to: "/upkeep/erase/forget"))
      """
  }

  private static func list(_ names: [HTML]) -> HTML {
    let shown: [HTML] = names.prefix(most).enumerated().map { $0 > 0 ? ", \($1)" : $1 }
    return "<span>\(shown)\(names.count > most ? " and \(names.count - most) more" : "")</span>"
  }

  private static func rest(_ rest: [Erasure.Rest]) -> HTML? {
    guard !rest.isEmpty else { return nil }
    let places: [HTML] = rest.map { "<li>\($0.count) \($0.place)</li>" }
    return "<p>It also stands where it cannot be erased:</p><ul>\(places)</ul>"
  }

  private func outcome(_ done: Erasure, _ frame: Frame) -> HTML {
    let event = done.event
    let uploads = done.uploads.isEmpty ? "" : ", \(Words.count(done.uploads.count, "upload"))"
    let unfinished: HTML? =
      done.isPurged
      ? nil
      : """
      <p class="message warning"><strong>Not finished.</strong> Somebody reads the database all the time, so bytes of it may still be in the \
      file. <a href="/upkeep">Tidy up</a> to remove them.</p>
      """
    return """
      <p class="message done" role="status"><strong>Erased</strong>: the personal fields of \(Words.count(event.records, "record")), \
      \(Words.count(event.heldBack, "row")) held back, \(Words.count(event.texts, "text"))\(uploads)\
      \(event.person.map { ", the details of \($0)" } ?? "").</p>
      \(unfinished)
      \(ErasePage.rest(done.rest))
      <h2>What you have to do yourself</h2>
      <ul><li>Make a new backup, and delete the ones from before: they still hold it. Workspaces that a restore moved aside, too.</li>
      <li>Delete audit packs that were downloaded, and the files that were imported.</li>
      <li>Tell whoever makes the export: a new exception of the same person is new data.</li></ul>
      \(frame.button("Done", to: "/upkeep/erase/forget"))
      """
  }

  private func form(_ frame: Frame) -> HTML {
    let options: [HTML] = people.map { person in
      "<option\(person.text == typed["person"] ? " selected" : "" as HTML)>\(person.text)</option>"
    }
    return """
      <h2>\(phase == nil || beginsAnew ? "Whose data" : "Look for something else")</h2>
      \(frame.form(to: "/upkeep/erase/look", """
        <div class="stacked">\
        <label for="values">Names, addresses, customer numbers; one in each line, every spelling that you know</label>\
        <p class="hint" id="values-hint">They are looked for as whole words, in capitals or not.</p>\
        <textarea id="values" name="values" rows="3" aria-describedby="values-hint" spellcheck="false">\(typed: typed["values"])</textarea>\
        <label for="exception">Or an exception, by its reference: its personal fields, whatever they say</label>\
        <input id="exception" name="exception" value="\(typed: typed["exception"])" autocapitalize="none" spellcheck="false">\
        <label for="source">Its source, where several have the reference</label>\
        <input id="source" name="source" value="\(typed: typed["source"])" autocapitalize="none" spellcheck="false">\
        <label for="person">Or a person of this workspace: name, address, logins, and whatever holds one of them</label>\
        <select id="person" name="person"><option value="">nobody</option>\(options)</select>\
        <label for="reason">Why; without naming whose data they are, for it is kept</label>\
        <input id="reason" name="reason" value="\(typed: typed["reason"])" required>\
        <button class="\(phase == nil || beginsAnew ? "main" : "quiet")">Look what it would take</button></div>
        """))
      """
  }

  // MARK: What is done

  static func look(_ visit: Visit) async throws -> Answer {
    _ = try visit.session(because: noToken)
    let (caller, form) = (try visit.caller(), visit.form)
    do {
      try await visit.desk.read { try $0.mustKeepUp(caller, to: "erase personal data") }
      let order = try Erasures.Order(form, at: visit.now)
      try await visit.desk.read { try $0.mayErase(order.subject, reason: order.reason, by: caller) }
      visit.erasures.look(order, by: caller)
    } catch {
      throw Refused(page: try await ErasePage(visit, typed: form, beginsAnew: true), reason: error)
    }
    return .see(path, notice: nil)
  }

  /// What is looked for.
  static let fields = ["values", "exception", "source", "person", "reason"]

  static func erase(_ visit: Visit) async throws -> Answer {
    _ = try visit.session(because: noToken)
    let caller = try visit.caller()
    let page = try await ErasePage(visit, typed: FormFields.none, beginsAnew: false)
    guard case .looked(let order, _)? = visit.erasures.phase(of: caller) else {
      throw Refused(
        page: page,
        reason: Problem(
          status: .conflict, sentence: "Look first what it would take. What was looked at is forgotten after an hour."))
    }
    guard visit.form["confirm"] == order.confirmation else {
      throw Refused(
        page: page,
        reason: Problem(
          status: .unprocessableContent,
          sentence: "confirm: type \(order.confirmation.quoted), as it stands there. Nothing was erased."))
    }
    visit.erasures.erase(order, by: caller)
    return .see(path, notice: nil)
  }

  static func forget(_ visit: Visit) async throws -> Answer {
    _ = try visit.session(because: noToken)
    let caller = try visit.caller()
    try await visit.desk.read { try $0.mustKeepUp(caller, to: "erase personal data") }
    visit.erasures.forget(by: caller)
    return .see(path, notice: nil)
  }
}

extension Erasures.Order {
  fileprivate init(_ form: FormFields, at now: Timestamp) throws {
    func given(_ name: String) -> String? {
      let text = form[name].trimmingPrefix { $0.isWhitespace }
      return text.isEmpty ? nil : String(text)
    }
    let values = form["values"].split(whereSeparator: \.isNewline)
      .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
    let person = try given("person").map { text in
      guard let id = PersonID(text) else { throw Rejection.unknownPerson(text) }
      return id
    }
    let subject = ErasureSubject(
      person: person, exception: given("exception"), source: given("source"), values: values)
    guard subject.person != nil || subject.exception != nil || !values.isEmpty else {
      throw Problem(
        status: .unprocessableContent,
        sentence: "Say what to erase: names and numbers, an exception, or a person of this workspace.")
    }
    guard subject.source == nil || subject.exception != nil else {
      throw Problem(status: .unprocessableContent, sentence: "source: it goes with the reference of an exception.")
    }
    self.init(subject: subject, reason: form["reason"], at: now)
  }

  /// As the form has them.
  fileprivate var fields: [String: String] {
    [
      "values": subject.values.joined(separator: "\n"), "exception": subject.exception ?? "",
      "source": subject.source ?? "", "person": subject.person?.text ?? "", "reason": reason,
    ]
  }
}
