// SPDX-License-Identifier: Apache-2.0

import Handbook

/// What the renderer promises of any text, looked up in the HTML that came out.
package struct MarkdownJudge {
  /// An element that begins, with the names of the elements around it.
  package struct Element {
    package let name: String
    package let attributes: [String: String]
    package let parents: [String]
  }

  package let html: String
  package private(set) var elements: [Element] = []
  package private(set) var text = ""
  /// What is not as promised; empty where all is.
  package private(set) var faults: [String] = []

  package init(_ markdown: String, firstLine: Int = 1) {
    self.init(Array(markdown.utf8), firstLine: firstLine)
  }

  package init(_ bytes: [UInt8], firstLine: Int = 1) {
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + firstLine
    self.init(html: MarkdownHTML(rendering: bytes, firstLine: firstLine).html, lines: firstLine...lines)
  }

  package init(html: String, lines: ClosedRange<Int>) {
    self.html = html
    do {
      read(try HTMLToken.list(html))
    } catch {
      faults.append("\(error)")
    }
    judgeLines(in: lines)
    judgeIDs()
    for scalar in html.unicodeScalars {
      switch scalar.value {
      case 0x9, 0xA, 0x20...0x7E: continue
      case 0...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: faults.append("a hidden character, \(scalar.value)")
      default: continue
      }
    }
  }

  /// All values of an attribute, of elements with this name or any.
  package func values(_ attribute: String, of name: String? = nil) -> [String] {
    elements.filter { name == nil || $0.name == name }.compactMap { $0.attributes[attribute] }
  }

  package func names() -> [String] { elements.map(\.name) }

  private mutating func read(_ tokens: [HTMLToken]) {
    var open: [String] = []
    for token in tokens {
      switch token {
      case .text(let text): self.text += text
      case .end(let name):
        if open.popLast() != name { faults.append("</\(name)> does not end what is open") }
      case .start(let name, let attributes, let isVoid):
        let element = Element(
          name: name, attributes: Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, $0.value) }),
          parents: open)
        elements.append(element)
        judge(element, isVoid: isVoid)
        if !isVoid { open.append(name) }
      }
      if open.count > 128 { faults.append("deeper than 128") }
    }
    if !open.isEmpty { faults.append("left open: \(open)") }
  }

  private mutating func judge(_ element: Element, isVoid: Bool) {
    guard let attributes = MarkdownJudge.allowed[element.name] else {
      faults.append("<\(element.name)> is not allowed")
      return
    }
    for (name, value) in element.attributes {
      guard attributes.contains(name) else {
        faults.append("\(name) on <\(element.name)> is not allowed")
        continue
      }
      if name == "href" { judge(href: value, element) }
      if name == "src", !isRelative(value) { faults.append("an image from \(value)") }
    }
    if ["br", "hr", "img", "input"].contains(element.name) != isVoid {
      faults.append("<\(element.name)> wrongly ended")
    }
    let parent = element.parents.last
    switch element.name {
    case "li": if parent != "ul" && parent != "ol" { faults.append("<li> in \(parent ?? "nothing")") }
    case "thead", "tbody": if parent != "table" { faults.append("<\(element.name)> in \(parent ?? "nothing")") }
    case "tr": if parent != "thead" && parent != "tbody" { faults.append("<tr> in \(parent ?? "nothing")") }
    case "th", "td": if parent != "tr" { faults.append("<\(element.name)> in \(parent ?? "nothing")") }
    case "a": if element.parents.contains("a") { faults.append("<a> in <a>") }
    case "p", "pre", "ul", "ol", "blockquote", "table", "hr", "h1", "h2", "h3", "h4", "h5", "h6":
      if let parent, parent != "li", parent != "blockquote" { faults.append("<\(element.name)> in <\(parent)>") }
    default: break
    }
    if parent == "ul" || parent == "ol", element.name != "li" { faults.append("<\(element.name)> in a list") }
  }

  private mutating func judge(href: String, _ element: Element) {
    let plain = href.unicodeScalars.allSatisfy {
      $0.isASCII && $0.value > 0x20 && !"<>\"\\`{}|^".unicodeScalars.contains($0)
    }
    if !plain { faults.append("a URL that is not encoded: \(href)") }
    let isWeb = href.lowercased().hasPrefix("http://") || href.lowercased().hasPrefix("https://")
    if !isWeb, !isRelative(href), !href.lowercased().hasPrefix("mailto:") { faults.append("a link to \(href)") }
    if isWeb != (element.attributes["rel"] == "nofollow noopener noreferrer") { faults.append("rel of \(href)") }
  }

  /// As RFC 3986 has it, and stricter: no colon before a slash, not two slashes at the beginning.
  private func isRelative(_ url: String) -> Bool {
    let beginning = url.prefix { !"/?#".contains($0) }
    return !beginning.contains(":") && !url.hasPrefix("//") && !url.contains("\\")
  }

  private mutating func judgeLines(in range: ClosedRange<Int>) {
    var last = range.lowerBound
    for value in values("data-line") {
      guard let line = Int(value), range.contains(line) else {
        faults.append("line \(value) of \(range)")
        continue
      }
      if line < last { faults.append("line \(line) after \(last)") }
      last = line
    }
  }

  private mutating func judgeIDs() {
    var seen: Set<String> = []
    for id in values("id") {
      if !id.utf8.starts(with: "sop-".utf8) { faults.append("id \(id)") }
      if !seen.insert(id).inserted { faults.append("id \(id) twice") }
    }
  }

  private static let allowed: [String: Set<String>] = [
    "a": ["href", "title", "rel"], "img": ["src", "alt", "title", "loading"], "em": [], "strong": [], "del": [],
    "br": [], "code": ["class"], "span": ["class", "title"], "input": ["type", "disabled", "checked"],
    "p": ["data-line"], "li": ["data-line", "class"], "ul": [], "ol": ["start"], "blockquote": ["data-line"],
    "pre": ["data-line"], "hr": ["data-line"], "table": ["data-line"], "thead": [], "tbody": [], "tr": ["data-line"],
    "th": ["align"], "td": ["align"], "h1": ["data-line", "id"], "h2": ["data-line", "id"], "h3": ["data-line", "id"],
    "h4": ["data-line", "id"], "h5": ["data-line", "id"], "h6": ["data-line", "id"],
  ]
}
