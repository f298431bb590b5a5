// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// What is known of this one?
struct ExceptionPage: ReadablePage {
  private let history: ExceptionHistory

  var title: String { history.listed.record.reference }
  var area: Area { .exceptions }
  var json: JSONValue { history.json }

  static func show(_ visit: Visit) async throws -> Answer {
    guard let reference = visit.query("ref") else {
      throw Problem(
        status: .badRequest, sentence: "Say which one: /exception?ref=REFERENCE, and &source= where several have it.")
    }
    let source = visit.query("source")
    return try await visit.read { workspace, caller in
      ExceptionPage(history: try workspace.exception(reference, source: source, by: caller))
    }
  }

  static func address(_ record: ExceptionRecord) -> String {
    "/exception?source=\(record.source.asQuery)&ref=\(record.reference.asQuery)"
  }

  func body(_ frame: Frame) -> HTML {
    let view = history.listed
    let items: [HTML] = view.items.map { "\(HTML.link(to: $0)) " }
    return """
      <h1>\(view.record.reference) <span class="key">\(view.record.source)</span></h1>
      <p class="lead">\(HTML.link(to: RecurrenceKey(.code, view.record.code))) on \(HTML.time(view.record.occurredAt)) UTC\
      \(view.items.isEmpty ? "; it belongs to no item." : "; it belongs to \(items)" as HTML)</p>
      <dl class="facts">
      <div><dt>SOP in force then</dt><dd>\(view.sopInForce.map { "\(HTML.link(to: $0.path)) v\($0.version)" } ?? "none" as HTML)</dd></div>
      <div><dt>Reported</dt><dd>\(Words.count(history.revisions.count, "time"))</dd></div>
      <div><dt>Trace</dt><dd><a href="/trace?what=\("ref:\(view.record.reference)".asQuery)">the whole chain</a></dd></div>
      </dl>
      <h2>What was reported</h2>
      \(reported)
      <h2>Personal fields</h2>
      \(personal)
      \(frame.roles.contains(.administrator) ? erasing : nil)
      """
  }

  private var erasing: HTML? {
    guard case .kept? = history.revisions.first?.personal else { return nil }
    let record = history.listed.record
    return """
      <p><a href="\(ErasePage.path)?source=\(record.source.asQuery)&exception=\(record.reference.asQuery)">Erase them for ever</a></p>
      """
  }

  /// A field a row, a revision a column; what differs from the revision before it is marked.
  private var reported: HTML {
    var names: [String] = []
    for revision in history.revisions {
      for field in revision.fields where !names.contains(field.name) { names.append(field.name) }
    }
    func text(_ name: String, _ revision: ExceptionHistory.Revision) -> String {
      func value(_ name: String) -> JSONValue? { revision.fields.first { $0.name == name }?.value }
      switch value(name) {
      case .integer(let amount)? where name == "amount":
        if case .string(let currency)? = value("currency") { return Words.money(amount, currency) }
        return String(amount)
      case .array(let values)?:
        return values.map { if case .string(let text) = $0 { text } else { $0.compactText } }.joined(separator: ", ")
      case .string(let text)?: return text
      case .null?, nil: return ""
      case let value?: return value.compactText
      }
    }
    let rows: [[HTML]] = names.map { name in
      let texts = history.revisions.map { text(name, $0) }
      return ["\(name.replacing("_", with: " "))"]
        + texts.enumerated().map { place, text in
          place + 1 < texts.count && texts[place + 1] != text ? "<mark>\(text)</mark>" : "\(text)"
        }
    }
    let hashes: [HTML] =
      ["hash"]
      + history.revisions.map {
        "<code title=\"\($0.record.leaf.description)\">\(String($0.record.leaf.description.prefix(12)))</code>"
      }
    let batches: [HTML] =
      ["recorded by event"]
      + history.revisions.map { "<a href=\"/audit/ledger?before=\($0.record.batch + 1)\">\($0.record.batch)</a>" }
    return .table(
      ["Field"] + history.revisions.map { "Received \(Words.time($0.record.receivedAt))" },
      caption: "What was reported, the newest first", rows + [batches, hashes])
  }

  private var personal: HTML {
    switch history.revisions.first?.personal {
    case .none?, nil: return "<p>It has none.</p>"
    case .erased?: return "<p>They were erased. The record still proves what it proved, without them.</p>"
    case .withheld?: return "<p>It has some. They are for those who work with it.</p>"
    case .kept(let fields)?:
      let rows: [HTML] = fields.map { field in
        let text = if case .string(let text) = field.value { text } else { field.value.compactText }
        return "<div class=\"long\"><dt>\(field.name)</dt><dd>\(text)</dd></div>"
      }
      return "<dl class=\"facts\">\(rows)</dl>"
    }
  }
}
