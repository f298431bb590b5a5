// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What is the rule, and where does each line come from?
struct SOPPage: Page {
  private let version: SOPVersion
  private let history: [SOPVersion]
  private let labels: [String]
  private let origins: [String]
  private let content: HTML
  private let blame: Blame
  private let values: [JSONValue]

  var title: String { version.title ?? version.reference.path.text }
  var area: Area { .handbook }
  var json: JSONValue { .fields(["history": .array(values), "lines": blame.json]) }

  init(_ path: String, _ workspace: Workspace, _ caller: Caller) throws {
    let history = try workspace.history(of: path)
    self.history = history
    version = history[0]
    labels = history.map { workspace.label(of: $0, among: history) }
    origins = history.map(workspace.origin(of:))
    content = HTML(trusted: workspace.html(of: try workspace.text(of: version)))
    blame = try workspace.blame(path)
    values = try history.map(workspace.json(ofHistorical:))
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>\(title)</h1>
    <dl class="facts">
    <div><dt>Path</dt><dd><code>\(version.reference.path.text)</code></dd></div>
    <div><dt>Version</dt><dd>\(version.reference.version)\(version.isApproved ? nil : " \(HTML.state("unapproved"))" as HTML)</dd></div>
    <div><dt>Owner</dt><dd>\(version.owner ?? "nobody")</dd></div>
    <div><dt>In force from</dt><dd>\(HTML.time(version.inForceFrom)) UTC</dd></div>
    <div><dt>Covers</dt><dd>\(version.keys.map { "\(HTML.link(to: $0)) " as HTML })</dd></div>
    <div class="long"><dt>Commit</dt><dd><code>\(version.reference.commit.text)</code></dd></div>
    </dl>
    <div class="sop">
    <article class="prose">\(content)</article>
    \(margin)
    </div>
    <h2>Versions</h2>
    \(HTML.table(["Version", "When", "By", "How"], caption: "Versions of this SOP", zip(history, zip(labels, origins)).map { version, said in
      [
        "\(said.0)", .time(version.committedAt), "\(version.author)",
        version.change.map { HTML.link(to: $0) } ?? "\(said.1)",
      ]
    }))
    """
  }

  /// Which item put a line there, for each stretch of lines.
  private var margin: HTML {
    let parts: [HTML] = blame.parts.map { part in
      let lines =
        part.lines.count == 1
        ? "Line \(part.lines.lowerBound)" : "Lines \(part.lines.lowerBound) to \(part.lines.upperBound)"
      guard let change = part.version.change, let cause = blame.causes[change] else {
        return "<li><span class=\"lines\">\(lines)</span> \(part.version.author)</li>"
      }
      return """
        <li><span class="lines">\(lines)</span> \(cause.items.map { "\(HTML.link(to: $0)) " as HTML })\
        \(cause.keys.map(\.value).joined(separator: ", ")), \(Words.count(cause.exceptions, "exception"))</li>
        """
    }
    return """
      <aside class="margin" aria-label="Where each line comes from"><h2>Where each line comes from</h2><ol>\(parts)</ol></aside>
      """
  }
}
