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
  private let hasAuthenticator: Bool

  static let path = "/upkeep/erase"
  private static let noToken = "what is erased is gone for ever, so no token does it"

  var title: String { "Erase personal data" }
  var area: Area { .audit }
  /// Not while somebody types something else.
  var refreshes: Bool { phase?.isBusy == true && !beginsAnew }

  private init(_ visit: Visit, typed: FormFields, beginsAnew: Bool) async throws {
    let caller = try visit.caller()
    people = try await visit.desk.read { workspace in
      try workspace.mustKeepUp(caller, to: "erase personal data")
      return try workspace.people().map(\.id)
    }
    phase = visit.erasures.phase(of: caller)
    hasAuthenticator = try await visit.hasAuthenticator()
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
      + (phase?.isBusy == true && !beginsAnew ? "" : form(frame))
  }

  private func state(_ frame: Frame) -> HTML? {
    switch phase {
    case .looking?:
      """
      <p role="status">Looking what it would take. Nothing is changed. You may leave this page; it goes on.</p>
      \(frame.button("Forget this", to: "/upkeep/erase/forget"))
      """
    case .looked(let order, let look)?:
      ErasePage.found(
        order, look, confirming: typed["confirm"], withCode: hasAuthenticator, frame)
    case .erasing(_, let step)?: ErasePage.progress(step)
    case .done(let done, _, _)?: ErasePage.outcome(done, frame)
    case .failed(_, let sentence)?:
      "<p class=\"message problem\" role=\"alert\" tabindex=\"-1\"><strong>Nothing was erased.</strong> \(sentence)</p>"
    case .brokenOff(_, let sentence)?:
      """
      <p class="message problem" role="alert" tabindex="-1"><strong>Broken off.</strong> \(sentence) There is no event of it; but uploads that \
      held it, details in people.yaml, an account, and packs and backups may be gone. Look again and erase it: that does the rest.</p>
      """
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

  private func form(_ frame: Frame) -> HTML {
    let options: [HTML] = people.map { person in
      "<option\(person.text == typed["person"] ? " selected" : "" as HTML)>\(person.text)</option>"
    }
    return """
      <h2>\(phase == nil || beginsAnew ? "Whose data" : "Look for something else")</h2>
      \(frame.form(to: "/upkeep/erase/look", """
        <div class="stacked">\
        <label for="values">Names, addresses, customer numbers; one in each line, every spelling that you know</label>\
        <p class="hint" id="values-hint">They are looked for as whole words, in capitals or not, with any white space between them; \
        \(ErasureError.mostValues) at most.</p>\
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
      guard visit.erasures.look(order, by: caller) else {
        throw Problem(
          status: .conflict,
          sentence:
            "Something else that you asked for is still being done. Wait until it is, or forget it, and look then.")
      }
    } catch {
      throw Refused(page: try await ErasePage(visit, typed: form, beginsAnew: true), reason: error)
    }
    return .see(path, notice: nil)
  }

  /// What is looked for.
  static let fields = ["values", "exception", "source", "person", "reason"]
  /// What confirms it.
  static let confirming = ["confirm", "seen", "password", "code"]

  fileprivate static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }

  static func erase(_ visit: Visit) async throws -> Answer {
    let session = try visit.session(because: noToken)
    let (caller, seen) = (try visit.caller(), visit.form["seen"])
    try await visit.desk.read { try $0.mustKeepUp(caller, to: "erase personal data") }
    let phase = visit.erasures.phase(of: caller)
    // The button was pressed twice.
    if let phase, phase.isErasure(ofLook: seen) { return .see(path, notice: nil) }
    do {
      guard case .looked(let order, _)? = phase else {
        throw conflict("Look first what it would take. What was looked at is forgotten after an hour.")
      }
      let isAnother = conflict(
        "You looked at something else since, maybe in another window, or forgot this: what stands here now is what there is. Nothing was erased."
      )
      guard seen.isEmpty || seen == order.id else { throw isAnother }
      guard ErasePage.trimmed(visit.form["confirm"]) == order.confirmation else {
        throw Problem(
          status: .unprocessableContent,
          sentence: "confirm: type \(order.confirmation.quoted), as it stands there. Nothing was erased.")
      }
      try await visit.confirmWhoItIs(in: session)
      guard visit.erasures.erase(order, by: caller) else { throw isAnother }
    } catch {
      // It was pressed twice while the password was looked at.
      if let phase, visit.erasures.phase(of: caller)?.isErasure(ofLook: phase.order?.id ?? seen) == true {
        return .see(path, notice: nil)
      }
      // The word stays where the password alone was wrong: beside anything else it would confirm what somebody did not mean.
      let typed = error is AccountError ? visit.form : FormFields.none
      throw Refused(page: try await ErasePage(visit, typed: typed, beginsAnew: false), reason: error)
    }
    return .see(path, notice: nil)
  }

  private static func conflict(_ sentence: String) -> Problem { Problem(status: .conflict, sentence: sentence) }

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
      let text = ErasePage.trimmed(form[name])
      return text.isEmpty ? nil : text
    }
    let values = form["values"].split(whereSeparator: \.isNewline)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.filter { !$0.isEmpty }
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
