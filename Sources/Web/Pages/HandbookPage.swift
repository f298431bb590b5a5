// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What are the rules?
struct HandbookPage: ReadablePage {
  private let sops: [SOPVersion]
  private let values: [JSONValue]
  /// The only folder whose SOPs are shown; nil shows all, where they are few.
  private let folder: String?
  private let reviews: [ReviewDue]
  private let suspects: [SuspectLink]
  /// What was proposed by pushing a branch, and became no change.
  private let waiting: [ProposalBranch]

  /// In days: what has to be reviewed within them is shown.
  private static let reviewsAhead = 30
  /// So many SOPs are still looked over on one page.
  private static let fewEnough = 200

  var title: String { "Handbook" }
  var area: Area { .handbook }
  var json: JSONValue { .array(values) }

  init(folder: String?, _ workspace: Workspace, _ caller: Caller) throws {
    self.folder = folder
    sops = try workspace.sops()
    values = sops.map(workspace.json(ofListed:))
    reviews = try workspace.reviewsDue(within: HandbookPage.reviewsAhead, by: caller)
    suspects = try workspace.suspects(by: caller)
    waiting = try workspace.proposalBranches().filter { !$0.isTakenUp }
  }

  /// What a script asks for: `unapproved`, `retired` or `left_alone`, as `sop list` has them; nil for the page itself.
  static func list(_ visit: Visit) async throws -> Answer? {
    guard visit.wantsJSON else { return nil }
    if visit.query("left_alone") != nil {
      return .json(.array(try await visit.desk.read { try $0.leftAlone().map(\.json) }))
    }
    let isUnapproved = visit.query("unapproved") != nil
    guard isUnapproved || visit.query("retired") != nil else { return nil }
    return .json(
      .array(
        try await visit.desk.read { workspace in
          try (isUnapproved ? workspace.unapproved() : workspace.retired()).map(workspace.json(ofListed:))
        }))
  }

  func body(_ frame: Frame) -> HTML {
    let folders = Dictionary(grouping: sops) {
      $0.reference.path.text.split(separator: "/").dropLast().joined(separator: "/")
    }
    let names = folders.keys.sorted()
    let shown = folder.map { [$0] } ?? (sops.count <= HandbookPage.fewEnough || names.count == 1 ? names : [])
    let links: [HTML] = names.map { name in
      let title = name.isEmpty ? "At the top" : name
      let current: HTML = name == folder ? " aria-current=\"page\"" : ""
      return """
        <li><a href="/handbook?folder=\(name.isEmpty ? "." : name.asQuery)"\(current)>\(title)</a> \(folders[name]?.count ?? 0)</li>
        """
    }
    let parts: [HTML] = shown.map { folder in
      let rows: [[HTML]] = (folders[folder] ?? []).map { sop in
        let path = sop.reference.path
        return [
          .link(to: path, sop.title ?? path.text), "v\(sop.reference.version)",
          "\(sop.owner ?? "")", .day(sop.inForceFrom), "\(sop.reviewBy?.description ?? "")",
          sop.isApproved ? "" : .state("unapproved"), "\(sop.keys.map(\.value).joined(separator: ", "))",
        ]
      }
      let name = folder.isEmpty ? "At the top" : folder
      return """
        <h2>\(name)</h2>
        \(HTML.table(["SOP", "Version", "Owner", "In force from", "Review by", "", "Covers"], caption: "SOPs in \(name)", rows))
        """
    }
    return """
      <h1>Handbook</h1>
      <p class="lead">\(Words.count(sops.count, "SOP")), each the newest version.\(frame.mayWork ? " <a href=\"/propose\">Propose a new one</a>" as HTML : nil)</p>
      \(names.count < 2 ? nil : "<nav aria-label=\"Folders\"><ul class=\"columns\">\(links)</ul></nav>" as HTML?)
      \(due)
      \(pushed(frame))
      \(resting)
      \(parts)
      """
  }

  /// Takes a branch for one's own.
  static func claim(_ visit: Visit) async throws -> Answer {
    let (branch, caller) = (visit.form["branch"], try visit.caller())
    do {
      let change = try await visit.desk.write { try $0.claim(branch, by: caller) }
      return .see("/changes/\(change.id)", notice: "\(change.id) is yours, and waits for a second person.")
    } catch {
      throw Refused(page: try await visit.desk.read { try HandbookPage(folder: nil, $0, caller) }, reason: error)
    }
  }

  private func pushed(_ frame: Frame) -> HTML? {
    guard !waiting.isEmpty else { return nil }
    let rows: [[HTML]] = waiting.map { branch in
      let claim = frame.form(
        to: "/handbook-proposals/claim",
        """
        <input type="hidden" name="branch" value="\(branch.name)"><button class="quiet">Take it for your own\
        <span class="hidden">: \(branch.name)</span></button>
        """)
      return [
        "\(branch.name)", "\(branch.author ?? "")",
        "\(branch.problem ?? "Nobody here is known by this address.")",
        branch.problem == nil && frame.mayWork ? claim : "",
      ]
    }
    return """
      <h2>Proposed by git, and not taken up</h2>
      \(HTML.table(["Branch", "Author", "Why", ""], caption: "Branches that propose a change, and are none yet", rows))
      """
  }

  private var due: HTML? {
    guard !reviews.isEmpty else { return nil }
    let rows: [[HTML]] = reviews.map { review in
      let sop = review.version
      return [
        .link(to: sop.reference.path, sop.title), "\(sop.owner ?? "")", "\(review.due.description)",
        review.isOverdue ? .state("overdue") : "",
      ]
    }
    return "<h2>To be reviewed</h2>\(HTML.table(["SOP", "Owner", "Due", ""], caption: "SOPs to be reviewed", rows))"
  }

  /// Items and keys that rest on an earlier version than the one in force, a row for each SOP.
  private var resting: HTML? {
    guard !suspects.isEmpty else { return nil }
    let bySOP = Dictionary(grouping: suspects, by: \.version.reference.path)
    let rows: [[HTML]] = bySOP.sorted { $0.key < $1.key }.map { path, links in
      var subjects: HTML = ""
      var reasons: [String] = []
      for link in links {
        if !subjects.isEmpty { subjects += ", " }
        switch link.subject {
        case .item(let id): subjects += .link(to: id)
        case .key(let key): subjects += .link(to: key)
        }
        let reason =
          link.isUnapproved ? link.reason : "A newer version is in force than when somebody last worked on the items."
        if !reasons.contains(reason) { reasons.append(reason) }
      }
      return [.link(to: path), subjects, "\(reasons.joined(separator: " "))"]
    }
    return """
      <h2>To be looked at again</h2>
      \(HTML.table(["SOP", "What rests on it", "Why"], caption: "What rests on an earlier version of an SOP", rows))
      """
  }
}
