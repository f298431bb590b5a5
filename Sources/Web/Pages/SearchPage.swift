// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// Which SOP says something about this?
struct SearchPage: ReadablePage {
  private let words: String
  private let hits: [SearchHit]

  /// What the address asks for.
  struct Asked: Sendable {
    let words: String
    var limit = 50
    var isInAllVersions = false

    /// Only scripts ask for more than the page shows.
    init(_ visit: Visit) throws {
      words = visit.query("q") ?? ""
      guard visit.wantsJSON else { return }
      isInAllVersions = visit.query("all_versions") != nil
      guard let text = visit.query("limit") else { return }
      guard let number = Int(text), (1...1_000).contains(number) else {
        throw Problem(status: .badRequest, sentence: "limit: \(text.quoted) is no number from 1 to 1000.")
      }
      limit = number
    }
  }

  var title: String { words.isEmpty ? "Search" : "Search: \(words)" }
  var area: Area { .handbook }
  var json: JSONValue { .array(hits.map(\.json)) }

  init(_ asked: Asked, _ workspace: Workspace, _ caller: Caller) throws {
    words = asked.words
    hits =
      words.isEmpty
      ? [] : try workspace.search(words, allVersions: asked.isInAllVersions, limit: asked.limit, at: caller.now)
  }

  func body(_ frame: Frame) -> HTML {
    let list: [HTML] = hits.map { hit in
      let path = hit.version.reference.path
      return """
        <li>\(HTML.link(to: path, hit.version.title ?? path.text)) <span class="hint">\(path.text)</span><br>\(hit.text)</li>
        """
    }
    return """
      <h1>Search the handbook</h1>
      <form action="/search" class="inline"><label for="words">Words, "phrases", begin*</label> \
      <input id="words" name="q" type="search" value="\(typed: words)"> <button class="main">Search</button></form>
      \(hits.isEmpty && !words.isEmpty ? "<p class=\"empty\">No SOP has all of these words.</p>" as HTML : nil)
      <ol class="hits">\(list)</ol>
      """
  }
}
