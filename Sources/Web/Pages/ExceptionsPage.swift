// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// What happened?
struct ExceptionsPage: Page {
  /// Nil where that is refused.
  private let asked: Asked?
  private let filter: Filter
  private let exceptions: [ExceptionView]
  /// Where the next page begins; nil on the last.
  private let next: ExceptionPlace?
  /// Of the whole list; nil where that is refused.
  private let totals: ExceptionTotals?
  /// Why what was asked for is refused; nil where it is shown.
  private let refusal: String?

  private static let most = 50

  var title: String { "Exceptions" }
  var area: Area { .exceptions }

  static func show(_ visit: Visit) async throws -> Answer {
    if visit.wantsJSON {
      let (asked, since, limit) = (try Asked(visit), visit.query("since"), try scriptLimit(visit))
      return .jsonBytes(try await visit.desk.read { try json(asked, since: since.map($0.time), limit: limit, $0) })
    }
    do {
      let asked = try Asked(visit)
      return try await visit.read { workspace, _ in try ExceptionsPage(asked, workspace) }
    } catch let error as Rejection {
      // What was asked for stands in the form again, with the reason beside it.
      throw Refused(page: ExceptionsPage(refusing: Filter(visit), error.sentence), reason: error)
    }
  }

  /// How many exceptions a script gets at a time: `limit`, or as many as a page shows.
  private static func scriptLimit(_ visit: Visit) throws -> Int {
    guard let text = visit.query("limit") else { return most }
    guard let limit = Int(text), (1...1_000).contains(limit) else {
      throw Problem(status: .badRequest, sentence: "limit: \(text.quoted) is no number from 1 to 1000.")
    }
    return limit
  }

  /// `{exceptions, next, total}`: `next` is null on the last page, and goes into `after` otherwise. `total` is `{count, more, money}` of the
  /// whole list: with `more` there are more than `count`, and `money` is null where they are too many to add up.
  /// - Parameter since: those before it are left out; of a key or an item, nothing is behind the first of them.
  private static func json(_ asked: Asked, since: Timestamp?, limit: Int, _ workspace: Workspace) throws -> [UInt8] {
    var bytes = Array("{\"exceptions\":[".utf8)
    var isFirst = true
    var isPast = false
    var next = try workspace.pageOfExceptions(of: asked.scope, after: asked.place, limit: limit) { listed in
      if let since, listed.row.occurredAt < since {
        isPast = true
        return
      }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      listed.appendJSON(to: &bytes)
    }
    if isPast, asked.scope != .all { next = nil }
    bytes.append(contentsOf: "],\"next\":\(next.map { "\"\(Asked.text(of: $0))\"" } ?? "null"),\"total\":".utf8)
    bytes += try workspace.totalsOfExceptions(asked.scope).json.compactBytes
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  private init(_ asked: Asked, _ workspace: Workspace) throws {
    self.asked = asked
    var exceptions: [ExceptionView] = []
    next = try workspace.pageOfExceptions(of: asked.scope, after: asked.place, limit: ExceptionsPage.most) {
      exceptions.append(ExceptionView($0))
    }
    self.exceptions = exceptions
    totals = try workspace.totalsOfExceptions(asked.scope)
    (filter, refusal) = (asked.filter, nil)
  }

  private init(refusing filter: Filter, _ refusal: String) {
    (self.filter, self.refusal) = (filter, refusal)
    (asked, exceptions, next, totals) = (nil, [], nil, nil)
  }

  func body(_ frame: Frame) -> HTML {
    guard let asked else { return "<h1>Exceptions</h1>\(filter.form(refusal))" }
    return """
      <h1>Exceptions</h1>
      <p class="lead">\(totals.map(\.html)) \(asked.sentence)</p>
      \(filter.form(nil))
      \(exceptions.isEmpty ? empty : table)
      <p class="pages">\(asked.place == nil ? nil : "<a href=\"\(asked.address(after: nil))\">Newest</a> " as HTML?)\
      \(next.map { "<a href=\"\(asked.address(after: $0))\" rel=\"next\">Older</a>" } as HTML?)</p>
      """
  }

  private var empty: HTML {
    """
    <p class="empty">No exception fits. <a href="/import">Bring in an export</a>, or <a href="/record">record one</a>.</p>
    """
  }

  private var table: HTML {
    // Most rows of a page have the same.
    var codes: [String: HTML] = [:]
    var versions: [SOPReference: HTML] = [:]
    return .table(
      ["Occurred (UTC)", "Reference", "Code", "Tags", "Team", "Amount", "Items", "SOP in force"], numbers: [5],
      caption: "Exceptions",
      exceptions.map { view in
        let record = view.record
        let amount = record.amount.flatMap { amount in record.currency.map { Words.money(amount, $0) } } ?? ""
        let reference: HTML =
          "<a href=\"\(ExceptionPage.address(record))\">\(record.reference)</a>"
        let items: [HTML] = view.items.map { "\(HTML.link(to: $0)) " }
        return [
          .time(record.occurredAt), reference,
          codes.known(record.code) { .link(to: RecurrenceKey(.code, record.code)) },
          "\(record.rootCauses.joined(separator: ", "))", "\(record.team ?? "")", "\(amount)", "\(items)",
          view.sopInForce.map { sop in
            versions.known(sop) { "\(HTML.link(to: sop.path)) v\(sop.version)" }
          } ?? "none",
        ]
      })
  }

  /// What the address asks for.
  private struct Asked: Sendable {
    let scope: ExceptionScope
    let place: ExceptionPlace?

    init(_ visit: Visit) throws {
      let asked = ["code", "root_cause", "item"].filter { visit.query($0) != nil }
      guard asked.count <= 1 else {
        throw Problem(
          status: .badRequest,
          sentence: "Ask for one of \(asked.joined(separator: " and ")): the list is of one of them.")
      }
      if let code = visit.query("code") {
        scope = .key(RecurrenceKey(.code, code))
      } else if let tag = visit.query("root_cause") {
        scope = .key(RecurrenceKey(.rootCause, tag))
      } else if let text = visit.query("item") {
        guard let id = ItemID(text) else { throw Rejection.unknownItem(text) }
        scope = .item(id)
      } else {
        scope = .all
      }
      place = try visit.query("after").map { text in
        guard let place = Asked.place(text) else {
          throw Problem(status: .badRequest, sentence: "\"\(text)\" is no place in this list. Begin with the newest.")
        }
        return place
      }
    }

    /// A place as it stands in an address: milliseconds since 1970 and an id.
    static func text(of place: ExceptionPlace) -> String { "\(place.occurredAt.milliseconds)-\(place.id)" }

    private static func place(_ text: String) -> ExceptionPlace? {
      guard let separator = text.lastIndex(of: "-"), let time = Int64(text[..<separator]),
        let id = Int64(text[text.index(after: separator)...])
      else { return nil }
      return ExceptionPlace(occurredAt: Timestamp(milliseconds: time), id: id)
    }

    var sentence: HTML {
      switch scope {
      case .all: "All, as they were recorded, the newest first."
      case .key(let key): "Of the \(key.kind.words) \(HTML.link(to: key)), the newest first."
      case .item(let item): "That belong to \(HTML.link(to: item)), the newest first."
      }
    }

    var filter: Filter {
      switch scope {
      case .all: Filter(kind: .code, text: "")
      case .key(let key): Filter(kind: key.kind == .code ? .code : .rootCause, text: key.value)
      case .item(let item): Filter(kind: .item, text: item.description)
      }
    }

    func address(after place: ExceptionPlace?) -> String {
      var parts: [String] = []
      switch scope {
      case .all: break
      case .key(let key): parts.append("\(key.kind == .code ? "code" : "root_cause")=\(key.value.asQuery)")
      case .item(let item): parts.append("item=\(item)")
      }
      if let place { parts.append("after=\(Asked.text(of: place))") }
      return parts.isEmpty ? "/exceptions" : "/exceptions?\(parts.joined(separator: "&"))"
    }
  }

  /// By what the list is narrowed down, as it is typed.
  private struct Filter: Sendable {
    enum Kind: String {
      case code, item
      case rootCause = "root_cause"
    }

    let kind: Kind
    let text: String

    init(kind: Kind, text: String) { (self.kind, self.text) = (kind, text) }

    init(_ visit: Visit) {
      let asked = [Kind.code, .rootCause, .item].lazy.compactMap { kind in
        visit.query(kind.rawValue).map { Filter(kind: kind, text: $0) }
      }
      self = asked.first ?? Filter(kind: .code, text: "")
    }

    private var label: String {
      switch kind {
      case .code: "Only of the code"
      case .rootCause: "Only with the tag"
      case .item: "Only of the item"
      }
    }

    /// - Parameter refusal: what is wrong with the text; nil where nothing is.
    func form(_ refusal: String?) -> HTML {
      let name = kind.rawValue
      let isWrong: HTML? = refusal == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"wrong\""
      return """
        <form action="/exceptions" class="inline"><label for="\(name)">\(label)</label> \
        <input id="\(name)" name="\(name)" value="\(text)" size="12"\(isWrong)> <button class="quiet">Show</button> \
        <a href="/exceptions">All</a> · <a href="/record">Record one</a> · <a href="/import">Bring in an export</a> · \
        <a href="/quarantine">Held back</a></form>
        \(refusal.map { "<p class=\"message problem\" id=\"wrong\">\($0)</p>" } as HTML?)
        """
    }
  }
}

extension ExceptionTotals {
  fileprivate var html: HTML {
    let number = Words.count(count, "exception")
    guard let money else { return "<strong>\(isMore ? "More than \(number)" : number)</strong>." }
    let sums = money.map { Words.money($0.amount, $0.currency) }.joined(separator: ", ")
    return "<strong>\(number)\(sums.isEmpty ? "" : ", \(sums)")</strong>."
  }

  fileprivate var json: JSONValue {
    .fields([
      "count": .int(count), "more": .bool(isMore),
      "money": money.map { sums in
        .array(
          sums.map { .fields(["minor_units": .integer($0.amount), "currency": .string($0.currency)]) })
      } ?? .null,
    ])
  }
}

extension Dictionary where Value == HTML {
  /// Made where it is not known yet.
  fileprivate mutating func known(_ key: Key, _ make: () -> HTML) -> HTML {
    if let known = self[key] { return known }
    let made = make()
    self[key] = made
    return made
  }
}
