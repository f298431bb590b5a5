// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Workspaces with differing pasts, to make packs of.
enum PackHistory: String, CaseIterable, CustomTestStringConvertible {
  /// As it is made: nothing happened yet.
  case new
  /// An SOP, its next version, a rejection, an amendment; texts that a spreadsheet would run.
  case decided
  /// Pushes past the tool, ratified and not; a deletion; reviews; a proposal branch with two revisions; returned and withdrawn.
  case pushed
  /// What was decided, but for a customer and a comment: erased.
  case erased
  /// Extensions, pauses, owners that change.
  case clocks
  /// Incidents of a service desk, the University of California's data set.
  case incidents
  /// Credit notes of an online shop.
  case credits

  var testDescription: String { rawValue }

  static let incidentMap = """
    source: servicenow
    id: number
    rows: last
    updated_at: {column: sys_updated_at, format: "d/M/yyyy HH:mm"}
    occurred_at: {column: opened_at, format: "d/M/yyyy HH:mm"}
    resolved_at: {column: resolved_at, format: "d/M/yyyy HH:mm"}
    code: {columns: [category, subcategory], join: "/"}
    root_cause: closed_code
    team: assignment_group
    severity: priority
    status: incident_state
    requester: caller_id
    missing: ["?", ""]

    """

  static let formula = "=HYPERLINK(\"http://example.org\";\"a, b\")\nsecond line, \"quoted\""

  func workspace() throws -> TestWorkspace {
    let ana = TestWorkspace.caller("ana")
    let test: TestWorkspace
    switch self {
    case .new: test = try TestWorkspace()
    case .decided: test = try decided()
    case .erased:
      test = try decided()
      let caller = TestWorkspace.caller("ana", after: 400_000)
      _ = try test.workspace.erase(ErasureSubject(values: ["Eve", "second line"]), reason: "Asked for", by: caller)
    case .pushed: test = try pushed()
    case .clocks: test = try clocks()
    case .incidents: test = try TestWorkspace(export: "servicenow-incidents.csv", map: PackHistory.incidentMap)
    case .credits:
      let map = try String(
        contentsOfFile: "\(SecondVerifier.repository)/docs/demo/online-retail.yaml", encoding: .utf8)
      test = try TestWorkspace(export: "online-retail-credits.csv", map: map)
    }
    if self == .incidents || self == .credits {
      let items = try test.workspace.items(ItemQuery(), by: ana).map(\.item).sorted { $0.id < $1.id }
      for item in items.prefix(2) { try test.close(item.id) }
      try test.reject(items[2].id, rationale: "It costs less than it would to mend.")
    }
    _ = try test.workspace.publishCheckpoint(by: TestWorkspace.caller("ana", after: 500_000))
    return test
  }

  private func rows() -> [Row] {
    (1...4).map { Row("d\($0)", day: $0, "Damaged", tags: ["late"], amount: "2.50", requester: "Eve") }
      + (1...3).map { Row("-\($0)", day: $0, "Lost", tags: ["late", "courier"], amount: "-7.00") }
  }

  private func item(_ test: TestWorkspace, _ code: String) throws -> ItemID {
    try #require(try test.item(of: RecurrenceKey(.code, code))).item.id
  }

  private func decided() throws -> TestWorkspace {
    let test = try TestWorkspace(rows())
    try test.close(item(test, "DAMAGED"))
    try test.workspace.comment(on: item(test, "LOST"), PackHistory.formula, by: TestWorkspace.caller("ben"))
    try test.reject(item(test, "LOST"), rationale: PackHistory.formula)
    var changed = rows()
    changed[1].amount = "99.99"
    changed[5].amount = ""
    try test.importRows(changed, after: 100)
    try test.importRows((1...3).map { Row("e\($0)", day: 153, "Damaged", requester: "Mallory") }, after: 200)
    try test.close(item(test, "DAMAGED"), body: "Do it better still.", after: 86_400 * 300)
    return test
  }

  private func pushed() throws -> TestWorkspace {
    let test = try TestWorkspace(rows())
    let (ana, ben) = (TestWorkspace.caller("ana", after: 60), TestWorkspace.caller("ben", after: 60))
    let workspace = test.workspace
    try test.close(item(test, "DAMAGED"))
    let git = try PersonWithGit("ana", cloning: test)
    try git.push("sops/damaged.md", "---\ncodes: [DAMAGED]\nversion: 1\n---\n\nDo as you like.\n")
    try git.push("notes/no front matter.md", "# A note\n\nText — with a dash.\n")
    try git.push("notes/picture.png", "no SOP")
    _ = try workspace.catchUp(by: ana)
    _ = try workspace.ratify("sops/damaged.md", note: "It is fine", by: ben)
    _ = try workspace.review("sops/damaged.md", note: "Still right", next: nil, by: ben)
    try git.git("rm", "-q", "notes/no front matter.md")
    try git.commit("Take the note away")
    try git.git("push", "-q", "origin", "HEAD")
    _ = try workspace.catchUp(by: ana)
    let lost = try item(test, "LOST")
    try git.git("checkout", "-q", "-B", "proposals/\(lost)", "origin/main")
    for text in ["One.\n", "Two.\n"] {
      try git.write("sops/lost.md", "---\ncodes: [LOST]\n---\n\n\(text)")
      try git.commit(text)
      try git.git("push", "-q", "-f", "origin", "HEAD")
      _ = try workspace.catchUp(by: ben)
    }
    let change = try #require(try workspace.proposalBranches().first?.change)
    try workspace.returnChange(change, note: "Say more", by: ben)
    try workspace.withdrawChange(change, by: ana)
    return test
  }

  private func clocks() throws -> TestWorkspace {
    let test = try TestWorkspace(rows())
    let (ana, ben) = (TestWorkspace.caller("ana", after: 10), TestWorkspace.caller("ben", after: 10))
    let id = try item(test, "DAMAGED")
    let workspace = test.workspace
    try workspace.acknowledge(id, by: ana)
    try workspace.assign(id, to: ben.person, by: ana)
    let due = try workspace.item(id, by: ana).view.item.dueAt
    try workspace.extend(id, until: due + Days(5), reason: "=1+1", by: ben)
    try workspace.approveExtension(of: id, revision: nil, by: ana)
    try workspace.pause(id, until: ana.now + Days(2), reason: "Waiting for the carrier", by: ben)
    try workspace.resume(id, by: TestWorkspace.caller("ben", after: 50_000))
    let lost = try item(test, "LOST")
    try workspace.proposeRejection(
      of: lost, rationale: "Rare", expiresOn: workspace.date(ana.now + Days(30)), tripwire: nil, by: ana)
    try workspace.returnRejection(of: lost, note: "No", by: ben)
    _ = try workspace.catchUp(by: TestWorkspace.caller("ana", after: 90 * 86_400))
    return test
  }
}

extension TestWorkspace {
  /// A workspace made out of an export of `Tests/Fixtures`, imported.
  convenience init(export: String, map: String) throws {
    let folder = NSTemporaryDirectory() + "sopwright-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try map.write(toFile: "\(folder)/map.yaml", atomically: true, encoding: .utf8)
    try self.init(
      in: folder, export: "\(SecondVerifier.repository)/Tests/Fixtures/\(export)", map: "\(folder)/map.yaml")
  }

  func reject(_ id: ItemID, rationale: String, after seconds: Int64 = 0) throws {
    let (ana, ben) = (TestWorkspace.caller("ana", after: seconds), TestWorkspace.caller("ben", after: seconds))
    try workspace.proposeRejection(
      of: id, rationale: rationale, expiresOn: workspace.date(ana.now + Days(100)), tripwire: nil, by: ana)
    try workspace.approveRejection(of: id, revision: nil, by: ben)
    try workspace.closeRejected(id, by: ana)
  }

  /// An audit pack of it, beside it.
  func pack(_ name: String = "pack", withPersonal: Bool = false) throws -> String {
    let folder = "\(self.folder)/\(name)"
    _ = try workspace.export(to: folder, withPersonal: withPersonal)
    return folder
  }
}
