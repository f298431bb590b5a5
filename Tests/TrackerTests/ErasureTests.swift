// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What is erased is in no file of the workspace, stays away, and is told from damage.
@Suite struct ErasureTests {
  private let ana = TestWorkspace.caller("ana", after: 60)

  @Test func whatIsErasedIsInNoFileAndInNoNewBackupAndEverythingVerifies() throws {
    let test = try TestWorkspace.withAName()
    let folder = "\(test.folder)/ws"
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.workspace.comment(on: item, "\(TestWorkspace.name) called twice.", by: ana)
    try test.workspace.comment(on: item, "Nobody called.", by: ana)
    #expect(try !files(holding: TestWorkspace.name, in: folder).isEmpty)
    let done = try test.erase(ErasureSubject(values: [TestWorkspace.name.uppercased()]))
    #expect(done.event?.records == 3 && done.event?.heldBack == 1 && done.event?.texts == 1 && done.remains.isEmpty)
    #expect(try files(holding: TestWorkspace.name, in: folder) == [])
    #expect(try !files(holding: "Maria", in: folder).isEmpty, "others stay")
    #expect(try test.findings().isEmpty)
    let notices = try test.workspace.verifyRecord().notices
    #expect(notices.map(\.check) == ["erased"])
    let history = try test.workspace.item(item, by: ana).history
    #expect(
      history.contains { $0.note.contains("Nobody called.") } && history.contains { $0.note.contains("(erased)") })
    _ = try test.workspace.backUp(to: "\(test.folder)/backup", at: ana.now)
    #expect(try files(holding: TestWorkspace.name, in: "\(test.folder)/backup") == [])
    #expect(throws: ErasureError.self) { try test.erase(ErasureSubject(values: [TestWorkspace.name])) }
  }

  @Test func nothingBringsBackWhatWasErased() throws {
    let test = try TestWorkspace.withAName()
    let folder = "\(test.folder)/ws"
    try test.erase(ErasureSubject(values: [TestWorkspace.name]))
    let same = (1...3).map { Row("d\($0)", day: $0, "Damaged", amount: "2.50", requester: TestWorkspace.name) }
    #expect(try test.importRows(same, after: 120).duplicate == 3)
    // An amendment counts, and has no personal fields; the same again is a duplicate.
    let amended = [Row("d1", day: 1, "Damaged", amount: "9.99", requester: TestWorkspace.name)]
    #expect(try test.importRows(amended, after: 180).amended == 1)
    #expect(try test.importRows(amended, after: 240).duplicate == 1)
    // The row that was held back, also where it could be read now.
    let bad = "bad,2026-13-01,Damaged,,2.50,\"\(TestWorkspace.name)\"\n"
    #expect(try test.importText(Row.header + bad, after: 300).new == 0)
    #expect(try test.workspace.retryQuarantine(mapPath: nil, by: ana).received == 0)
    #expect(try files(holding: TestWorkspace.name, in: folder) == [])
    #expect(try test.findings().isEmpty)
  }

  @Test func theFieldsOfOneExceptionGoByItsReference() throws {
    let test = try TestWorkspace.withAName()
    try test.importRows([Row("d1", day: 1, "Damaged", amount: "3.50", requester: "Maria")], after: 30)
    let done = try test.erase(ErasureSubject(exception: "d1"))
    #expect(done.event?.records == 2, "both revisions")
    #expect(try test.findings().isEmpty)
    #expect(throws: ReadingError.unknownException("d9")) { try test.erase(ErasureSubject(exception: "d9")) }
  }

  /// The map calls the case personal: a row that was corrected by hand holds it where an import would.
  @Test func whatAPersonCorrectedIsErasedToo() throws {
    let map = TestWorkspace.map.replacing("requester: requester", with: "case: requester\npersonal: [case]")
    let test = try TestWorkspace([Row("0", day: 1, "Damaged")], map: map)
    try test.importText(Row.header + "bad,2026-13-01,Damaged,,2.50,\"\(TestWorkspace.name)\"\n")
    let held = try #require(try test.workspace.held().first)
    let file = try #require(held.file)
    var report = try test.workspace.mendableRow(file: file, line: held.row.line, by: ana).report
    #expect(report.caseReference == TestWorkspace.name)
    report.occurredAt = "2026-01-13"
    _ = try test.workspace.mendRow(file: file, line: held.row.line, as: report, by: ana)
    let done = try test.erase(ErasureSubject(values: [TestWorkspace.name]))
    #expect(done.event?.records == 1 && done.event?.heldBack == 1 && done.rest.isEmpty)
    #expect(try files(holding: TestWorkspace.name, in: "\(test.folder)/ws") == [])
    #expect(try test.findings().isEmpty)
  }

  /// What becomes of the rest follows from what it is: a summary goes when its change is withdrawn, a file when somebody edits it.
  @Test func whatDoesNotGoSaysWhatTakesItAway() throws {
    let test = try TestWorkspace.withAName()
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let text = Array("---\ntitle: About it\ncodes: [DAMAGED]\n---\n\nDo it better.\n".utf8)
    let change = try test.workspace.proposeChange(
      closing: [item], path: SOPPath("sops/damaged.md"), text: text, summary: "As Odysseus Laertiades wished",
      by: TestWorkspace.caller("ana"))
    let map = "\(test.folder)/ws/taxonomy/maps/kept.yaml"
    try writeFile(map, "# Odysseus Laertiades made it.\n".utf8)
    func places() throws -> [String] {
      do {
        return try test.erase(ErasureSubject(values: ["odysseus laertiades"])).rest.map(\.place)
      } catch ErasureError.nothingFound(let rest) { return rest.map(\.place) }
    }
    let file = "file taxonomy/maps/kept.yaml, where somebody has to take it out"
    #expect(try places() == ["summaries of SOP changes under way, which go once those are withdrawn", file])
    try test.workspace.withdrawChange(change.id, by: TestWorkspace.caller("ana"))
    #expect(try places() == [file])
    #expect(try files(holding: "Laertiades", in: "\(test.folder)/ws") == ["taxonomy/maps/kept.yaml"])
    #expect(try test.findings().isEmpty)
  }

  /// Whoever answers a request has to learn of every place, however the value is spelled.
  @Test(arguments: ["Jos\u{E9} \u{D1}and\u{FA}", "jos\u{E9} \u{F1}and\u{FA}", "Jose\u{301} N\u{303}andu\u{301}"])
  func whereAValueStandsInGitAndInTextsIsSaid(value: String) throws {
    let test = try TestWorkspace.withAName()
    let name = "Jos\u{E9} \u{D1}and\u{FA}"
    let git = try PersonWithGit("dora", cloning: test)
    try git.write("sops/pushed.md", "# Ask \(name)\n")
    try git.commit("As \(name) wished")
    try git.git("push", "-q", "origin", "HEAD:main")
    _ = try test.workspace.catchUp(by: TestWorkspace.caller("ana", after: 60))
    try test.close(try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id, body: "Call \(name).")
    do {
      try test.erase(ErasureSubject(values: [value]))
      Issue.record("Nothing of it can be erased.")
    } catch ErasureError.nothingFound(let rest) {
      let counts = Dictionary(uniqueKeysWithValues: rest.map { ($0.place, $0.count) })
      #expect(counts["taxonomies, maps, headers of exports and texts of SOP changes"] == 1, "\(rest)")
      #expect(
        counts["texts, messages, authors and names of files in sop.git, which git keeps for ever"] == 3, "\(rest)")
    }
  }

  @Test func anErasureOfWhatCameAfterTheBackupIsSaidByTheRestore() throws {
    let test = try TestWorkspace([Row("0", day: 1, "Damaged")])
    let (folder, backup) = ("\(test.folder)/ws", "\(test.folder)/backup")
    _ = try test.workspace.backUp(to: backup, at: ana.now)
    try test.importText(Row.csv([Row("1", day: 2, "Damaged", requester: TestWorkspace.name)]))
    try test.erase(ErasureSubject(values: [TestWorkspace.name]))
    var order = RestoreOrder(backup: backup, place: folder)
    (order.replaces, order.mayBeOlder) = (true, true)
    let done = try Workspace.restore(
      order, predecessor: Predecessor(of: test.workspace), by: ana,
      checkHandbook: { try Workspace.open($0).verifyHandbook() })
    #expect(done.erasedAgain == 0 && done.erasedInVain == 1 && !done.leavesAccounts)
  }

  @Test func erasingIsRefusedWhereItMustBe() throws {
    let test = try TestWorkspace.withAName()
    let subject = ErasureSubject(values: [TestWorkspace.name])
    #expect(throws: ErasureError.reasonNamesIt) {
      try test.workspace.erase(subject, reason: "zebulon quixote asked", by: ana)
    }
    #expect(throws: Rejection.textMissing("reason")) { try test.workspace.erase(subject, reason: " ", by: ana) }
    #expect(throws: Rejection.unknownPerson("eve")) { try test.erase(subject, by: TestWorkspace.caller("eve")) }
    #expect(throws: ErasureError.valueTooShort("Li")) { try test.erase(ErasureSubject(values: ["Li"])) }
    #expect(throws: ErasureError.valueTooShort(" x ")) { try test.erase(ErasureSubject(values: [" x "])) }
    #expect(throws: ErasureError.nothingFound([])) { try test.erase(ErasureSubject(values: ["Zebulo"])) }
    #expect(try test.workspace.verifyRecord().notices.isEmpty)
  }

  @Test func whereItCannotBeErasedIsSaid() throws {
    let test = try TestWorkspace((1...4).map { Row("d\($0)", day: $0, "Damaged", requester: "Maria") })
    let error = #expect(throws: ErasureError.self) { try test.erase(ErasureSubject(values: ["damaged"])) }
    #expect(
      error?.sentence.contains("fields of records that are not personal (4)") == true, "\(String(describing: error))")
  }

  @Test func whatSomebodyElseDeletedOrPutBackIsStillFound() throws {
    let test = try TestWorkspace.withAName()
    let database = "\(test.folder)/ws/sopwright.sqlite"
    try shell("/usr/bin/sqlite3", [database, "CREATE TABLE stolen AS SELECT * FROM personal WHERE exception = 1"])
    try test.erase(ErasureSubject(values: [TestWorkspace.name]))
    try shell("/usr/bin/sqlite3", [database, "DELETE FROM personal WHERE exception = 4"])
    #expect(try test.findings().map(\.check) == ["schema", "personal_missing"])
    try shell("/usr/bin/sqlite3", [database, "INSERT INTO personal SELECT * FROM stolen"])
    #expect(try test.findings().map(\.check).contains("erased_returned"))
  }

  @Test func aRestoreErasesAgainWhatWasErasedAfterTheBackup() throws {
    let test = try TestWorkspace.withAName()
    let folder = "\(test.folder)/ws"
    _ = try test.workspace.addPerson(
      TestWorkspace.ben, roles: [], logins: [], address: "ben@quixote.example", by: ana)
    let backup = "\(test.folder)/backup"
    _ = try test.workspace.backUp(to: backup, at: ana.now)
    try test.erase(ErasureSubject(person: TestWorkspace.ben, values: [TestWorkspace.name]))
    var order = RestoreOrder(backup: backup, place: folder)
    order.replaces = true
    let predecessor = try Predecessor(of: test.workspace)
    let done = try Workspace.restore(
      order, predecessor: Predecessor(json: predecessor.json), by: ana,
      checkHandbook: { try Workspace.open($0).verifyHandbook() })
    #expect(done.erasedAgain == 1 && done.lost == 1)
    for text in [TestWorkspace.name, "ben@quixote"] { #expect(try files(holding: text, in: folder) == []) }
    let restored = try Workspace.open(folder)
    #expect(try restored.verifyRecord().findings.isEmpty)
    #expect(try restored.verifyHandbook().isEmpty)
    // Whoever had the old one open does not write into it unseen.
    #expect(throws: LedgerError.replaced("\(folder)/sopwright.sqlite")) {
      try test.workspace.comment(on: ItemID(1), "Lost?", by: ana)
    }
  }

  /// Everything is searched before others have to wait; what comes in until then is all that is looked at while they do.
  @Test func whatComesInAfterTheFirstLookIsFoundByTheSecond() throws {
    let test = try TestWorkspace.withAName()
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.workspace.comment(on: item, "\(TestWorkspace.name) called.", by: ana)
    let search = ErasableSearch(
      SoughtValues([TestWorkspace.name]), person: TestWorkspace.ben, logins: [], exception: "d4", source: "tests")
    var twice = FoundRows()
    try test.workspace.ledger.read { try twice.extend(search, $0) }
    // An amendment, a new exception, a row held back, one that is held back for another reason now, a text, and a login.
    try test.importRows([Row("d1", day: 1, "Damaged", amount: "9.99", requester: TestWorkspace.name)], after: 61)
    try test.importRows([Row("d9", day: 9, "Damaged", requester: TestWorkspace.name)], after: 62)
    try test.importRows([Row("d4", day: 4, "Damaged", amount: "7.50", requester: "Maria")], after: 63)
    try test.importText(Row.header + "worse,2026-14-01,Damaged,,2.50,\"\(TestWorkspace.name)\"\n", after: 64)
    try test.workspace.comment(on: item, "\(TestWorkspace.name) called twice.", by: ana)
    try test.workspace.comment(on: item, "Yes.", by: TestWorkspace.caller("ben", login: "bquixote", after: 65))
    try shell(
      "/usr/bin/sqlite3",
      [
        "\(test.folder)/ws/sopwright.sqlite",
        "UPDATE quarantine SET reason = 'zebulon quixote is no code.', raw = x'31' WHERE id = 1",
      ])
    var once = FoundRows()
    try test.workspace.ledger.read { reader in
      try twice.extend(search, reader)
      try once.extend(search, reader)
    }
    #expect(twice.rows == once.rows && twice.records == once.records)
    #expect(once.rows.personal.count == 7 && once.rows.heldBack.count == 2 && once.rows.texts.count == 2)
    #expect(once.rows.logins.count == 1)
    let done = try test.workspace.erase(
      ErasureSubject(person: TestWorkspace.ben, exception: "d4", values: [TestWorkspace.name]), reason: "Asked.",
      by: ana
    )
    #expect(done.event?.records == 7 && done.event?.texts == 2)
    #expect(try test.findings().isEmpty)
  }

  @Test func moreThanCanBeLookedForIsRefused() throws {
    let test = try TestWorkspace.withAName()
    let long = String(repeating: "Quixote ", count: 26)
    #expect(throws: ErasureError.valueTooLong(long)) { try test.erase(ErasureSubject(values: [long])) }
    #expect(ErasureError.valueTooLong(long).sentence.count < 300)
    let many = (0...ErasureError.mostValues).map { "Customer \($0)" }
    #expect(throws: ErasureError.tooManyValues(101)) { try test.erase(ErasureSubject(values: many)) }
    #expect(throws: ErasureError.nothingFound([])) {
      try test.erase(ErasureSubject(values: Array(many.dropLast())))
    }
  }
}
