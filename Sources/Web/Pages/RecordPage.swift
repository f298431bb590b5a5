// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// What happened just now?
struct RecordPage: Page {
  private let codes: [TaxonomyEntry]
  private let tags: [TaxonomyEntry]
  private let zone: String
  /// The row that is corrected by it; nil where none is.
  private let held: HeldBackRow?
  /// Those that it may be of.
  private let sources: [String]
  /// What stands in the form: what was typed into one that was refused, or what can be read of the row.
  private let typed: FormFields

  var title: String { held == nil ? "Record an exception" : "Correct a row" }
  var area: Area { .exceptions }

  init(_ workspace: Workspace, correcting row: MendableRow? = nil, typed: FormFields = FormFields.none) throws {
    let taxonomy = try workspace.taxonomy(at: nil).taxonomy
    codes = taxonomy.codes.filter { $0.retired == nil }
    tags = taxonomy.rootCauses.filter { $0.retired == nil }
    zone = workspace.zoneName
    held = row?.held
    sources = row?.sources ?? []
    self.typed = typed
  }

  /// With `file` and `line`, of a row that is held back: the form is filled in with what can be read of it.
  static func show(_ visit: Visit) async throws -> Answer {
    let place = try RowPlace(file: visit.query("file"), line: visit.query("line"))
    return try await visit.read { workspace, caller in
      guard let place else { return try RecordPage(workspace) }
      let row = try workspace.mendableRow(file: place.file, line: place.line, by: caller)
      return try RecordPage(workspace, correcting: row, typed: FormFields.none.with(row.report.fields))
    }
  }

  static let fields = [
    "code", "root_causes", "at", "amount", "currency", "deviation", "team", "severity", "status", "case", "requester",
    "approver", "rationale", "ref", "file", "line", "source",
  ]

  /// A form, or JSON with the same names. `root_causes` is a list, or one text with spaces; `file` (SHA-256) and `line` name a
  /// row that is held back, which is recorded so, from its `source` or another one that its file came from.
  static func record(_ visit: Visit) async throws -> Answer {
    let (report, caller, form) = (ExceptionReport(visit.form), try visit.caller(), visit.form)
    guard !form.isEmptyText("ref") else {
      throw Problem(
        status: .unprocessableContent,
        sentence:
          "\"ref\" is empty, so nothing was recorded. Leave it out, and the exception gets a number; or give a reference."
      )
    }
    let place = try RowPlace(file: form["file"], line: form["line"])
    if place == nil { try form.mustBeAmong(fields.filter { $0 != "source" }) }
    let recorded: RecordedException
    do {
      if let place {
        recorded = try await visit.desk.write {
          try $0.mendRow(
            file: place.file, line: place.line, as: report, from: form["source"].isEmpty ? nil : form["source"],
            by: caller)
        }
      } else {
        recorded = try await visit.recorder.record(report, by: caller)
      }
    } catch {
      let page = try await visit.desk.read { workspace in
        // A row that is held back no more is named by the error, as is who may not see it.
        let row = place.flatMap { try? workspace.mendableRow(file: $0.file, line: $0.line, by: caller) }
        return try RecordPage(workspace, correcting: row, typed: form)
      }
      throw Refused(page: page, reason: error)
    }
    if visit.wantsJSON { return .json(recorded.json) }
    let consequences =
      recorded.opened.map { " It recurs: \($0) was opened." } + recorded.joined.map { " It belongs to \($0)." }
    let fate =
      recorded.isNew
      ? "is recorded" : recorded.isAmended ? "was recorded before, and is amended" : "was recorded before"
    return .see(
      place == nil ? "/record" : "/quarantine", notice: "\(recorded.reference) \(fate)." + consequences.joined())
  }

  func body(_ frame: Frame) -> HTML {
    let codeOptions: [HTML] = codes.map { entry in
      let title: HTML? = entry.title == entry.id ? nil : " \(entry.title)"
      return entry.id == typed["code"]
        ? "<option value=\"\(entry.id)\" selected>\(entry.id)\(title)</option>"
        : "<option value=\"\(entry.id)\">\(entry.id)\(title)</option>"
    }
    let known = held.map { held in
      sources.count > 1
        ? "It is recorded as line \(held.row.line) of its file, from the source that you choose."
        : "It is recorded from the source \(sources.first ?? held.source), as line \(held.row.line) of its file."
    }
    let tagOptions: [HTML] = tags.map { "<option value=\"\($0.id)\">\($0.title)</option>" }
    return """
      <h1>\(title)</h1>
      <p class="lead">\(known ?? "One case in which somebody did not do what the rules say, or the rules did not help.")</p>
      \(held.map(row))
      \(frame.mayWork ? frame.form(to: "/exceptions", """
        <div class="stacked">\(held.map(RecordPage.place))\(sources.count > 1 ? sourceChoice : nil)
        <label for="code">Exception code</label>
        <select id="code" name="code" required><option value="">Choose one</option>\(codeOptions)</select>
        <label for="root_causes">Root-cause tags, with spaces between them (may stay empty)</label>
        <input id="root_causes" name="root_causes" list="tags" value="\(typed: typed["root_causes"])" autocapitalize="none">
        <datalist id="tags">\(tagOptions)</datalist>
        <label for="at">When it occurred, as 2026-03-05 14:30; empty for now</label>
        <input id="at" name="at" value="\(typed: typed["at"])" aria-describedby="zone">
        <p class="hint" id="zone">In the zone of this workspace, \(zone), unless it names another: 2026-03-05T14:30:00+01:00.</p>
        <fieldset class="pair"><legend>How much (may stay empty)</legend>
        <label for="amount">Amount, as 12.50</label><input id="amount" name="amount" inputmode="decimal" value="\(typed: typed["amount"])">
        <label for="currency">Currency, as EUR</label><input id="currency" name="currency" size="4" maxlength="3" value="\(typed: typed["currency"])">
        </fieldset>
        <label for="ref">Its reference in your system (\(held == nil ? "may stay empty: then it gets a number" : "its id in the export"))</label>
        <input id="ref" name="ref" value="\(typed: typed["ref"])" autocapitalize="none">
        <label for="team">Team</label><input id="team" name="team" value="\(typed: typed["team"])">
        <label for="case">Case or ticket</label><input id="case" name="case" value="\(typed: typed["case"])">
        \(held == nil ? nil : more)
        <label for="requester">Who asked for it</label><input id="requester" name="requester" value="\(typed: typed["requester"])">
        <label for="approver">Who approved it</label><input id="approver" name="approver" value="\(typed: typed["approver"])">
        <label for="rationale">Why</label>
        <textarea id="rationale" name="rationale" rows="3">\n\(typed: typed["rationale"])</textarea>
        <p class="hint">Names and reasons can be erased later; the record of what happened cannot.</p>
        <button class="main">Record it</button></div>
        """) : HTML.readsOnly)
      \(frame.mayWork ? held.map { aside($0, frame) } : nil)
      """
  }

  /// For a row that is no exception.
  private func aside(_ held: HeldBackRow, _ frame: Frame) -> HTML {
    """
    <h2>Or set it aside</h2>
    <p>A line of totals, or a case that somebody made to try the system, is no exception. It is listed no more.</p>
    \(frame.form(to: "/quarantine/set-aside", """
      <input type="hidden" name="file" value="\(held.file?.description ?? "")">\
      <input type="hidden" name="lines" value="\(held.row.line)"><div class="stacked narrow">\
      \(HTML.reasonToSetAside(FormFields.none))<button class="quiet">Set it aside</button></div>
      """))
    """
  }

  /// What is wrong with it, and how it stands in its file.
  private func row(_ held: HeldBackRow) -> HTML {
    """
    <p class="message"><strong>\(held.row.field)</strong>: \(held.row.reason)</p>
    <details open><summary>The row as it stands in the file</summary>\
    <code>\(String(decoding: held.row.raw.prefix(4_000), as: UTF8.self))</code></details>
    """
  }

  /// A file may have come under several; the first is of the latest import.
  private var sourceChoice: HTML {
    let options: [HTML] = sources.map { source in
      source == (typed["source"].isEmpty ? sources[0] : typed["source"])
        ? "<option value=\"\(source)\" selected>\(source)</option>" : "<option value=\"\(source)\">\(source)</option>"
    }
    return """
      <label for="source">The source: which system it is of</label>
      <select id="source" name="source" required>\(options)</select>
      """
  }

  private static func place(_ held: HeldBackRow) -> HTML {
    """
    <input type="hidden" name="file" value="\(held.file?.description ?? "")"><input type="hidden" name="line" value="\(held.row.line)">
    """
  }

  /// What a row may say, and nobody types who records one.
  private var more: HTML {
    """
    <label for="severity">Severity</label><input id="severity" name="severity" value="\(typed: typed["severity"])">
    <label for="status">Status</label><input id="status" name="status" value="\(typed: typed["status"])">
    <label for="deviation">Deviation from policy in percent</label>
    <input id="deviation" name="deviation" inputmode="decimal" value="\(typed: typed["deviation"])">
    """
  }
}

/// A line of a file, of which a row is held back.
private struct RowPlace: Sendable {
  let file: Digest
  let line: Int

  /// Nil where neither is given.
  /// - Throws: `Problem` where they name no line of a file.
  init?(file: String?, line: String?) throws {
    let (file, line) = (file ?? "", line ?? "")
    guard !file.isEmpty || !line.isEmpty else { return nil }
    guard let digest = Digest(file), let number = Int(line) else {
      throw Problem(
        status: .badRequest,
        sentence: "A row is named by the SHA-256 of its file and its line. Open it from \"Held back\".")
    }
    (self.file, self.line) = (digest, number)
  }
}

extension ExceptionReport {
  fileprivate init(_ form: FormFields) {
    self.init()
    func text(_ name: String) -> String? {
      let text = form[name]
      return text.allSatisfy(\.isWhitespace) ? nil : text
    }
    code = form["code"]
    rootCauses = form["root_causes"].split { $0.isWhitespace || $0 == "," }.map(String.init)
    (occurredAt, amount, currency, deviation) = (text("at"), text("amount"), text("currency"), text("deviation"))
    (team, severity, status, caseReference) = (text("team"), text("severity"), text("status"), text("case"))
    (requester, approver, rationale) = (text("requester"), text("approver"), text("rationale"))
    reference = text("ref")
  }

  /// By the names of the form's fields.
  var fields: [String: String] {
    [
      "code": code, "root_causes": rootCauses.joined(separator: " "), "at": occurredAt ?? "", "amount": amount ?? "",
      "currency": currency ?? "", "deviation": deviation ?? "", "team": team ?? "", "severity": severity ?? "",
      "status": status ?? "", "case": caseReference ?? "", "requester": requester ?? "", "approver": approver ?? "",
      "rationale": rationale ?? "", "ref": reference ?? "",
    ]
  }
}
