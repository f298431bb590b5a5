// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// How did this come to be?
struct TracePage: ReadablePage {
  private let what: String
  private let trace: TraceResult?

  var title: String { what.isEmpty ? "Trace" : "Trace \(what)" }
  var area: Area { .trace }
  var json: JSONValue { trace?.json ?? .null }

  /// - Parameter isAll: whether all references are listed, and not the first hundred.
  init(_ what: String?, isAll: Bool = false, _ workspace: Workspace, _ caller: Caller) throws {
    self.what = what ?? ""
    trace = try what.map { try workspace.trace($0, listingAll: isAll, by: caller) }
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Trace</h1>
    <form action="/trace" class="inline"><label for="what">A code, a tag, an item, a change, a commit, an SOP, a \
    reference</label> <input id="what" name="what" value="\(typed: what)" placeholder="code:RF-07"> \
    <button class="main">Trace</button></form>
    \(trace.map(chain))
    """
  }

  private func chain(_ trace: TraceResult) -> HTML {
    let exceptions = trace.exceptions
    let items: [HTML] = trace.items.map { view in
      """
      <li>\(HTML.link(to: view.item.id)) \(HTML.state(view.item.stateWord)) \(view.item.key.value)\(view.ownTitle.map { " \($0)" } as HTML?), \
      \(Words.because(view.item.because)), opened \(HTML.day(view.item.openedAt))</li>
      """
    }
    let changes: [HTML] = trace.changes.map { change in
      var commit: HTML?
      if case .committed(let done) = change.state {
        commit = ", commit <code>\(done.sop.commit.text)</code>, in force from \(HTML.time(done.takesEffect)) UTC"
      }
      return """
        <li>\(HTML.link(to: change.id)) \(HTML.state(change.stateWord)) \(HTML.link(to: change.draft.path)) \
        v\(change.draft.sopVersion), by \(change.proposedBy.text)\(change.approvedBy.map { ", approved by \($0.text)" } as HTML?)\
        \(commit)</li>
        """
    }
    let versions: [[HTML]] = trace.byVersion.map { count in
      [
        count.version.map { "\(HTML.link(to: $0.reference.path)) v\($0.reference.version)" } ?? "none",
        count.from.map { HTML.time($0) } ?? "", "\(count.count)",
      ]
    }
    return """
      <ol class="chain">
      <li><h2>\(trace.start.description)</h2>\(trace.line.map { "<p>The line came with \(HTML.link(to: $0.reference.path)) v\($0.reference.version), by \($0.author).</p>" } as HTML?)</li>
      <li><h2>\(Words.count(exceptions.count, "exception"))</h2><p>\(exceptions.first.map { "From \(HTML.day($0))" } as HTML?)\(exceptions.last.map { " to \(HTML.day($0))" } as HTML?)</p><p class="hint">\(exceptions.references.prefix(10).joined(separator: ", "))\(exceptions.count > 10 ? ", …" : "")</p>\(exceptions.count == 0 ? nil : "<p><a href=\"\(TraceFile.address(trace.start.description))\" download>All of them as a table (CSV)</a></p>" as HTML)</li>
      <li><h2>\(Words.count(trace.items.count, "item"))</h2><ul>\(items)</ul></li>
      <li><h2>\(Words.count(trace.changes.count, "SOP change"))</h2><ul>\(changes)</ul></li>
      <li><h2>What came after</h2>\(HTML.table(["SOP in force", "From (UTC)", "Exceptions"], numbers: [2], caption: "Exceptions by the SOP version in force when they occurred", versions))</li>
      </ol>
      """
  }
}
