// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Adopting a taxonomy, rehearsed and done.
@Suite struct AdoptionTests {
  private let ana = TestWorkspace.caller("ana")

  private func edit(_ test: TestWorkspace, _ file: String = "codes", _ change: (String) -> String) throws {
    let path = "\(test.folder)/ws/taxonomy/\(file).yaml"
    try change(try String(contentsOfFile: path, encoding: .utf8)).write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func bytes(_ test: TestWorkspace) throws -> [Data] {
    try ["sopwright.sqlite", "sopwright.sqlite-wal"].map { name in
      try Data(contentsOf: URL(fileURLWithPath: "\(test.folder)/ws/\(name)"))
    }
  }

  /// Seven exceptions of three codes; under 10/30d nothing opens.
  private func quiet() throws -> TestWorkspace {
    try TestWorkspace(
      (1...4).map { Row("a\($0)", day: $0, "Aa", tags: ["t"]) } + (1...3).map { Row("b\($0)", day: 2 * $0, "Bb") }
        + [Row("c", day: 1, "Cc")], rule: "10/30d")
  }

  @Test func aRehearsalSaysWhatAdoptingDoesAndWritesNothing() throws {
    let test = try quiet()
    try edit(test) { $0.replacing("10/30d", with: "3/30d") }
    let before = try bytes(test)
    let rehearsed = try test.workspace.rehearsedAdoption(by: ana)
    #expect(try bytes(test) == before)
    #expect(rehearsed.opened.map(\.item.key.value) == ["AA", "BB"])
    #expect(rehearsed.opened.map(\.item.because.count) == [4, 3])
    #expect(rehearsed.opened.map(\.title) == ["Aa", "Bb"])
    #expect(rehearsed.difference.changed.map(\.field) == Array(repeating: "recurrence", count: 4))
    #expect(try test.workspace.items(ItemQuery(), by: ana).isEmpty)
    #expect(try test.workspace.taxonomy(at: nil).version == 1)
    #expect(try test.findings().isEmpty)

    let done = try test.workspace.reportedAdoption(by: ana)
    #expect(done.adoption == rehearsed.adoption && done.difference == rehearsed.difference)
    #expect(done.opened.map(\.item) == rehearsed.opened.map(\.item))
    #expect(try test.workspace.items(ItemQuery(), by: ana).map(\.item) == done.opened.map(\.item))
    #expect(try test.workspace.taxonomy(at: nil).taxonomy.codes.map(\.recurrence.count) == [3, 3, 3, 3])
    #expect(try test.findings().isEmpty)
    // As adopting does: there is nothing to adopt any more.
    #expect(throws: Rejection.taxonomyUnchanged(2)) { try test.workspace.rehearsedAdoption(by: ana) }
  }

  @Test func aRehearsalOfOtherFilesIsNotRememberedByTheNext() throws {
    let test = try quiet()
    try edit(test) { $0.replacing("10/30d", with: "1/1d") }
    #expect(try test.workspace.rehearsedAdoption(by: ana).opened.count == 3)
    try edit(test) { $0.replacing("1/1d", with: "4/30d") }
    #expect(try test.workspace.rehearsedAdoption(by: ana).opened.map(\.item.key.value) == ["AA"])
    #expect(try test.workspace.reportedAdoption(by: ana).opened.map(\.item.key.value) == ["AA"])
    #expect(try test.findings().isEmpty)
  }

  @Test func openItemsGoOverToTheHeirs() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") } + [Row("b", day: 1, "Broken")])
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try edit(test) { text in
      text.replacing("  - id: DAMAGED\n", with: "  - id: DAMAGED\n    retired: 2026-06-01\n")
        .replacing("  - id: BROKEN\n", with: "  - id: BROKEN\n    replaces: [DAMAGED]\n")
    }
    let rehearsed = try test.workspace.rehearsedAdoption(by: ana)
    let over = InheritedItem(
      item: item, from: RecurrenceKey(.code, "DAMAGED"), heir: RecurrenceKey(.code, "BROKEN"))
    #expect(rehearsed.inherited == [over] && rehearsed.opened.isEmpty)
    #expect(rehearsed.difference.retired.map(\.heirs) == [[over.heir]])
    #expect(try test.findings().isEmpty)
    #expect(try test.workspace.reportedAdoption(by: ana).inherited == [over])
    #expect(try test.findings().isEmpty)
  }

  /// What is due by itself, as the item of an expired rejection, is not the adoption's doing.
  @Test func whatIsDueAnywayIsNotCounted() throws {
    let test = try TestWorkspace((1...3).map { Row("a\($0)", day: $0, "Aa") } + [Row("b", day: 1, "Bb")])
    let item = try #require(try test.item(of: RecurrenceKey(.code, "AA"))).item.id
    try test.reject(item, until: "2026-07-01")
    try edit(test) { $0.replacing("title: Bb", with: "title: Better") }
    let july = Caller(person: ana.person, login: "ana", now: Timestamp(seconds: 1_783_000_000))
    #expect(try test.workspace.rehearsedAdoption(by: july).opened.isEmpty)
    #expect(try test.workspace.catchUp(by: july)?.opened.count == 1)
  }

  @Test func aSecondAdministratorIsAnnouncedAndTheRehearsalGoesOn() throws {
    let test = try quiet()
    let version = try test.workspace.taxonomy(at: nil).version
    try edit(test) { $0.replacing("10/30d", with: "3/30d") }
    try edit(test, "policies") { $0.replacing("close_within: 14d", with: "close_within: 15d") }
    let rehearsed = try test.workspace.rehearsedAdoption(by: ana)
    #expect(rehearsed.needsSecondAdministrator && rehearsed.difference.governs && rehearsed.opened.count == 2)
    #expect(rehearsed.adoption == .adopted(version: version + 1, opened: rehearsed.opened.map(\.item.id)))
    let first = try test.workspace.reportedAdoption(by: ana)
    #expect(first.adoption == .waitsForSecondAdministrator && first.opened.isEmpty && first.difference.governs)
    // The one who proposed may look again; the second one adopts what was announced.
    #expect(try test.workspace.rehearsedAdoption(by: ana).opened.count == 2)
    let second = try test.workspace.reportedAdoption(by: TestWorkspace.caller("ben"))
    #expect(second.opened.map(\.item.key) == rehearsed.opened.map(\.item.key))
    #expect(try test.findings().isEmpty)
  }

  @Test func faultyFilesAndStrangersAreRefused() throws {
    let test = try quiet()
    try edit(test) { $0.replacing("owner: ana", with: "owner: erik") }
    #expect(throws: Rejection.taxonomyFaulty(4)) { try test.workspace.rehearsedAdoption(by: ana) }
    try edit(test) { $0.replacing("owner: erik", with: "owner: ben") }
    #expect(throws: Rejection.unknownPerson("eve")) {
      try test.workspace.rehearsedAdoption(by: TestWorkspace.caller("eve"))
    }
    // Looking is open to every member; adopting takes an administrator.
    _ = try test.workspace.adoptTaxonomy(by: ana)
    let cyd = TestWorkspace.caller("cyd")
    _ = try test.workspace.addPerson(cyd.person, roles: [], logins: [], by: ana)
    _ = try test.workspace.adoptTaxonomy(by: TestWorkspace.caller("ben"))
    try edit(test) { $0.replacing("owner: ben", with: "owner: ana") }
    #expect(try test.workspace.rehearsedAdoption(by: cyd).difference.changed.count == 4)
    #expect(throws: Rejection.needsRole(.administrator, person: cyd.person, action: "adopt a taxonomy")) {
      try test.workspace.reportedAdoption(by: cyd)
    }
  }

  @Test func versionsAndFilesAreCompared() throws {
    let test = try quiet()
    let workspace = test.workspace
    #expect(try workspace.compareTaxonomies(from: nil, to: nil).difference.isEmpty)
    try edit(test) { $0.replacing("title: Bb", with: "title: Better") }
    let ahead = try workspace.compareTaxonomies(from: nil, to: nil)
    #expect(ahead.from == .version(1) && ahead.to == .files && ahead.difference.changed.map(\.to) == ["Better"])
    _ = try workspace.adoptTaxonomy(by: ana)
    #expect(try workspace.compareTaxonomies(from: nil, to: nil).difference.isEmpty)
    #expect(try workspace.compareTaxonomies(from: "1", to: "2").difference == ahead.difference)
    #expect(try workspace.compareTaxonomies(from: "1", to: nil).difference == ahead.difference)
    #expect(try workspace.compareTaxonomies(from: "files", to: "1").difference.changed.map(\.to) == ["Bb"])
    for text in ["0", "3", "-1", "latest", ""] {
      #expect(throws: Rejection.unknownTaxonomyVersion(text, newest: 2)) {
        try workspace.compareTaxonomies(from: "1", to: text)
      }
    }
  }
}
