// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

/// Items and their members against an independent count, whatever the order and division of the files.
@Suite struct RecurrenceTests {
  /// Members of each key's item by brute force: from the first of the earliest window on.
  private func expected(_ rows: [Row], _ rule: RecurrenceRule) -> [RecurrenceKey: Set<String>] {
    var byKey: [RecurrenceKey: [Row]] = [:]
    for row in rows {
      byKey[RecurrenceKey(.code, EntryID.proposed(for: row.code)), default: []].append(row)
      for tag in Set(row.tags) { byKey[RecurrenceKey(.rootCause, EntryID.proposed(for: tag)), default: []].append(row) }
    }
    var members: [RecurrenceKey: Set<String>] = [:]
    for (key, rows) in byKey {
      for start in rows.sorted(by: { $0.at < $1.at }) {
        let within = rows.filter { $0.at >= start.at && $0.at <= start.at + rule.window }
        guard within.count >= rule.count else { continue }
        members[key] = Set(rows.filter { $0.at >= start.at }.map(\.id))
        break
      }
    }
    return members
  }

  private func actual(_ test: TestWorkspace) throws -> [RecurrenceKey: Set<String>] {
    var members: [RecurrenceKey: Set<String>] = [:]
    for view in try test.workspace.items(ItemQuery(), by: TestWorkspace.caller("ana")) {
      members[view.item.key] = try test.members(of: view.item.id)
      #expect(members[view.item.key]?.count == view.occurrences)
    }
    return members
  }

  @Test(arguments: Array(1...12))
  func itemsEqualAnIndependentCountWhateverTheOrderAndDivision(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let rule = try RecurrenceRule(["3/30d", "2/1d", "5/7d", "4/20d"].randomElement(using: &generator) ?? "3/30d")
    let rows = (1...160).map { number in
      Row(
        "x\(number)", day: Int.random(in: 1...700, using: &generator),
        "Code \(min(Int.random(in: 1...9, using: &generator), Int.random(in: 1...9, using: &generator)))",
        tags: (0..<Int.random(in: 0...2, using: &generator)).map {
          "tag \($0 + Int.random(in: 1...4, using: &generator))"
        })
    }
    // Adopted with all values known, but imported in parts and in disorder.
    let test = try TestWorkspace(rows, rule: rule.description, importing: false)
    var rest = rows.shuffled(using: &generator)
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...60, using: &generator))
      try test.importRows(Array(part), after: TestWorkspace.years)
      rest.removeFirst(part.count)
    }
    #expect(try actual(test) == expected(rows, rule), "seed \(seed), rule \(rule)")
    #expect(try test.findings() == [], "seed \(seed)")
  }

  @Test func bothEndsOfTheWindowAreIncluded() throws {
    let rows = [Row("a", day: 1, "X"), Row("b", day: 10, "X"), Row("c", day: 31, "X")]
    #expect(try TestWorkspace(rows).item(of: RecurrenceKey(.code, "X")) != nil)
    let late = [Row("a", day: 1, "X"), Row("b", day: 10, "X"), Row("c", day: 32, "X")]
    #expect(try TestWorkspace(late).item(of: RecurrenceKey(.code, "X")) == nil)
  }

  @Test func itemsOfOneImportAreNumberedByWhenTheirRuleHeld() throws {
    let rows =
      (0..<3).map { Row("late\($0)", day: 50 + $0, "Aa") } + (0..<3).map { Row("early\($0)", day: 10 + $0, "Zz") }
      + (0..<3).map { Row("same\($0)", day: 10 + $0, "Mm", tags: ["mm"]) }
    let test = try TestWorkspace(rows)
    let items = try test.workspace.items(ItemQuery(), by: TestWorkspace.caller("ana")).sorted {
      $0.item.id < $1.item.id
    }
    #expect(items.map(\.item.key.description) == ["code:MM", "code:ZZ", "tag:MM", "code:AA"])
  }

  @Test func anAmendmentMayLeaveAnItemWhoseRuleNoLongerHolds() throws {
    let test = try TestWorkspace((1...3).map { Row("a\($0)", day: $0, "X") } + [Row("y", day: 1, "Y")])
    let id = try #require(try test.item(of: RecurrenceKey(.code, "X"))).item.id
    let report = try test.importRows([Row("a2", day: 2, "Y")])
    #expect(report.amended == 1)
    let view = try test.workspace.item(id, by: TestWorkspace.caller("ana")).view
    #expect(!view.ruleHolds)
    #expect(try test.members(of: id) == ["a1", "a3"])
    #expect(try test.findings().isEmpty)
  }

  @Test func lateArrivalsCountWhereTheyBelongInTime() throws {
    let test = try TestWorkspace((1...3).map { Row("a\($0)", day: 100 + $0, "X") } + [Row("lone", day: 1, "X")])
    let id = try #require(try test.item(of: RecurrenceKey(.code, "X"))).item.id
    #expect(try test.members(of: id) == ["a1", "a2", "a3"])
    let report = try test.importRows([Row("b", day: 5, "X"), Row("c", day: 6, "X")])
    #expect(report.joined == [id])
    #expect(try test.members(of: id) == ["lone", "a1", "a2", "a3", "b", "c"])
    let because = try test.workspace.item(id, by: TestWorkspace.caller("ana")).view.item.because
    #expect(because.first == Row("a1", day: 101, "X").at, "why it opened is frozen")
  }
}

/// A random number generator with a seed (SplitMix64): a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
