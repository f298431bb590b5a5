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
  /// Nil where the newest version deletes the file, as is `blame`.
  private let content: HTML?
  private let blame: Blame?
  private let readership: Readership
  /// The version whose difference is shown, and that.
  private let difference: (label: String, text: String)?
  private let person: PersonID
  /// Whether this person may stand by the version, which nobody approved.
  private let mayRatify: Bool
  private let typed: FormFields

  var title: String { SOPPage.title(of: version) }
  var area: Area { .handbook }

  private static func title(of version: SOPVersion) -> String { version.title ?? version.reference.path.text }

  static func show(_ visit: Visit) async throws -> Answer {
    let path = try visit.rest()
    if visit.wantsJSON {
      let (version, isHTML) = (visit.query("version"), visit.query("html") != nil)
      return .json(try await visit.desk.read { try json(path, version: version, isHTML: isHTML, $0) })
    }
    let place = visit.query("difference").flatMap { Int($0) }
    return try await visit.read { try SOPPage(path, difference: place, $0, $1) }
  }

  /// `{version, history, lines, readership, standing}`: `version` as `sop show` prints it and `standing` as `show sop:` does, null where the
  /// newest version deletes the file; `history` as `sop history`, `lines` as `sop blame`, `readership` as `sop readers`.
  /// - Parameter version: a number or a commit; nil means the newest.
  private static func json(
    _ path: String, version: String?, isHTML: Bool, _ workspace: Workspace
  ) throws -> JSONValue {
    let history = try workspace.history(of: path)
    let isThere = history.first?.blob != nil
    let shown =
      isThere || version != nil
      ? try workspace.json(
        of: workspace.text(of: workspace.version(version.map { "\(path)@\($0)" } ?? path)), isHTML: isHTML)
      : .null
    return .fields([
      "version": shown, "history": .array(try history.map(workspace.json(ofHistorical:))),
      "lines": isThere ? try workspace.blame(path).json : .array([]),
      "readership": try workspace.readership(of: path).json,
      "standing": isThere ? try workspace.json(ofStanding: path) : .null,
    ])
  }

  /// - Parameter difference: of which version what changed is shown, by its place in the history.
  init(
    _ path: String, difference place: Int?, _ workspace: Workspace, _ caller: Caller,
    typed: FormFields = FormFields.none
  ) throws {
    let history = try workspace.history(of: path)
    let labels = history.map { workspace.label(of: $0, among: history) }
    self.history = history
    self.labels = labels
    self.typed = typed
    person = caller.person
    version = history[0]
    origins = history.map(workspace.origin(of:))
    let isThere = version.blob != nil
    let title = SOPPage.title(of: version)
    content = isThere ? HTML.sop(workspace.html(of: try workspace.text(of: version)), under: title) : nil
    blame = isThere ? try workspace.blame(path) : nil
    mayRatify = version.isApproved ? false : try workspace.mayRatify(version, by: caller)
    readership = try workspace.readership(of: path)
    difference = try place.flatMap { place in
      guard history.indices.contains(place), history.indices.contains(place + 1), history[place].blob != nil,
        history[place + 1].blob != nil
      else { return nil }
      return (labels[place], try workspace.difference(from: history[place + 1], to: history[place]))
    }
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>\(title)</h1>
    \(version.isApproved ? nil : unapproved)
    <dl class="facts">
    <div><dt>Path</dt><dd><code>\(version.reference.path.text)</code></dd></div>
    <div><dt>Version</dt><dd>\(version.reference.version)\(version.isApproved ? nil : " \(HTML.state("unapproved"))" as HTML)</dd></div>
    <div><dt>Owner</dt><dd>\(version.owner ?? "nobody")</dd></div>
    <div><dt>In force from</dt><dd>\(HTML.time(version.inForceFrom)) UTC</dd></div>
    <div><dt>Covers</dt><dd>\(version.keys.map { "\(HTML.link(to: $0)) " as HTML })</dd></div>
    <div class="long"><dt>Commit</dt><dd><code>\(version.reference.commit.text)</code></dd></div>
    </dl>
    \(content.map { "<div class=\"sop\"><article class=\"prose\">\($0)</article>\(margin)</div>" } as HTML?)
    \(frame.mayWork ? next(frame) : nil)
    \(content == nil ? nil : readers)
    <h2 id="versions">Versions</h2>
    \(difference.map { "<h3>What \($0.label) changed</h3>\(Difference($0.text).html)" } as HTML?)
    \(versions)
    """
  }

  /// What came past the tool, said before anything else.
  private var unapproved: HTML {
    let address = "/handbook/\(version.reference.path.text.asPath)"
    let what = version.blob == nil ? "deleted this SOP" : "changed it"
    let decision =
      mayRatify
      ? "Approve it, or have the last approved text put back"
      : "An approver who did not write it approves it, or somebody has the last approved text put back"
    let change: HTML? =
      history.count > 1 && version.blob != nil
      ? " <a href=\"\(address)?difference=0#versions\">What it changed</a>" : nil
    return """
      <div class="message warning"><p><strong>Nobody has approved this version.</strong> \(version.author) \(what) by git on \
      \(HTML.time(version.committedAt)) UTC, without a review, and that is in force. \(decision).\(change)</p></div>
      """
  }

  private var versions: HTML {
    let address = "/handbook/\(version.reference.path.text.asPath)"
    return .table(
      ["Version", "When (UTC)", "By", "How", ""], caption: "Versions of this SOP",
      history.enumerated().map { place, version in
        [
          "\(labels[place])", .time(version.committedAt), "\(version.author)",
          version.change.map { HTML.link(to: $0) } ?? "\(origins[place])",
          version.blob == nil
            ? "deleted"
            : place + 1 < history.count
              ? "<a href=\"\(address)?difference=\(place)#versions\">what changed</a>" : "the first",
        ]
      })
  }

  private func next(_ frame: Frame) -> HTML {
    let address = "/handbook/\(version.reference.path.text.asPath)"
    let commit: HTML = "<input type=\"hidden\" name=\"commit\" value=\"\(version.reference.commit.text)\">"
    func form(_ action: String, _ content: HTML) -> HTML {
      frame.form(to: address, "<input type=\"hidden\" name=\"action\" value=\"\(action)\">\(commit)\(content)")
    }
    let hasRead = readership.people.contains { $0.person == person && $0.at != nil }
    let note = typed["note"]
    let ratify = form(
      "ratify",
      """
      <div class="stacked"><label for="ratify-note">Why this version, which nobody approved, shall count</label>\
      <input id="ratify-note" name="note" value="\(typed: note)" required><button class="main">Approve it</button></div>
      """)
    let review = form(
      "review",
      """
      <div class="stacked"><label for="note">What you looked at</label>\
      <input id="note" name="note" value="\(typed: note)" required>\
      <label for="next">When to look again (a date; empty for as long as last time)</label>\
      <input id="next" name="next" type="date" value="\(typed: typed["next"])"><button class="quiet">Record the review</button></div>
      """)
    return """
      <h2>What now</h2>
      <div class="steps">\(hasRead || content == nil ? nil : form("acknowledge", "<button class=\"main\">I have read it</button>"))
      \(version.isApproved ? nil : form("restore", "<button class=\"quiet\">Put the last approved text back</button>"))\
      \(content == nil ? nil : change)</div>
      \(mayRatify ? ratify : nil)
      \(version.isApproved ? "<details\(note.isEmpty ? "" : " open" as HTML)><summary>Say that it is still right</summary>\(review)</details>" : nil)
      """
  }

  /// Where a correction is written, which closes no item.
  private var change: HTML {
    "<a class=\"button quiet\" href=\"/propose?sop=\(version.reference.path.text.asQuery)\">Propose a change of it</a>"
  }

  private var readers: HTML {
    let read = readership.people.filter { $0.at != nil }.map(\.person.text)
    let missing = readership.people.filter { $0.at == nil }.map(\.person.text)
    return """
      <h2>Who has read this version</h2>
      <p>\(read.isEmpty ? "Nobody yet." : "\(read.joined(separator: ", ")).")\
      \(missing.isEmpty ? "" : " Not yet: \(missing.joined(separator: ", ")).")</p>
      """
  }

  /// Which item put a line there, for each stretch of lines.
  private var margin: HTML? {
    guard let blame else { return nil }
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
