// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// What happened just now?
struct RecordPage: Page {
  private let codes: [TaxonomyEntry]
  private let tags: [TaxonomyEntry]
  /// What was typed into a form that was refused.
  private let typed: FormFields

  var title: String { "Record an exception" }
  var area: Area { .exceptions }

  init(_ workspace: Workspace, typed: FormFields = FormFields.none) throws {
    let taxonomy = try workspace.taxonomy(at: nil).taxonomy
    codes = taxonomy.codes.filter { $0.retired == nil }
    tags = taxonomy.rootCauses.filter { $0.retired == nil }
    self.typed = typed
  }

  /// A form, or JSON with the same names: `code`, `root_causes` (a list, or one text with spaces), `at`, `amount`, `currency`, `deviation`,
  /// `team`, `severity`, `status`, `case`, `requester`, `approver`, `rationale`, `ref`.
  static func record(_ visit: Visit) async throws -> Answer {
    let (report, caller, form) = (ExceptionReport(visit.form), try visit.caller(), visit.form)
    let recorded: RecordedException
    do {
      recorded = try await visit.recorder.record(report, by: caller)
    } catch {
      throw Refused(page: try await visit.desk.read { try RecordPage($0, typed: form) }, reason: error)
    }
    if visit.wantsJSON { return .json(recorded.json) }
    let consequences =
      recorded.opened.map { " It recurs: \($0) was opened." } + recorded.joined.map { " It belongs to \($0)." }
    let done = recorded.isNew ? "\(recorded.reference) is recorded." : "\(recorded.reference) was recorded before."
    return .see("/record", notice: done + consequences.joined())
  }

  func body(_ frame: Frame) -> HTML {
    let codeOptions: [HTML] = codes.map { entry in
      let title: HTML? = entry.title == entry.id ? nil : " \(entry.title)"
      return entry.id == typed["code"]
        ? "<option value=\"\(entry.id)\" selected>\(entry.id)\(title)</option>"
        : "<option value=\"\(entry.id)\">\(entry.id)\(title)</option>"
    }
    let tagOptions: [HTML] = tags.map { "<option value=\"\($0.id)\">\($0.title)</option>" }
    return """
      <h1>Record an exception</h1>
      <p class="lead">One case in which somebody did not do what the rules say, or the rules did not help.</p>
      \(frame.mayWork ? frame.form(to: "/exceptions", """
        <div class="stacked">
        <label for="code">Exception code</label>
        <select id="code" name="code" required><option value="">Choose one</option>\(codeOptions)</select>
        <label for="root_causes">Root-cause tags, with spaces between them (may stay empty)</label>
        <input id="root_causes" name="root_causes" list="tags" value="\(typed: typed["root_causes"])" autocapitalize="none">
        <datalist id="tags">\(tagOptions)</datalist>
        <label for="at">When it occurred, as 2026-03-05 14:30; empty for now</label>
        <input id="at" name="at" value="\(typed: typed["at"])">
        <fieldset class="pair"><legend>How much (may stay empty)</legend>
        <label for="amount">Amount, as 12.50</label><input id="amount" name="amount" inputmode="decimal" value="\(typed: typed["amount"])">
        <label for="currency">Currency, as EUR</label><input id="currency" name="currency" size="4" maxlength="3" value="\(typed: typed["currency"])">
        </fieldset>
        <label for="team">Team</label><input id="team" name="team" value="\(typed: typed["team"])">
        <label for="case">Case or ticket</label><input id="case" name="case" value="\(typed: typed["case"])">
        <label for="requester">Who asked for it</label><input id="requester" name="requester" value="\(typed: typed["requester"])">
        <label for="approver">Who approved it</label><input id="approver" name="approver" value="\(typed: typed["approver"])">
        <label for="rationale">Why</label>
        <textarea id="rationale" name="rationale" rows="3">\n\(typed: typed["rationale"])</textarea>
        <p class="hint">Names and reasons can be erased later; the record of what happened cannot.</p>
        <button class="main">Record it</button></div>
        """) : HTML.readsOnly)
      """
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
}
