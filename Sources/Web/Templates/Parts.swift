// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

// What several pages show.

extension HTML {
  /// When something is or was, for people; the exact time for machines, and on hover and focus.
  static func time(_ time: Timestamp) -> HTML {
    "<time datetime=\"\(time.description)\" title=\"\(time.description)\">\(Words.time(time))</time>"
  }

  static func day(_ time: Timestamp) -> HTML {
    "<time datetime=\"\(time.description)\" title=\"\(time.description)\">\(Words.date(time))</time>"
  }

  static func money(_ money: [(currency: String, amount: Int64)]) -> HTML {
    "\(money.map { Words.money($0.amount, $0.currency) }.joined(separator: ", "))"
  }

  /// What the page shows, carried by a form that does something with it.
  static func seen(_ text: String) -> HTML { "<input type=\"hidden\" name=\"seen\" value=\"\(text)\">" }

  static func link(to item: ItemID) -> HTML { "<a href=\"/items/\(item.description)\">\(item.description)</a>" }

  static func link(to change: ChangeID) -> HTML {
    "<a href=\"/changes/\(change.description)\">\(change.description)</a>"
  }

  static func link(to sop: SOPPath, _ text: String? = nil) -> HTML {
    "<a href=\"/handbook/\(sop.text.asPath)\">\(text ?? sop.text)</a>"
  }

  static func link(to key: RecurrenceKey) -> HTML {
    "<a href=\"/trace?what=\("\(key.kind == .code ? "code" : "tag"):\(key.value)".asQuery)\">\(key.value)</a>"
  }

  /// Links to the pages before and after one of a list.
  /// - Parameters:
  ///   - number: of the page that is shown, from 0.
  ///   - address: of a page by its number, from 1.
  static func pages(_ number: Int, hasMore: Bool, _ address: (Int) -> String) -> HTML {
    """
    <p class="pages">\(number == 0 ? nil : "<a href=\"\(address(number))\" rel=\"prev\">Before</a> " as HTML?)\
    \(hasMore ? "<a href=\"\(address(number + 2))\" rel=\"next\">After</a>" as HTML : nil)</p>
    """
  }

  /// What an event or a finding is about: a link where it has a page.
  static func link(toSubject subject: String) -> HTML {
    if let item = ItemID(subject) { return link(to: item) }
    if subject == HeldBackSettled.subject { return "<a href=\"\(SetAsidePage.path)\">held back</a>" }
    if let change = ChangeID(subject) { return link(to: change) }
    if subject.hasPrefix("sop:"), let path = try? SOPPath(String(subject.dropFirst(4))) { return link(to: path) }
    return "\(subject)"
  }

  /// A state as a word with a shape beside it, so that no one has to tell colours apart.
  static func state(_ word: String) -> HTML {
    let kind =
      switch word {
      case "closed", "committed", "approved": "good"
      case "overdue", "conflicted", "error": "bad"
      case "warning", "proposed", "in_review", "returned", "unapproved", "closing", "committing", "due soon": "waiting"
      default: "plain"
      }
    return "<span class=\"state \(kind)\">\(word.contains("_") ? word.replacing("_", with: " ") : word)</span>"
  }

  /// A table whose rows become small cards on a narrow screen: each cell knows the title of its column.
  static func table(_ titles: [String], numbers: Set<Int> = [], caption: String, _ rows: [[HTML]]) -> HTML {
    var html: HTML = "<table><caption class=\"hidden\">\(caption)</caption><thead><tr>"
    for (place, title) in titles.enumerated() {
      html +=
        numbers.contains(place) ? "<th scope=\"col\" class=\"number\">\(title)</th>" : "<th scope=\"col\">\(title)</th>"
    }
    html += "</tr></thead><tbody>"
    let beginnings: [HTML] = titles.enumerated().map { place, title in
      numbers.contains(place)
        ? "<td class=\"number\" data-title=\"\(title)\">" : "<td data-title=\"\(title)\">"
    }
    for row in rows {
      html += "<tr>"
      for (beginning, cell) in zip(beginnings, row) {
        html += beginning
        html += cell
        html += "</td>"
      }
      html += "</tr>"
    }
    html += "</tbody></table>"
    return html
  }

  /// What happened to an item or a change, the newest last.
  static func history(_ entries: [HistoryEntry]) -> HTML {
    let rows: [HTML] = entries.map { entry in
      """
      <li><span class="when">\(HTML.time(entry.at))</span> <span class="who">\(entry.actor.text)</span> \
      <span class="what">\(entry.kind.replacing("_", with: " "))</span>\(entry.note.isEmpty ? nil : " <span class=\"note\">\(entry.note)</span>" as HTML?)</li>
      """
    }
    return "<ol class=\"history\">\(rows)</ol>"
  }

  /// What the renderer made of an SOP, without a first heading that only says again what the page's own says.
  static func sop(_ rendered: String, under title: String) -> HTML {
    let heading = rendered.prefixMatch(of: /<h1[^>]*>(?<text>[^<]*)<\/h1>\n?/)
    let text = heading.map { heading in
      [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .reduce(String(heading.output.text)) { $0.replacing($1.0, with: $1.1) }
    }
    guard let heading, text == title else { return HTML(trusted: rendered) }
    return HTML(trusted: String(rendered[heading.range.upperBound...]))
  }

  /// In place of a form, for who may not send it.
  static let readsOnly: HTML =
    "<p class=\"message\">You are an auditor: auditors read everything and change nothing.</p>"

  /// Why a change cannot be committed as it is.
  static func changedMeanwhile(_ change: SOPChange) -> HTML {
    """
    Somebody changed \(HTML.link(to: change.draft.path)) after this was written, so it cannot be committed as it is, and an approval is void. \
    \(change.proposedBy.text) joins the two, and a second person approves the result.
    """
  }

  /// Who sent a change back, and why.
  static func sentBack(_ returned: ReturnedChange) -> HTML {
    "\(returned.by.text) sent it back: \(returned.note ?? "the reason was erased.")"
  }

  /// The steps that somebody may not take, with the reasons.
  static func refusals(_ steps: [PossibleStep]) -> HTML? {
    let refused: [HTML] = steps.compactMap { step in
      step.refusal.map { "<li><span class=\"what\">\(step.kind.words)</span>: \($0)</li>" }
    }
    return refused.isEmpty
      ? nil
      : "<details class=\"refusals\"><summary>What you may not do here, and why</summary><ul>\(refused)</ul></details>"
  }
}

extension ListedItem {
  /// The title of its code or tag; nil where that says the code again, with other case, blanks or dashes at most.
  var ownTitle: String? {
    func letters(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber }.lowercased() }
    return letters(title) == letters(item.key.value) ? nil : title
  }
}

extension PossibleStep.Kind {
  /// As a button says it.
  var words: String {
    switch self {
    case .acknowledge: "Acknowledge"
    case .propose: "Propose a change"
    case .reject: "Reject"
    case .approve: "Approve"
    case .sendBack: "Send back"
    case .revise: "Revise"
    case .withdraw: "Withdraw"
    case .close: "Close"
    }
  }
}

extension [PossibleStep] {
  func allows(_ kind: PossibleStep.Kind) -> Bool { contains { $0.kind == kind && $0.refusal == nil } }
}

extension String {
  /// As a part of an address's path; `/` stays.
  var asPath: String { escaped { $0 == UInt8(ascii: "/") } }

  /// As a value behind the `?`.
  var asQuery: String { escaped { _ in false } }

  private func escaped(keeping isKept: (UInt8) -> Bool) -> String {
    var bytes: [UInt8] = []
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      case _ where isKept(byte): bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes.append(contentsOf: [byte].lowerCaseHex.uppercased().utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
