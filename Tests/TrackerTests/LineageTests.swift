// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Codes that are retired, merged and split: what takes over from them goes on where they were.
@Suite struct LineageTests {
  private let ana = TestWorkspace.caller("ana")
  private let old = RecurrenceKey(.code, "DAMAGED")
  private let heir = RecurrenceKey(.code, "BROKEN")

  private func workspace() throws -> TestWorkspace {
    try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
  }

  /// Retires the old code in the files, and gives it heirs.
  private func retire(_ test: TestWorkspace, heirs: [String], replacing: String = "DAMAGED") throws {
    let path = "\(test.folder)/ws/taxonomy/codes.yaml"
    var text = try String(contentsOfFile: path, encoding: .utf8)
    let retired = "  - id: \(replacing)\n    retired: 2026-06-01\n"
    if !text.contains(retired) { text = text.replacing("  - id: \(replacing)\n", with: retired) }
    let playbook = try #require(try test.workspace.taxonomy(at: nil).taxonomy.codes.first?.playbook)
    for id in heirs {
      text += """
          - id: \(id)
            title: \(id.capitalized)
            owner: ana
            playbook: \(playbook)
            replaces: [\(replacing)]

        """.replacing("\n      ", with: "\n  ")
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func record(_ test: TestWorkspace, _ code: String, _ reference: String, day: Int) throws {
    let row = Row(reference, day: day, code)
    _ = try test.importText(Row.csv([row]), after: Int64(max(0, day - 152)) * 86_400 + Int64(day) * 10)
  }

  /// Its rejection still has to be looked at again, and both verifiers find that right.
  @Test func aCodeThatWasTakenOutIsOpenedWhenItsRejectionExpires() throws {
    let test = try workspace()
    let item = try #require(try test.item(of: old)).item.id
    try test.reject(item, until: "2026-12-01")
    let path = "\(test.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let entries = text.components(separatedBy: "  - id: ").filter { !$0.hasPrefix("DAMAGED\n") }
    try entries.joined(separator: "  - id: ").write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: "\(test.folder)/ws/taxonomy/maps/tests.yaml")
    _ = try test.workspace.adoptTaxonomy(by: ana)
    let opened = try #require(try test.workspace.catchUp(by: TestWorkspace.caller("ana", after: 86_400 * 300))).opened
    #expect(opened.count == 1)
    #expect(try test.findings().isEmpty)
    let pack = try test.pack()
    #expect(try verifyPack(pack).findings.isEmpty)
    guard SecondVerifier.isThere else { return }
    #expect(try SecondVerifier.verify([pack]).flatMap(\.findings).isEmpty)
  }

  @Test func anOpenItemGoesOnUnderTheHeir() throws {
    let test = try workspace()
    let item = try #require(try test.item(of: old)).item.id
    try retire(test, heirs: [])
    #expect(try test.workspace.checkTaxonomy(at: ana.now).contains { $0.finding.check == "heir_missing" })
    #expect(throws: Rejection.self) { try test.workspace.adoptTaxonomy(by: ana) }
    try retire(test, heirs: ["BROKEN"])
    _ = try test.workspace.adoptTaxonomy(by: ana)
    try FileManager.default.removeItem(atPath: "\(test.folder)/ws/taxonomy/maps/tests.yaml")
    try TestWorkspace.map.write(
      toFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", atomically: true, encoding: .utf8)
    for day in 4...8 { try record(test, "Broken", "b\(day)", day: day) }
    #expect(try test.item(of: heir) == nil, "the item that is open is the heir's own")
    #expect(try test.members(of: item) == Set(["d1", "d2", "d3"] + (4...8).map { "b\($0)" }))
    let looked = try test.workspace.look(at: item, by: ana)
    #expect(looked.view.occurrences == 8)
    #expect(looked.chart.counts.reduce(0, +) == 8, "what the heir had since belongs to it")
    #expect(try test.findings().isEmpty)

    // Closing takes an SOP that covers the heir; what recurs afterwards is a regression.
    let text = "---\ncodes: [BROKEN]\n---\n\nPack it better.\n"
    let change = try test.workspace.proposeChange(
      closing: [item], path: SOPPath("sops/broken.md"), text: Array(text.utf8), summary: "Better", by: ana)
    try test.workspace.approveChange(change.id, revision: nil, by: TestWorkspace.caller("ben"))
    _ = try test.workspace.closeChange(change.id, by: ana)
    let effect = 152  // the day of the callers' clock
    for day in (effect + 1)...(effect + 3) { try record(test, "Broken", "late\(day)", day: day) }
    let next = try #require(try test.item(of: heir))
    #expect(next.item.cause == .regression && next.item.follows == item)
    #expect(next.item.failed?.path.text == "sops/broken.md")
    // What occurred before belongs to the item that was closed, however late it arrives.
    try record(test, "Broken", "early", day: 9)
    #expect(try test.members(of: item).contains("early"))
    let trace = try test.workspace.trace("code:BROKEN", listingAll: true, by: ana)
    #expect(trace.items.map(\.item.id) == [item, next.item.id])
    #expect(trace.json["lineage"] == .array([.string("DAMAGED")]))
    #expect(trace.exceptions.count == 3 + 5 + 3 + 1)
    #expect(try test.findings().isEmpty)
  }

  @Test func aRejectionAndItsTripwireHoldForTheHeirs() throws {
    let test = try workspace()
    let item = try #require(try test.item(of: old)).item.id
    try test.workspace.proposeRejection(
      of: item, rationale: "Cheap", expiresOn: try #require(CalendarDate("2026-07-01")),
      tripwire: try RecurrenceRule("2/7d"), by: ana)
    try test.workspace.approveRejection(of: item, revision: nil, by: TestWorkspace.caller("ben"))
    try test.workspace.closeRejected(item, by: ana)
    try retire(test, heirs: ["BROKEN", "DENTED"])
    _ = try test.workspace.adoptTaxonomy(by: ana)
    try TestWorkspace.map.write(
      toFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", atomically: true, encoding: .utf8)
    try record(test, "Broken", "b1", day: 153)
    #expect(try test.item(of: heir) == nil)
    try record(test, "Broken", "b2", day: 154)
    let next = try #require(try test.item(of: heir))
    #expect(next.item.cause == .tripwire && next.item.follows == item)
    // The other heir comes back when the rejection expires; the retired code does not.
    let july = Caller(person: ana.person, login: "ana", now: Timestamp(seconds: 1_783_000_000))
    let opened = try #require(try test.workspace.catchUp(by: july)).opened
    let items = try opened.map { try test.workspace.item($0, by: july).view.item }
    #expect(items.map(\.key) == [RecurrenceKey(.code, "DENTED")])
    #expect(items.map(\.cause) == [.rejectionExpired])
    #expect(try test.workspace.catchUp(by: july)?.opened == [])
    #expect(try test.findings().isEmpty)
  }

  @Test func whatAMergeLeavesBehindComesBackAllTheSame() throws {
    let test = try TestWorkspace(
      (1...3).map { Row("d\($0)", day: $0, "Damaged") } + (1...3).map { Row("l\($0)", day: $0, "Late") })
    let late = RecurrenceKey(.code, "LATE")
    let rejected = try #require(try test.item(of: late)).item.id
    try test.reject(rejected, until: "2026-07-01")
    try retire(test, heirs: [], replacing: "LATE")
    try retire(test, heirs: ["BROKEN"])
    let path = "\(test.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("replaces: [DAMAGED]", with: "replaces: [DAMAGED, LATE]").write(
      toFile: path, atomically: true, encoding: .utf8)
    _ = try test.workspace.adoptTaxonomy(by: ana)
    let july = Caller(person: ana.person, login: "ana", now: Timestamp(seconds: 1_783_000_000))
    let opened = try #require(try test.workspace.catchUp(by: july)).opened
    #expect(try opened.map { try test.workspace.item($0, by: july).view.item.key } == [late])
    #expect(try test.findings().isEmpty)
  }

  @Test func anHeirOfOneThatNeverWasInForceTakesOver() throws {
    let test = try workspace()
    let item = try #require(try test.item(of: old)).item.id
    try retire(test, heirs: ["BROKEN"])
    try retire(test, heirs: ["ABLE"], replacing: "BROKEN")
    _ = try test.workspace.adoptTaxonomy(by: ana)
    try TestWorkspace.map.write(
      toFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", atomically: true, encoding: .utf8)
    try record(test, "Able", "a1", day: 4)
    #expect(try test.members(of: item).contains("a1"))
    // Taking a code with an open item out of the file is no way to end it.
    let path = "\(test.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("id: DAMAGED\n", with: "id: SOMETHING-ELSE\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(try test.workspace.checkTaxonomy(at: ana.now).map(\.finding.check).contains("heir_missing"))
    #expect(try test.findings().isEmpty)
  }

  @Test func anExceptionWithTwoTagsOfASplitOneCountsOnce() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged", tags: ["Courier"], amount: "10.00") })
    let courier = RecurrenceKey(.rootCause, "COURIER")
    let item = try #require(try test.item(of: courier)).item.id
    let path = "\(test.folder)/ws/taxonomy/root_causes.yaml"
    var text = try String(contentsOfFile: path, encoding: .utf8)
    text = text.replacing("  - id: COURIER\n", with: "  - id: COURIER\n    retired: 2026-06-01\n")
    let playbook = try #require(try test.workspace.taxonomy(at: nil).taxonomy.codes.first?.playbook)
    for id in ["T-A", "T-B"] {
      text += "  - id: \(id)\n    owner: ana\n    playbook: \(playbook)\n    replaces: [COURIER]\n"
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    _ = try test.workspace.adoptTaxonomy(by: ana)
    try TestWorkspace.map.write(
      toFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", atomically: true, encoding: .utf8)
    try test.importRows([Row("both", day: 4, "Damaged", tags: ["T-A", "T-B"], amount: "10.00")])
    let view = try test.workspace.item(item, by: ana).view
    #expect(view.occurrences == 4 && view.money.map(\.amount) == [4000])
    #expect(try test.members(of: item).count == 4)
    #expect(try test.findings().isEmpty)
  }

  @Test func aChainOfHeirsAndOneThatHadItemsOfItsOwn() throws {
    let test = try TestWorkspace(
      (1...3).map { Row("d\($0)", day: $0, "Damaged") } + (1...3).map { Row("l\($0)", day: $0, "Late") })
    let item = try #require(try test.item(of: old)).item.id
    let late = try #require(try test.item(of: RecurrenceKey(.code, "LATE"))).item.id
    try retire(test, heirs: ["BROKEN"])
    _ = try test.workspace.adoptTaxonomy(by: ana)
    try retire(test, heirs: ["ABLE"], replacing: "BROKEN")
    let path = "\(test.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("  - id: LATE\n", with: "  - id: LATE\n    replaces: [BROKEN]\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    _ = try test.workspace.adoptTaxonomy(by: ana)
    try TestWorkspace.map.write(
      toFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", atomically: true, encoding: .utf8)
    try record(test, "Able", "a1", day: 4)
    try record(test, "Late", "l4", day: 4)
    #expect(try test.members(of: item) == ["d1", "d2", "d3", "a1"])
    #expect(try test.members(of: late) == ["l1", "l2", "l3", "l4"], "a code with items of its own keeps to them")
    #expect(try test.findings().isEmpty)
  }

  /// The day on which `retire` retires a code, and one before.
  @Test(arguments: [(["BROKEN"], "BROKEN"), (["BROKEN", "DENTED"], nil), ([], nil)] as [([String], String?)])
  func whatOccursAfterTheRetirementIsRecordedUnderTheOneHeir(heirs: [String], recorded: String?) throws {
    let test = try TestWorkspace([Row("d1", day: 1, "Damaged")])
    try retire(test, heirs: heirs)
    _ = try test.workspace.adoptTaxonomy(by: ana)
    let last = Row("before", day: 151, "Damaged")
    let first = Row("after", day: 152, "Damaged")
    let report = try test.importText(Row.csv([last, first]), after: 60)
    var codes: [String: String] = [:]
    try test.workspace.forEachException(ExceptionQuery()) { codes[$0.record.reference] = $0.record.code }
    #expect(codes["before"] == "DAMAGED" && codes["after"] == recorded)
    #expect(report.quarantined == (recorded == nil ? 1 : 0))
    let held = try test.workspace.held()
    #expect(held.count == report.quarantined)
    #expect(
      held.map(\.row).allSatisfy { row in
        row.reason.contains("DAMAGED is retired") && heirs.allSatisfy(row.reason.contains)
      })
    // A person who records one chooses for themselves.
    var record = ExceptionRecord(source: "", reference: "", occurredAt: ana.now, code: "DAMAGED", rawCode: "DAMAGED")
    #expect(throws: Rejection.retiredEntry(old, heirs: heirs)) {
      try test.workspace.recordException(record, personal: PersonalFields(), reference: nil, by: ana)
    }
    record.occurredAt = ana.now - Days(20)
    _ = try test.workspace.recordException(record, personal: PersonalFields(), reference: nil, by: ana)
    #expect(try test.findings().isEmpty)
  }
}
