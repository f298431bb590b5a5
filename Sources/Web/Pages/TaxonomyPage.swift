// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// What counts as the same thing happening again?
struct TaxonomyPage: ReadablePage {
  private let view: TaxonomyView
  private let findings: [PlacedFinding]
  /// From the version in force to the files; nil where they cannot be read.
  private let difference: TaxonomyDifference?
  /// For adopting what is shown; nil where the files cannot be read.
  private let seen: SeenTaxonomy?
  /// What adopting the files would do; nil where there is nothing to adopt, they are faulty, or this person may not.
  private let rehearsal: AdoptionReport?
  /// Whether the check finds no errors.
  private let isSound: Bool
  /// Why the files cannot be read.
  private let fault: String?

  var title: String { "Taxonomy" }
  var area: Area { .taxonomy }
  var json: JSONValue { view.json.with("seen", .text(seen)) }

  init(_ workspace: Workspace, _ caller: Caller) throws {
    view = try workspace.taxonomy(at: nil)
    do {
      let comparison = try workspace.compareTaxonomies(from: nil, to: nil)
      let difference = comparison.difference
      let findings = try workspace.checkTaxonomy(at: caller.now)
      let isSound = !findings.contains { $0.finding.weight == .error }
      // It takes the lock, so only for who could adopt it.
      let mayAdopt = try workspace.roles(of: caller.person)?.contains(.administrator) ?? false
      rehearsal = mayAdopt && !difference.isEmpty && isSound ? try workspace.rehearsedAdoption(by: caller) : nil
      (self.difference, self.findings, self.isSound, fault) = (difference, findings, isSound, nil)
      seen = comparison.seen
    } catch let error as FileProblem {
      (difference, findings, rehearsal, isSound, fault) = (nil, [], nil, false, error.sentence)
      seen = nil
    }
  }

  /// The files as they are, or, where `seen` says what was looked at, only that.
  static func adopt(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    let seen: SeenTaxonomy? = try visit.seen()
    do {
      switch try await visit.desk.write({ try $0.adoptTaxonomy(seen: seen, by: caller) }) {
      case .adopted(let version, let opened):
        let consequence = opened.isEmpty ? "" : " It opened \(Words.count(opened.count, "item"))."
        return .see("/taxonomy", notice: "Version \(version) is in force.\(consequence)")
      case .waitsForSecondAdministrator:
        return .see("/taxonomy", notice: "Another administrator has to adopt it as well before it counts.")
      case .takenBack: return .see("/taxonomy", notice: "It is taken back: nothing waits.")
      case .detailsOnly: return .see("/taxonomy", notice: "Names, addresses and logins are taken over.")
      }
    } catch {
      throw Refused(page: try await visit.desk.read { try TaxonomyPage($0, caller) }, reason: error)
    }
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Taxonomy</h1>
    <p class="lead">Version \(view.version), in force since \(HTML.day(view.adoptedAt)). An exception has one code and any number of \
    tags; when one recurs as its rule says, an item opens. <a href="/people">Who works here</a> · \
    <a href="/simulate">What another rule would open</a></p>
    \(fault.map { "<p class=\"message problem\">\($0)</p>" } as HTML?)
    \(pending(frame))
    \(check)
    \(table("Exception codes", view.taxonomy.codes, .code))
    \(table("Root-cause tags", view.taxonomy.rootCauses, .rootCause))
    """
  }

  private func table(_ title: String, _ entries: [TaxonomyEntry], _ kind: RecurrenceKey.Kind) -> HTML {
    if entries.isEmpty { return "<h2>\(title)</h2><p class=\"empty\">There are none.</p>" }
    let rows: [[HTML]] = entries.map { entry in
      let definition: HTML? = entry.definition.isEmpty ? nil : "<br><span class=\"hint\">\(entry.definition)</span>"
      return [
        .link(to: RecurrenceKey(kind, entry.id)), "<div>\(entry.title)\(definition)</div>",
        "\(entry.owner?.text ?? "")",
        "\(entry.severity.rawValue)", entry.isCatchAll ? "opens nothing" : "\(entry.recurrence.description)",
        "\(entry.sla)", entry.playbook.map { HTML.link(to: $0) } ?? "",
        entry.retired.map { HTML.state("retired \($0)") } ?? "",
      ]
    }
    let titles = ["Id", "What it means", "Owner", "Severity", "Opens at", "SLA", "Playbook", ""]
    return "<h2>\(title)</h2>\(HTML.table(titles, caption: title, rows))"
  }

  private func pending(_ frame: Frame) -> HTML? {
    guard let difference, !difference.isEmpty else { return nil }
    var lines: [HTML] = difference.added.map { "<li>\($0.kind.words) \($0.id) is new</li>" }
    lines += difference.removed.map { "<li>\($0.kind.words) \($0.id) is gone</li>" }
    lines += difference.retired.map { retired in
      "<li>\(retired.key.kind.words) \(retired.key.value) is retired on \(retired.on.description)</li>"
    }
    lines += difference.changed.map { change in
      """
      <li>\(change.kind.words) \(change.id): \(change.field.replacing("_", with: " ")) \
      \(change.from?.compactText ?? "absent") becomes \(change.to?.compactText ?? "absent")</li>
      """
    }
    return """
      <h2>Changed in the files, and not adopted</h2>
      <ul>\(lines)</ul>
      \(consequences)
      \(rehearsal != nil && frame.roles.contains(.administrator)
        ? frame.button("Adopt it", to: "/taxonomy/adopt", seen: seen?.description, isMain: true) : nil)
      """
  }

  private var consequences: HTML? {
    guard isSound else {
      return "<p class=\"message problem\">The check below finds errors, so this cannot be adopted.</p>"
    }
    let opened: [HTML] = (rehearsal?.opened ?? []).map { "<li>\($0.item.key.value) \($0.title)</li>" }
    return opened.isEmpty
      ? nil : "<p>Adopting it would open \(Words.count(opened.count, "item")):</p><ul class=\"columns\">\(opened)</ul>"
  }

  private var check: HTML? {
    guard !findings.isEmpty else { return nil }
    let rows: [[HTML]] = findings.map { finding in
      [
        .state(finding.finding.weight.rawValue), "\(finding.file)\(finding.line.map { ":\($0)" } ?? "")",
        "\(finding.finding.detail)",
      ]
    }
    return "<h2>What the check finds</h2>\(HTML.table(["", "Where", "What"], caption: "Findings of the check", rows))"
  }
}

extension TaxonomyDifference.Kind {
  fileprivate var words: String { rawValue.replacing("_", with: " ") }
}
