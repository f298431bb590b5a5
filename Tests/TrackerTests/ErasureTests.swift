// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What is erased is in no file of the workspace, stays away, and is told from damage.
@Suite struct ErasureTests {
  private static let name = "Zebulon Quixote"
  private let ana = TestWorkspace.caller("ana", after: 60)

  /// Three exceptions of one requester, one of another, and one of the first that is held back.
  private func workspace() throws -> TestWorkspace {
    let rows =
      (1...3).map { Row("d\($0)", day: $0, "Damaged", amount: "2.50", requester: ErasureTests.name) }
      + [Row("d4", day: 4, "Damaged", amount: "2.50", requester: "Maria")]
    let test = try TestWorkspace(rows)
    let bad = "bad,2026-13-01,Damaged,,2.50,\"\(ErasureTests.name)\"\n"
    try test.importText(Row.header + bad)
    return test
  }

  @discardableResult
  private func erase(_ subject: ErasureSubject, in test: TestWorkspace, by caller: Caller? = nil) throws -> Erasure {
    try test.workspace.erase(subject, reason: "A request of 12 May.", by: caller ?? ana)
  }

  /// Files below a folder in which the text stands, whatever its case: raw bytes, so free pages and logs count.
  private func files(holding text: String, in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
      guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else { return false }
      return String(decoding: bytes, as: UTF8.self).lowercased().contains(text.lowercased())
    }
  }

  @Test func whatIsErasedIsInNoFileAndInNoNewBackupAndEverythingVerifies() throws {
    let test = try workspace()
    let folder = "\(test.folder)/ws"
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.workspace.comment(on: item, "\(ErasureTests.name) called twice.", by: ana)
    try test.workspace.comment(on: item, "Nobody called.", by: ana)
    #expect(try !files(holding: ErasureTests.name, in: folder).isEmpty)
    let done = try erase(ErasureSubject(values: [ErasureTests.name.uppercased()]), in: test)
    #expect(done.event?.records == 3 && done.event?.heldBack == 1 && done.event?.texts == 1 && done.remains.isEmpty)
    #expect(try files(holding: ErasureTests.name, in: folder) == [])
    #expect(try !files(holding: "Maria", in: folder).isEmpty, "others stay")
    #expect(try test.findings().isEmpty)
    let notices = try test.workspace.verifyRecord().notices
    #expect(notices.map(\.check) == ["erased"])
    let history = try test.workspace.item(item, by: ana).history
    #expect(
      history.contains { $0.note.contains("Nobody called.") } && history.contains { $0.note.contains("(erased)") })
    _ = try test.workspace.backUp(to: "\(test.folder)/backup", at: ana.now)
    #expect(try files(holding: ErasureTests.name, in: "\(test.folder)/backup") == [])
    #expect(throws: ErasureError.self) { try erase(ErasureSubject(values: [ErasureTests.name]), in: test) }
  }

  @Test func nothingBringsBackWhatWasErased() throws {
    let test = try workspace()
    let folder = "\(test.folder)/ws"
    try erase(ErasureSubject(values: [ErasureTests.name]), in: test)
    let same = (1...3).map { Row("d\($0)", day: $0, "Damaged", amount: "2.50", requester: ErasureTests.name) }
    #expect(try test.importRows(same, after: 120).duplicate == 3)
    // An amendment counts, and has no personal fields; the same again is a duplicate.
    let amended = [Row("d1", day: 1, "Damaged", amount: "9.99", requester: ErasureTests.name)]
    #expect(try test.importRows(amended, after: 180).amended == 1)
    #expect(try test.importRows(amended, after: 240).duplicate == 1)
    // The row that was held back, also where it could be read now.
    let bad = "bad,2026-13-01,Damaged,,2.50,\"\(ErasureTests.name)\"\n"
    #expect(try test.importText(Row.header + bad, after: 300).new == 0)
    #expect(try test.workspace.retryQuarantine(mapPath: nil, by: ana).received == 0)
    #expect(try files(holding: ErasureTests.name, in: folder) == [])
    #expect(try test.findings().isEmpty)
  }

  @Test func theFieldsOfOneExceptionGoByItsReference() throws {
    let test = try workspace()
    try test.importRows([Row("d1", day: 1, "Damaged", amount: "3.50", requester: "Maria")], after: 30)
    let done = try erase(ErasureSubject(exception: "d1"), in: test)
    #expect(done.event?.records == 2, "both revisions")
    #expect(try test.findings().isEmpty)
    #expect(throws: ReadingError.unknownException("d9")) { try erase(ErasureSubject(exception: "d9"), in: test) }
  }

  /// The map calls the case personal: a row that was corrected by hand holds it where an import would.
  @Test func whatAPersonCorrectedIsErasedToo() throws {
    let map = TestWorkspace.map.replacing("requester: requester", with: "case: requester\npersonal: [case]")
    let test = try TestWorkspace([Row("0", day: 1, "Damaged")], map: map)
    try test.importText(Row.header + "bad,2026-13-01,Damaged,,2.50,\"\(ErasureTests.name)\"\n")
    let held = try #require(try test.workspace.held().first)
    let file = try #require(held.file)
    var report = try test.workspace.mendableRow(file: file, line: held.row.line, by: ana).report
    #expect(report.caseReference == ErasureTests.name)
    report.occurredAt = "2026-01-13"
    _ = try test.workspace.mendRow(file: file, line: held.row.line, as: report, by: ana)
    let done = try erase(ErasureSubject(values: [ErasureTests.name]), in: test)
    #expect(done.event?.records == 1 && done.event?.heldBack == 1 && done.rest.isEmpty)
    #expect(try files(holding: ErasureTests.name, in: "\(test.folder)/ws") == [])
    #expect(try test.findings().isEmpty)
  }

  /// What becomes of the rest follows from what it is: a summary goes when its change is withdrawn, a file when somebody edits it.
  @Test func whatDoesNotGoSaysWhatTakesItAway() throws {
    let test = try workspace()
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let text = Array("---\ntitle: About it\ncodes: [DAMAGED]\n---\n\nDo it better.\n".utf8)
    let change = try test.workspace.proposeChange(
      closing: [item], path: SOPPath("sops/damaged.md"), text: text, summary: "As Odysseus Laertiades wished",
      by: TestWorkspace.caller("ana"))
    let map = "\(test.folder)/ws/taxonomy/maps/kept.yaml"
    try writeFile(map, "# Odysseus Laertiades made it.\n".utf8)
    func places() throws -> [String] {
      do {
        return try erase(ErasureSubject(values: ["odysseus laertiades"]), in: test).rest.map(\.place)
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
    let test = try workspace()
    let name = "Jos\u{E9} \u{D1}and\u{FA}"
    let git = try PersonWithGit("dora", cloning: test)
    try git.write("sops/pushed.md", "# Ask \(name)\n")
    try git.commit("As \(name) wished")
    try git.git("push", "-q", "origin", "HEAD:main")
    _ = try test.workspace.catchUp(by: TestWorkspace.caller("ana", after: 60))
    try test.close(try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id, body: "Call \(name).")
    do {
      try erase(ErasureSubject(values: [value]), in: test)
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
    try test.importText(Row.csv([Row("1", day: 2, "Damaged", requester: ErasureTests.name)]))
    try erase(ErasureSubject(values: [ErasureTests.name]), in: test)
    var order = RestoreOrder(backup: backup, place: folder)
    (order.replaces, order.mayBeOlder) = (true, true)
    let done = try Workspace.restore(
      order, predecessor: Predecessor(of: test.workspace), by: ana,
      checkHandbook: { try Workspace.open($0).verifyHandbook() })
    #expect(done.erasedAgain == 0 && done.erasedInVain == 1 && !done.leavesAccounts)
  }

  @Test func theDetailsOfAPersonGoFromTablesAndFile() throws {
    let test = try workspace()
    let folder = "\(test.folder)/ws"
    _ = try test.workspace.addPerson(
      TestWorkspace.ben, roles: [], logins: ["bquixote"], address: "ben@quixote.example", by: ana)
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.workspace.comment(on: item, "Hello.", by: TestWorkspace.caller("ben", login: "bquixote", after: 61))
    let done = try erase(ErasureSubject(person: TestWorkspace.ben), in: test)
    #expect(done.event?.person == TestWorkspace.ben)
    for text in ["bquixote", "ben@quixote"] { #expect(try files(holding: text, in: folder) == [], "\(text)") }
    #expect(try test.findings().isEmpty)
    #expect(try test.workspace.item(item, by: ana).history.contains { $0.note.contains("Hello.") })
  }

  /// Who answers a request by a name has to learn that somebody here bears it.
  @Test func aPersonOfTheWorkspaceWhoHoldsAValueIsNamed() throws {
    let test = try workspace()
    _ = try test.workspace.addPerson(
      TestWorkspace.ben, roles: [], logins: [], address: "ben@quixote.example", by: ana)
    func places(_ rest: [Erasure.Rest]) -> [String] {
      rest.map(\.place).filter { $0.contains("when ben is named as the person") }
    }
    do {
      try erase(ErasureSubject(values: ["ben@quixote.example"]), in: test)
      Issue.record("Nothing but the details holds it.")
    } catch ErasureError.nothingFound(let rest) { #expect(places(rest).count == 1) }
    let both = try erase(ErasureSubject(values: [ErasureTests.name, "ben@quixote.example"]), in: test)
    #expect(both.event?.records == 3 && places(both.rest).count == 1)
    let done = try erase(ErasureSubject(person: TestWorkspace.ben, values: ["ben@quixote.example"]), in: test)
    #expect(done.rest.isEmpty)
  }

  @Test func erasingIsRefusedWhereItMustBe() throws {
    let test = try workspace()
    let subject = ErasureSubject(values: [ErasureTests.name])
    #expect(throws: ErasureError.reasonNamesIt) {
      try test.workspace.erase(subject, reason: "zebulon quixote asked", by: ana)
    }
    #expect(throws: Rejection.textMissing("reason")) { try test.workspace.erase(subject, reason: " ", by: ana) }
    #expect(throws: Rejection.unknownPerson("eve")) { try erase(subject, in: test, by: TestWorkspace.caller("eve")) }
    #expect(throws: ErasureError.valueTooShort("Li")) { try erase(ErasureSubject(values: ["Li"]), in: test) }
    #expect(throws: ErasureError.valueTooShort(" x ")) { try erase(ErasureSubject(values: [" x "]), in: test) }
    #expect(throws: ErasureError.nothingFound([])) { try erase(ErasureSubject(values: ["Zebulo"]), in: test) }
    #expect(try test.workspace.verifyRecord().notices.isEmpty)
  }

  @Test func whereItCannotBeErasedIsSaid() throws {
    let test = try TestWorkspace((1...4).map { Row("d\($0)", day: $0, "Damaged", requester: "Maria") })
    let error = #expect(throws: ErasureError.self) { try erase(ErasureSubject(values: ["damaged"]), in: test) }
    #expect(
      error?.sentence.contains("fields of records that are not personal (4)") == true, "\(String(describing: error))")
  }

  @Test func whatSomebodyElseDeletedOrPutBackIsStillFound() throws {
    let test = try workspace()
    let database = "\(test.folder)/ws/sopwright.sqlite"
    try shell("/usr/bin/sqlite3", [database, "CREATE TABLE stolen AS SELECT * FROM personal WHERE exception = 1"])
    try erase(ErasureSubject(values: [ErasureTests.name]), in: test)
    try shell("/usr/bin/sqlite3", [database, "DELETE FROM personal WHERE exception = 4"])
    #expect(try test.findings().map(\.check) == ["schema", "personal_missing"])
    try shell("/usr/bin/sqlite3", [database, "INSERT INTO personal SELECT * FROM stolen"])
    #expect(try test.findings().map(\.check).contains("erased_returned"))
  }

  @Test func aRestoreErasesAgainWhatWasErasedAfterTheBackup() throws {
    let test = try workspace()
    let folder = "\(test.folder)/ws"
    _ = try test.workspace.addPerson(
      TestWorkspace.ben, roles: [], logins: [], address: "ben@quixote.example", by: ana)
    let backup = "\(test.folder)/backup"
    _ = try test.workspace.backUp(to: backup, at: ana.now)
    try erase(ErasureSubject(person: TestWorkspace.ben, values: [ErasureTests.name]), in: test)
    var order = RestoreOrder(backup: backup, place: folder)
    order.replaces = true
    let predecessor = try Predecessor(of: test.workspace)
    let done = try Workspace.restore(
      order, predecessor: Predecessor(json: predecessor.json), by: ana,
      checkHandbook: { try Workspace.open($0).verifyHandbook() })
    #expect(done.erasedAgain == 1 && done.lost == 1)
    for text in [ErasureTests.name, "ben@quixote"] { #expect(try files(holding: text, in: folder) == []) }
    let restored = try Workspace.open(folder)
    #expect(try restored.verifyRecord().findings.isEmpty)
    #expect(try restored.verifyHandbook().isEmpty)
    // Whoever had the old one open does not write into it unseen.
    #expect(throws: LedgerError.replaced("\(folder)/sopwright.sqlite")) {
      try test.workspace.comment(on: ItemID(1), "Lost?", by: ana)
    }
  }

  /// Only the account is left of somebody whose details nobody ever wrote down, or took away by hand.
  @Test func whoHasAnAccountAloneCanBeErased() throws {
    let test = try workspace()
    let accounts = try Accounts(of: test.workspace)
    let subject = ErasureSubject(person: TestWorkspace.ben)
    #expect(throws: ErasureError.nothingFound([])) { try erase(subject, in: test) }
    _ = try accounts.link(for: TestWorkspace.ben, at: ana.now)
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let before = try String(contentsOfFile: file, encoding: .utf8)
    // What is refused touches nothing.
    #expect(throws: ErasureError.valueTooShort("x")) {
      try erase(ErasureSubject(person: TestWorkspace.ben, values: ["x"]), in: test)
    }
    let look = try test.workspace.lookAtErasure(of: subject, reason: "Asked.", by: ana)
    #expect(look.hasAccount && !look.hasDetails && look.isRecorded)
    #expect(try erase(subject, in: test).event?.person == TestWorkspace.ben)
    #expect(try !test.workspace.hasAccount(TestWorkspace.ben))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
    #expect(try test.findings().isEmpty)
    #expect(throws: ErasureError.nothingFound([])) { try erase(subject, in: test) }
  }

  /// Details that were written into the file and never adopted are details, too.
  @Test func whatStandsInPeopleFileAloneGoesAndIsRecorded() throws {
    let test = try workspace()
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacing("  - id: ben\n", with: "  - id: ben\n    name: Ben Quixote\n")
      .write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try erase(ErasureSubject(person: TestWorkspace.ben), in: test).event?.person == TestWorkspace.ben)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
  }

  /// Everything is searched before others have to wait; what comes in until then is all that is looked at while they do.
  @Test func whatComesInAfterTheFirstLookIsFoundByTheSecond() throws {
    let test = try workspace()
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.workspace.comment(on: item, "\(ErasureTests.name) called.", by: ana)
    let search = ErasableSearch(
      SoughtValues([ErasureTests.name]), person: TestWorkspace.ben, logins: [], exception: "d4", source: "tests")
    var twice = FoundRows()
    try test.workspace.ledger.read { try twice.extend(search, $0) }
    // An amendment, a new exception, a row held back, one that is held back for another reason now, a text, and a login.
    try test.importRows([Row("d1", day: 1, "Damaged", amount: "9.99", requester: ErasureTests.name)], after: 61)
    try test.importRows([Row("d9", day: 9, "Damaged", requester: ErasureTests.name)], after: 62)
    try test.importRows([Row("d4", day: 4, "Damaged", amount: "7.50", requester: "Maria")], after: 63)
    try test.importText(Row.header + "worse,2026-14-01,Damaged,,2.50,\"\(ErasureTests.name)\"\n", after: 64)
    try test.workspace.comment(on: item, "\(ErasureTests.name) called twice.", by: ana)
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
      ErasureSubject(person: TestWorkspace.ben, exception: "d4", values: [ErasureTests.name]), reason: "Asked.", by: ana
    )
    #expect(done.event?.records == 7 && done.event?.texts == 2)
    #expect(try test.findings().isEmpty)
  }

  @Test func moreThanCanBeLookedForIsRefused() throws {
    let test = try workspace()
    let long = String(repeating: "Quixote ", count: 26)
    #expect(throws: ErasureError.valueTooLong(long)) { try erase(ErasureSubject(values: [long]), in: test) }
    #expect(ErasureError.valueTooLong(long).sentence.count < 300)
    let many = (0...ErasureError.mostValues).map { "Customer \($0)" }
    #expect(throws: ErasureError.tooManyValues(101)) { try erase(ErasureSubject(values: many), in: test) }
    #expect(throws: ErasureError.nothingFound([])) {
      try erase(ErasureSubject(values: Array(many.dropLast())), in: test)
    }
  }

  @Test(arguments: [
    ("Jane Röe", "ask JANE RÖE.", true), ("Li", "Lieferung", false), ("Li", "(Li)", true), ("a.b", "a.b", true),
    ("Jane", "Janes", false), ("Jane", "xJane", false), ("Jane Röe", "Jane \u{A0}\nRo\u{308}e", true),
    ("Jane Ro\u{308}e", "Jane RÖE", true), ("Rene", "Rene\u{301}", false), ("Röe", "Ro\u{AD}\u{308}e", true),
    (" Jane ", "Jane", true), ("Jane", "4Jane", false), ("7", "17", false), ("aab", "aaab aab", true),
    ("Jane", "", false), ("李小龍", "(李小龍)", true),
  ])
  func valuesAreFoundAsWholeWords(value: String, text: String, isThere: Bool) {
    #expect(SoughtValues([value]).occur(in: text) == isThere)
  }

  @Test func valuesAreFoundInRowsHoweverTheyAreWritten() {
    let sought = SoughtValues(["Jane \"JJ\" Röe"])
    #expect(sought.occur(inRow: Array("1,\"Jane \"\"JJ\"\" Röe\",2".utf8)))
    #expect(sought.occur(inRow: Array("1,Jane \"JJ\" R".utf8) + [0xF6] + Array("e,2".utf8)), "Latin-1")
    #expect(sought.occur(inRow: Array(#"{"a":{"b":["\nJane \"JJ\" R\u00f6e"]}}"#.utf8)))
    #expect(!sought.occur(inRow: Array("1,Jane,2".utf8)))
    #expect(sought.occur(inRow: Array(#"{"Jane \"JJ\" R\u00f6e":1}"#.utf8)), "the name of a member")
    #expect(sought.occur(inRow: Array(#"{"a":"Jane\t\"JJ\" R\u00F6e, b":"cut"#.utf8)), "no JSON")
    #expect(!sought.occur(inRow: Array(#"{"a":"Jane \"JJ\" R\u00f6ex"}"#.utf8)))
    #expect(SoughtValues(["Šimek"]).occur(inRow: [0x8A] + Array("imek".utf8)), "windows-1252")
    #expect(SoughtValues(["a 𝒳 b"]).occur(inRow: Array(#""a \ud835\udcb3 b""#.utf8)))
  }
}
