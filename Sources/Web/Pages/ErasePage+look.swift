// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

// What would be erased, and what was.
extension ErasePage {
  /// References that are listed; all are counted.
  private static let most = 100

  static func found(
    _ order: Erasures.Order, _ look: ErasureLook, confirming typed: String, withCode: Bool, _ frame: Frame
  ) -> HTML {
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
        "Details of a person", look.hasDetails || look.logins > 0 || look.hasAccount ? "yes" : "none",
        "\(ErasePage.details(of: order.subject.person, look))",
      ],
      ["Uploads that are not imported", "\(look.uploads)", look.uploads > 0 ? "they are thrown away as a whole" : ""],
    ]
    return """
      <h2>What would be erased</h2>
      \(HTML.table(["What", "How many", "Where"], caption: "What would be erased", rows))
      \(ErasePage.rest(look.rest))
      <p>What holds a value goes as a whole: all personal fields of the record, the row, the text. Audit packs and backups that this server \
      keeps go too. What comes in until you confirm, and holds it, is erased as well.</p>
      <p><strong>It cannot be undone.</strong> \(ErasePage.whatIsRecorded(look))</p>
      \(frame.form(to: ErasePage.path, """
        \(HTML.seen(order.id))<div class="stacked narrow"><label for="confirm">Type <code>\(order.confirmation)</code> to confirm</label>\
        <p class="hint" id="confirm-hint">This erases \(ErasePage.name(order.subject)).</p>\
        <input id="confirm" name="confirm" value="\(typed: typed)" aria-describedby="confirm-hint" autocomplete="off" autocapitalize="none" \
        spellcheck="false" required>\
        \(HTML.credentials(for: "erase", withCode: withCode))\
        <button class="main">Erase it for ever</button></div>
        """))
      \(frame.button("Forget this", to: "/upkeep/erase/forget"))
      """
  }

  private static func details(of person: PersonID?, _ look: ErasureLook) -> String {
    let parts = [
      look.hasDetails || look.logins > 0 ? "name, address, logins" : nil,
      look.hasAccount ? person.map { "how \($0) signs in" } : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: "; ")
  }

  private static func whatIsRecorded(_ look: ErasureLook) -> String {
    look.isRecorded
      ? "The record says for ever that you did it and why, not whose data they were. Others wait while the database is written anew."
      : "Uploads alone hold it. They are in no record, so no event says that they were thrown away."
  }

  /// What the word is for.
  private static func name(_ subject: ErasureSubject) -> String {
    let most = 5
    let values = subject.values.prefix(most).map(\.quoted)
    let more = subject.values.count > most ? ["\(subject.values.count - most) more"] : []
    let parts: [String?] = [
      subject.exception.map { "the personal fields of exception \($0)\(subject.source.map { " of \($0)" } ?? "")" },
      subject.person.map { "the details of \($0), and what holds one of them" },
      values.isEmpty ? nil : "what holds \((values + more).joined(separator: ", "))",
    ]
    return parts.compactMap { $0 }.joined(separator: "; and ")
  }

  private static func list(_ names: [HTML]) -> HTML {
    let shown: [HTML] = names.prefix(most).enumerated().map { $0 > 0 ? ", \($1)" : $1 }
    return "<span>\(shown)\(names.count > most ? " and \(names.count - most) more" : "")</span>"
  }

  private static func rest(_ rest: [Erasure.Rest]) -> HTML? {
    guard !rest.isEmpty else { return nil }
    let places: [HTML] = rest.map { "<li>\($0.place) (\($0.count))</li>" }
    return "<p>It also stands where this does not reach:</p><ul>\(places)</ul>"
  }

  static func outcome(_ done: Erasure, _ frame: Frame) -> HTML {
    let sentences: [HTML] = done.remains.map { "\($0.sentence) " }
    let unfinished: HTML? =
      sentences.isEmpty
      ? nil
      : """
      <p class="message warning"><strong>Not every byte of it is gone.</strong> \(sentences)See to that, and <a href="/upkeep">tidy up</a> to \
      finish it.</p>
      """
    guard let event = done.event else {
      return """
        <p class="message done" role="status"><strong>Thrown away</strong>: \(Words.count(done.uploads.count, "upload")), and the packs and \
        backups that this server kept. Nothing that is recorded and can be erased held it, so there is no event of it.</p>
        \(unfinished)
        \(ErasePage.rest(done.rest))
        <p>What was sent still lies where it came from.</p>
        \(frame.button("Done", to: "/upkeep/erase/forget"))
        """
    }
    let uploads = done.uploads.isEmpty ? "" : ", \(Words.count(done.uploads.count, "upload"))"
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
}
