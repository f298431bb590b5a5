// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Synchronization
internal import Tracker

/// What happened?
struct ExceptionsPage: Page {
  private let exceptions: [ExceptionView]
  private let values: JSONValue
  private let sentence: String

  private static let most = 50

  var title: String { "Exceptions" }
  var area: Area { .exceptions }
  var json: JSONValue { values }

  static func show(_ visit: Visit) async throws -> Answer {
    var query = ExceptionQuery()
    var words: [String] = []
    if let code = visit.query("code") {
      query.key = RecurrenceKey(.code, code)
      words.append("of the code \(code)")
    } else if let tag = visit.query("root_cause") {
      query.key = RecurrenceKey(.rootCause, tag)
      words.append("of the tag \(tag)")
    }
    if let text = visit.query("item") {
      guard let id = ItemID(text) else { throw Rejection.unknownItem(text) }
      query.item = id
      words.append("that belong to \(id)")
    }
    query.limit = most
    let (asked, said) = (query, words.joined(separator: " "))
    return try await visit.read { workspace, _ in try ExceptionsPage(asked, said, workspace) }
  }

  private init(_ query: ExceptionQuery, _ sentence: String, _ workspace: Workspace) throws {
    self.sentence = sentence
    var exceptions: [ExceptionView] = []
    try workspace.forEachException(query) { exceptions.append($0) }
    self.exceptions = exceptions
    let list = Mutex<[UInt8]>([])
    try workspace.listExceptions(query, startingWith: [UInt8]()) { exception, part in
      if !part.isEmpty { part.append(UInt8(ascii: ",")) }
      exception.appendJSON(to: &part)
    } deliver: { part in
      list.withLock { $0 = part }  // so few come in one part
    }
    values = try JSONValue(parsing: Array("[".utf8) + list.withLock { $0 } + Array("]".utf8))
  }

  func body(_ frame: Frame) -> HTML {
    let isAll = exceptions.count < ExceptionsPage.most
    let count = isAll ? Words.count(exceptions.count, "exception") : "The first \(ExceptionsPage.most) exceptions"
    return """
      <h1>Exceptions</h1>
      <p class="lead">\(sentence.isEmpty ? count : "\(count) \(sentence)"), in the order in which they occurred.</p>
      \(exceptions.isEmpty ? "<p class=\"empty\">No exception fits. <code>sopwright import</code> brings in what happened.</p>" : table)
      """
  }

  private var table: HTML {
    .table(
      ["Occurred", "Reference", "Code", "Tags", "Team", "Amount", "Items", "SOP in force"], numbers: [5],
      caption: "Exceptions",
      exceptions.map { view in
        let record = view.record
        let amount = record.amount.flatMap { amount in record.currency.map { Words.money(amount, $0) } } ?? ""
        let reference: HTML =
          "<a href=\"/trace?what=\("ref:\(record.reference)".asQuery)\">\(record.reference)</a>"
        let items: [HTML] = view.items.map { "\(HTML.link(to: $0)) " }
        return [
          .time(record.occurredAt), reference, .link(to: RecurrenceKey(.code, record.code)),
          "\(record.rootCauses.joined(separator: ", "))", "\(record.team ?? "")", "\(amount)", "\(items)",
          view.sopInForce.map { "\(HTML.link(to: $0.path)) v\($0.version)" } ?? "none",
        ]
      })
  }
}
