// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// Which SOP says something about this?
struct SearchPage: ReadablePage {
  private let words: String
  private let hits: [SearchHit]

  private static let most = 50

  var title: String { words.isEmpty ? "Search" : "Search: \(words)" }
  var area: Area { .handbook }
  var json: JSONValue { .array(hits.map(\.json)) }

  init(_ words: String, _ workspace: Workspace, _ caller: Caller) throws {
    self.words = words
    hits = words.isEmpty ? [] : try workspace.search(words, allVersions: false, limit: SearchPage.most, at: caller.now)
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
