// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Simulations against a count by brute force, and against what an import really opens.
@Suite struct SimulationTests {
  private static let day: Int64 = 86_400_000
  private static let newYear: Int64 = 1_767_225_600_000

  /// Exceptions in whole hours, so that instants coincide and windows end to the millisecond.
  private func rows(_ count: Int, days: Int, _ generator: inout SeededGenerator) -> [Row] {
    (1...count).map { number in
      var row = Row(
        "x\(number)", day: 1,
        "Code \(min(Int.random(in: 1...7, using: &generator), Int.random(in: 1...7, using: &generator)))",
        tags: (0..<Int.random(in: 0...2, using: &generator)).map {
          "tag \($0 + Int.random(in: 1...3, using: &generator))"
        },
        amount: Bool.random(using: &generator) ? "\(Int.random(in: 1...90, using: &generator)).25" : "")
      row.at = Timestamp(
        milliseconds: Self.newYear + Int64(Int.random(in: 0..<(days * 4), using: &generator)) * (Self.day / 4))
      return row
    }
  }

  private struct Expected: Equatable {
    var key: RecurrenceKey
    var openedAt: Timestamp
    var first: Timestamp
    var last: Timestamp
    var count: Int
    var occurrences: Int
    var cents: Int64
    var expected: Int?
    var isRegression: Bool
  }

  private func byKey(_ rows: [Row]) -> [RecurrenceKey: [Row]] {
    var byKey: [RecurrenceKey: [Row]] = [:]
    for row in rows {
      byKey[RecurrenceKey(.code, EntryID.proposed(for: row.code)), default: []].append(row)
      for tag in Set(row.tags) { byKey[RecurrenceKey(.rootCause, EntryID.proposed(for: tag)), default: []].append(row) }
    }
    return byKey
  }

  /// For each key, from every instant at which one could begin, the exceptions within the window are counted afresh.
  private func bruteForce(_ all: [Row], _ query: SimulationQuery, _ rule: RecurrenceRule) -> [Expected] {
    let earliest = all.map(\.at).min()
    return byKey(all).flatMap { key, rows in
      let mine = rows.filter { row in
        query.since.map { row.at >= $0 } ?? true && query.until.map { row.at < $0 } ?? true
      }
      var found: [Expected] = []
      var begin: Timestamp? = mine.map(\.at).min()
      while let from = begin {
        begin = nil
        let candidates = mine.map(\.at).filter { $0 >= from }.sorted()
        for first in candidates {
          let within = candidates.filter { $0 >= first && $0 <= first + rule.window }
          guard within.count >= rule.count else { continue }
          let held = within[rule.count - 1]
          let closed = query.closingAfter.map { held + $0 }
          let members = mine.filter { row in row.at >= first && closed.map { row.at < $0 } ?? true }
          let window = mine.map(\.at).filter { $0 >= first && $0 <= first + rule.window }.sorted()
          let baseline = Double(first.milliseconds - (earliest ?? first).milliseconds)
          let width = Double(rule.window.milliseconds)
          let before = rows.count { $0.at < first }
          found.append(
            Expected(
              key: key, openedAt: held, first: first, last: window.last ?? first, count: window.count,
              occurrences: members.count,
              cents: members.reduce(0) { $0 + (Int64($1.amount.replacing(".", with: "")) ?? 0) },
              expected: baseline < 3 * width ? nil : Int((Double(before) * 1000 * width / baseline).rounded()),
              isRegression: !found.isEmpty))
          begin = closed
          break
        }
      }
      return found
    }.sorted { ($0.key, $0.openedAt) < ($1.key, $1.openedAt) }
  }

  private func simulated(_ simulation: Simulation) -> [Expected] {
    zip(simulation.items, simulation.follows).map { item, follows in
      Expected(
        key: item.key, openedAt: item.openedAt, first: item.because.first, last: item.because.last,
        count: item.because.count, occurrences: item.occurrences,
        cents: item.money.first { $0.currency == "EUR" }?.amount ?? 0, expected: item.because.expectedThousandths,
        isRegression: follows != nil)
    }.sorted { ($0.key, $0.openedAt) < ($1.key, $1.openedAt) }
  }

  @Test(arguments: Array(1...8))
  func simulationsEqualACountByBruteForce(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let rows = rows(260, days: 500, &generator)
    let test = try TestWorkspace(rows, importedAfter: TestWorkspace.years)
    for round in 1...8 {
      var query = SimulationQuery()
      query.rule = try RecurrenceRule(
        ["3/30d", "2/1d", "5/7d", "4/20d", "1/1d", "10/60d"].randomElement(using: &generator) ?? "3/30d")
      // Bounds on the hour of an exception now and then: it is in at the first, out at the last.
      if round % 4 >= 1 { query.since = rows.randomElement(using: &generator)?.at }
      if round % 4 >= 2 {
        let length = Int64(Int.random(in: 0...1600, using: &generator)) * (Self.day / 4)
        query.until = Timestamp(milliseconds: (query.since?.milliseconds ?? Self.newYear) + length)
      }
      if round % 2 == 0 { query.closingAfter = Days(Int.random(in: 1...40, using: &generator)) }
      let rule = try #require(query.rule)
      let simulation = try test.workspace.simulate(query)
      let context = "seed \(seed), round \(round), \(query)"
      #expect(simulated(simulation) == bruteForce(rows, query, rule), "\(context)")
      let inside = rows.filter { row in
        query.since.map { row.at >= $0 } ?? true && query.until.map { row.at < $0 } ?? true
      }
      #expect(simulation.exceptions == inside.count, "\(context)")
      #expect(simulation.first == inside.map(\.at).min() && simulation.last == inside.map(\.at).max(), "\(context)")
      #expect(simulation.items.map(\.occurrences) == simulation.items.map(\.occurrences).sorted(by: >))
      for (index, follows) in simulation.follows.enumerated() {
        guard let follows else { continue }
        #expect(simulation.items[follows].key == simulation.items[index].key)
        #expect(simulation.items[follows].openedAt < simulation.items[index].openedAt)
      }
      for compared in simulation.compared {
        #expect(compared.items == bruteForce(rows, query, compared.rule).count, "\(context), \(compared.rule)")
      }
    }
  }

  /// The same rules over the same exceptions, once simulated and once in earnest.
  @Test(arguments: Array(1...4))
  func theTaxonomysOwnRulesOpenWhatAnImportReallyOpens(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let rows = rows(300, days: 600, &generator)
    let test = try TestWorkspace(rows, importing: false)
    for file in ["codes", "root_causes"] {
      let path = "\(test.folder)/ws/taxonomy/\(file).yaml"
      var text = try String(contentsOfFile: path, encoding: .utf8)
      var parts = text.components(separatedBy: "recurrence: 3/30d")
      let last = parts.removeLast()
      text =
        parts.map { $0 + "recurrence: \(["3/30d", "2/2d", "6/20d"].randomElement(using: &generator) ?? "")" }
        .joined() + last
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    _ = try? test.workspace.adoptTaxonomy(by: TestWorkspace.caller("ana"))  // refused where the dice changed nothing
    try test.importRows(rows, after: TestWorkspace.years)
    let simulation = try test.workspace.simulate(SimulationQuery())
    let real = try test.workspace.items(ItemQuery(), by: TestWorkspace.caller("ana"))
    #expect(!real.isEmpty && simulation.items.count == real.count)
    for view in real {
      let item = try #require(simulation.items.first { $0.key == view.item.key })
      #expect(item.because == view.item.because && item.occurrences == view.occurrences)
      #expect(item.money.map(\.amount) == view.money.map(\.amount))
      #expect(item.real == view.item.id && item.title == view.title)
    }
    // Numbered by when their rules held, as the simulation says they did.
    let numbered = simulation.items.sorted { ($0.openedAt, $0.key) < ($1.openedAt, $1.key) }.map(\.real)
    #expect(numbered == real.map(\.item.id).sorted())
  }

  @Test func aPeriodIsHalfOpenAndItsWindowsLieInsideOfIt() throws {
    let test = try TestWorkspace((0...3).map { Row("a\($0)", day: 10 + 10 * $0, "X") })
    func items(_ since: Int?, _ until: Int?) throws -> [SimulatedItem] {
      var query = SimulationQuery()
      query.since = since.map { Row("", day: $0, "").at }
      query.until = until.map { Row("", day: $0, "").at }
      return try test.workspace.simulate(query).items
    }
    #expect(try items(nil, nil).map(\.openedAt) == [Row("", day: 30, "").at])
    #expect(try items(10, 31).map(\.occurrences) == [3])
    #expect(try items(nil, 30).isEmpty, "the last bound is not included")
    #expect(try items(20, nil).map(\.openedAt) == [Row("", day: 40, "").at], "what was before opens nothing")
    #expect(try items(21, nil).isEmpty)
    #expect(try items(10, 41).map(\.because.count) == [4])
    #expect(try items(10, 40).map(\.because.count) == [3])
  }

  @Test func aClosingTakesEffectAtAnInstantThatIsNoLongerTheItems() throws {
    let test = try TestWorkspace((0...5).map { Row("a\($0)", day: 1 + 2 * $0, "X") })
    var query = SimulationQuery()
    query.closingAfter = Days(2)
    let simulation = try test.workspace.simulate(query)
    #expect(simulation.items.map(\.occurrences) == [3, 3])
    #expect(simulation.items.map(\.openedAt) == [Row("", day: 5, "").at, Row("", day: 11, "").at])
    #expect(simulation.items.map(\.because.first) == [Row("", day: 1, "").at, Row("", day: 7, "").at])
    #expect(simulation.follows == [nil, 0])
    query.closingAfter = Days(3)
    #expect(try test.workspace.simulate(query).items.map(\.occurrences) == [4])
  }

  @Test func aPeriodWithoutExceptionsOpensNothing() throws {
    let test = try TestWorkspace((1...3).map { Row("a\($0)", day: $0, "X") })
    var query = SimulationQuery()
    query.since = Row("", day: 100, "").at
    var simulation = try test.workspace.simulate(query)
    #expect(simulation.exceptions == 0 && simulation.items.isEmpty && simulation.first == nil)
    #expect(simulation.compared.map(\.items) == [0, 0, 0] && simulation.compared.allSatisfy { $0.busiest == nil })
    query.until = query.since
    simulation = try test.workspace.simulate(query)
    #expect(simulation.exceptions == 0 && simulation.items.isEmpty)
    query.until = Row("", day: 99, "").at
    #expect(throws: Rejection.self) { try test.workspace.simulate(query) }
    let empty = try TestWorkspace([Row("a", day: 1, "X")], importing: false)
    #expect(try empty.workspace.simulate(SimulationQuery()).items.isEmpty)
  }

  @Test func keysCanBeChosenAndThoseThatOpenNothingAreRefused() throws {
    let test = try TestWorkspace(
      (1...4).map { Row("a\($0)", day: $0, "X", tags: ["t"]) } + (1...3).map { Row("b\($0)", day: $0, "Y") })
    var query = SimulationQuery()
    query.keys = [RecurrenceKey(.code, "X"), RecurrenceKey(.rootCause, "T")]
    let simulation = try test.workspace.simulate(query)
    #expect(simulation.items.map(\.key) == query.keys && simulation.exceptions == 4, "each exception counts once")
    query.keys = [RecurrenceKey(.code, "NOPE")]
    #expect(throws: Rejection.unknownEntry(query.keys[0])) { try test.workspace.simulate(query) }
    query.keys = [RecurrenceKey(.code, "OTHER")]
    #expect(throws: Rejection.catchAllOpensNothing(query.keys[0])) { try test.workspace.simulate(query) }
  }

  @Test func whatARetiredCodeSawCountsForItsHeirsAndElseByItself() throws {
    let test = try TestWorkspace(
      [1, 2].map { Row("o\($0)", day: $0, "Old") } + [3, 4].map { Row("n\($0)", day: $0, "New") }
        + (1...3).map { Row("g\($0)", day: $0, "Gone") })
    let path = "\(test.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func retire(_ text: String, _ id: String) -> String {
      text.replacing("  - id: \(id)\n", with: "  - id: \(id)\n    retired: 2026-05-01\n")
    }
    let gone = try #require(try test.item(of: RecurrenceKey(.code, "GONE"))).item.id
    try test.close(gone)
    try retire(retire(text, "OLD"), "GONE")
      .replacing("  - id: NEW\n", with: "  - id: NEW\n    replaces: [OLD]\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
    _ = try test.workspace.adoptTaxonomy(by: TestWorkspace.caller("ana"))
    let simulation = try test.workspace.simulate(SimulationQuery())
    #expect(simulation.items.map(\.key.value) == ["NEW", "GONE"])
    #expect(simulation.items.map(\.occurrences) == [4, 3])
    #expect(simulation.items.map(\.real) == [nil, gone])
    #expect(simulation.exceptions == 7)
    var query = SimulationQuery()
    query.keys = [RecurrenceKey(.code, "OLD")]
    #expect(throws: Rejection.countsUnderHeirs(query.keys[0], [RecurrenceKey(.code, "NEW")])) {
      try test.workspace.simulate(query)
    }
    query.keys = [RecurrenceKey(.code, "NEW")]
    #expect(try test.workspace.simulate(query).exceptions == 4)
  }

  @Test func anExceptionWithATagAndItsHeirCountsOnce() throws {
    let test = try TestWorkspace(
      [
        Row("a", day: 1, "X", tags: ["old"], amount: "1.00"),
        Row("b", day: 2, "X", tags: ["old", "new"], amount: "2.00"),
      ]
        + [Row("c", day: 3, "X", tags: ["new"], amount: "4.00")])
    let path = "\(test.folder)/ws/taxonomy/root_causes.yaml"
    try String(contentsOfFile: path, encoding: .utf8)
      .replacing("  - id: OLD\n", with: "  - id: OLD\n    retired: 2026-05-01\n")
      .replacing("  - id: NEW\n", with: "  - id: NEW\n    replaces: [OLD]\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
    _ = try test.workspace.adoptTaxonomy(by: TestWorkspace.caller("ana"))
    var query = SimulationQuery()
    query.keys = [RecurrenceKey(.rootCause, "NEW"), RecurrenceKey(.rootCause, "NEW")]
    let simulation = try test.workspace.simulate(query)
    #expect(simulation.items.map(\.occurrences) == [3] && simulation.items.map(\.because.count) == [3])
    #expect(simulation.items.first?.money.map(\.amount) == [700] && simulation.exceptions == 3)
    query.rule = try RecurrenceRule("4/30d")
    #expect(try test.workspace.simulate(query).items.isEmpty)
  }

  @Test func monthsAreThoseOfTheZoneAndAShortPeriodCountsAsOne() throws {
    let test = try TestWorkspace(
      (1...3).map { Row("a\($0)", day: $0, "X") } + (1...3).map { Row("b\($0)", day: 40 + $0, "Y") }
        + (1...3).map { Row("c\($0)", day: 45 + $0, "Z") } + [Row("last", day: 366, "Z")],
      importedAfter: TestWorkspace.years)
    let compared = try test.workspace.simulate(SimulationQuery()).compared
    #expect(compared.map(\.rule.description) == ["3/30d", "5/30d", "10/30d"])
    #expect(compared[0].busiest?.month == "2026-02" && compared[0].busiest?.items == 2)
    #expect(compared[0].perMonthHundredths == 25, "three in a year of 365 days, which is 11.99 months")
    var query = SimulationQuery()
    query.until = Row("", day: 10, "").at
    #expect(try test.workspace.simulate(query).compared[0].perMonthHundredths == 100)
  }

  @Test func aSimulationWritesNothingAndWaitsForNobody() throws {
    let test = try TestWorkspace((1...3).map { Row("a\($0)", day: $0, "X") })
    let ledger = test.workspace.ledger
    let before = try ledger.read { try $0.treeHead() }
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    #expect(try test.workspace.simulate(SimulationQuery()).items.count == 1)
    _ = consume lock
    let after = try ledger.read { try $0.treeHead() }
    #expect(before.size == after.size && before.root == after.root)
    #expect(try test.findings().isEmpty)
  }
}
