// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct TaxonomyCheckTests {
  /// Twelve codes and two tags with nothing wrong.
  private static let sound: Taxonomy = {
    func entry(_ id: String, _ title: String) -> TaxonomyEntry {
      TaxonomyEntry(id: id, title: title, owner: ann.id, playbook: playbook)
    }
    return Taxonomy(
      codes: (1...12).map { entry("RF-\($0)", "Trouble number \($0)") },
      rootCauses: [entry("RC-1", "Address not checked"), entry("RC-2", "Form incomplete")],
      people: [.init(id: ann.id, roles: [.administrator])], policies: [.standard])
  }()

  private func check(
    handbook: Set<SOPPath> = [playbook], usage: [RecurrenceKey: KeyUsage] = [:],
    today: CalendarDate = date("2026-06-01"), _ change: (inout Taxonomy) -> Void = { _ in }
  ) -> [TaxonomyFinding] {
    var taxonomy = Self.sound
    change(&taxonomy)
    return taxonomy.check(handbook: handbook, usage: usage, today: today)
  }

  private func code(_ number: Int) -> RecurrenceKey { RecurrenceKey(.code, "RF-\(number)") }

  @Test func aSoundTaxonomyHasNoFindings() {
    #expect(check() == [])
    let used = KeyUsage(exceptions: 1000, items: 3, changes: 2)
    #expect(check(usage: [code(1): used, RecurrenceKey(.rootCause, "RC-1"): used]) == [])
  }

  /// What is done to an entry, the finding that follows, a word of it.
  private static let lacking: [(change: @Sendable (inout TaxonomyEntry) -> Void, check: String, word: String)] = [
    ({ $0.owner = nil }, "owner_missing", "owner:"),
    ({ $0.owner = person("gone") }, "owner_unknown", "gone"),
    ({ $0.playbook = nil }, "playbook_missing", "playbook:"),
    ({ $0.playbook = path("lost.md") }, "playbook_not_found", "lost.md"),
    ({ $0.sla = "fast" }, "sla_unknown", "fast"),
    ({ $0.replaces = ["RF-2", "RC-2"] }, "replaced_not_retired", "RF-2"),
    ({ $0.replaces = ["GONE"] }, "replaced_not_retired", "GONE"),
  ]

  @Test(arguments: lacking.indices, [RecurrenceKey(.code, "RF-1"), RecurrenceKey(.rootCause, "RC-1")])
  func anEntryThatLacksSomethingIsAnError(row: Int, key: RecurrenceKey) throws {
    let (change, name, word) = Self.lacking[row]
    let findings = check { key.kind == .code ? change(&$0.codes[0]) : change(&$0.rootCauses[0]) }
    let finding = try #require(findings.first)
    #expect(findings.allSatisfy { $0.weight == .error && $0.check == name && $0.key == key })
    #expect(finding.detail.hasPrefix(key.value) && finding.detail.contains(word))
  }

  @Test func allFindingsAreListed() {
    let findings = check(handbook: []) {
      $0.codes[0].owner = nil
      $0.codes[0].playbook = nil
      $0.rootCauses[1].sla = "x"
      $0.codes.removeLast(3)
    }
    #expect(findings.count { $0.check == "playbook_not_found" } == 10)
    #expect(
      Set(findings.map(\.check)) == [
        "too_few_codes", "owner_missing", "playbook_missing", "playbook_not_found", "sla_unknown",
      ])
  }

  @Test func aRetiredEntryNeedsNothing() {
    let findings = check {
      $0.codes[0] = TaxonomyEntry(id: "RF-1", title: "Trouble number 2", sla: "none", retired: date("2026-01-01"))
      $0.codes[1].replaces = ["RF-1"]
    }
    #expect(findings == [])
  }

  @Test func aReplacementIsOfTheSameKind() {
    let findings = check {
      $0.codes[0].retired = date("2026-01-01")
      $0.rootCauses[0].replaces = ["RF-1"]
    }
    #expect(findings.map(\.check) == ["replaced_not_retired"])
  }

  /// live codes, retired ones and a catch-all beside them, the finding
  @Test(
    arguments: [
      (0, 5, "too_few_codes"), (9, 5, "too_few_codes"), (10, 0, nil), (10, 25, nil), (30, 5, nil),
      (31, 0, "too_many_codes"), (100, 0, "too_many_codes"),
    ] as [(Int, Int, String?)])
  func tenToThirtyCodesAreUseful(live: Int, retired: Int, expected: String?) throws {
    let findings = check { taxonomy in
      taxonomy.codes = (0..<(live + retired)).map { number in
        TaxonomyEntry(
          id: "C-\(number)", title: "Trouble \(number)", owner: ann.id, playbook: playbook,
          retired: number < live ? nil : date("2026-01-01"))
      }
      taxonomy.codes.append(
        TaxonomyEntry(id: "OTHER", title: "Other", owner: ann.id, playbook: playbook, isCatchAll: true))
    }
    #expect(findings.map(\.check) == (expected.map { [$0] } ?? []))
    if let finding = findings.first {
      #expect(finding.weight == .warning && finding.key == nil && finding.detail.contains("There are \(live) codes"))
    }
  }

  @Test(arguments: [
    ("Duplicate charge", "duplicate  CHARGE!"), ("Duplicate charge", "Charge, duplicate"), ("Größe", "GRÖßE?"),
    ("Refund-late", "refund late"),
  ])
  func twoCodesThatNobodyTellsApartAreFound(first: String, second: String) {
    let findings = check {
      $0.codes[3].title = first
      $0.codes[7].title = second
    }
    #expect(findings.map(\.check) == ["lookalikes"] && findings.map(\.key) == [code(8)])
    #expect(findings.allSatisfy { $0.weight == .warning && $0.detail.contains("RF-4") })
    let tags = check {
      $0.rootCauses[0].title = first
      $0.rootCauses[1].title = second
      $0.codes[0].title = first
    }
    #expect(tags.map(\.key) == [RecurrenceKey(.rootCause, "RC-2")])
  }

  @Test(
    arguments: [("Duplicate charge", "Duplicate charge at renewal"), ("Late refund", "Refund late again")])
  func aCodeWhoseWordsAreAllInAnotherIsFound(first: String, second: String) {
    let findings = check {
      $0.codes[3].title = first
      $0.codes[7].title = second
    }
    #expect(findings.map(\.check) == ["lookalikes"])
  }

  /// exceptions, items, whether it is noise
  @Test(arguments: [(20, 0, true), (1000, 0, true), (19, 0, false), (20, 1, false), (0, 0, false)])
  func aCodeThatNeverLedToAnActionIsNoise(exceptions: Int, items: Int, isNoise: Bool) {
    let usage = [code(5): KeyUsage(exceptions: exceptions, items: items, changes: 0)]
    let findings = check(usage: usage)
    #expect(findings.map(\.check) == (isNoise ? ["noise"] : []))
    #expect(findings.allSatisfy { $0.key == code(5) && $0.weight == .warning })
    #expect(check(usage: usage) { $0.codes[4].retired = date("2026-01-01") } == [])
  }

  /// exceptions of the catch-all, of the rest, the percentage found
  @Test(
    arguments: [(21, 79, "21 %"), (200, 0, "100 %"), (20, 80, nil), (0, 0, nil), (1, 3, "25 %")]
      as [(Int, Int, String?)])
  func aCatchAllThatTakesMoreThanAFifthIsFound(other: Int, rest: Int, percent: String?) {
    let findings = check(usage: [
      RecurrenceKey(.code, "OTHER"): KeyUsage(exceptions: other, items: 0, changes: 0),
      code(1): KeyUsage(exceptions: rest, items: 1, changes: 0),
    ]) {
      $0.codes.append(
        TaxonomyEntry(id: "OTHER", title: "Other", owner: ann.id, playbook: playbook, isCatchAll: true))
    }
    #expect(findings.map(\.check) == (percent == nil ? [] : ["catch_all_share"]))
    if let percent { #expect(findings[0].detail.contains(percent) && findings[0].weight == .warning) }
  }

  // MARK: SLAs

  /// A policy, and what is found.
  private static let policies:
    [(acknowledge: String, close: String, warn: String?, calendar: String?, found: [String])] = [
      ("2d", "14d", nil, nil, []), ("2d", "14d", "13d", nil, []), ("2d", "14d", "14d", nil, ["warns_nobody"]),
      ("2d", "14d", "20d", nil, ["warns_nobody"]), ("1bd", "5bd", "4bd", "office", []),
      ("1bd", "5bd", "5bd", "office", ["warns_nobody"]), ("4h", "8h", "2h", "office", []),
      // Five business days of eight hours are forty hours.
      ("1bd", "5bd", "39h", "office", []), ("1bd", "5bd", "41h", "office", ["warns_nobody"]),
      ("15d", "14d", nil, nil, ["acknowledged_after_due"]), ("3bd", "16h", nil, "office", ["acknowledged_after_due"]),
    ]

  private static func office(holidays: [String]) throws -> BusinessCalendar {
    let hours = try WorkingHours(["09:00-17:00"])
    return try BusinessCalendar(
      id: "office", title: "Office", zone: "UTC",
      week: [.monday: hours, .tuesday: hours, .wednesday: hours, .thursday: hours, .friday: hours],
      days: holidays.map { (date($0), .none) })
  }

  @Test(arguments: policies.indices) func anSLAThatWarnsNobodyIsFound(row: Int) throws {
    let sample = Self.policies[row]
    let findings = check {
      $0.calendars = [try! Self.office(holidays: [])]
      $0.policies.append(
        SLAPolicy(
          id: "fast", title: "Fast", acknowledgeWithin: try! WorkingDuration(sample.acknowledge),
          closeWithin: try! WorkingDuration(sample.close), warnBefore: sample.warn.map { try! WorkingDuration($0) },
          calendar: sample.calendar))
    }
    #expect(findings.map(\.check) == sample.found, "\(sample)")
    #expect(findings.allSatisfy { $0.weight == .warning && $0.part == .policies && $0.detail.contains("fast") })
  }

  @Test(arguments: [
    ([], false), (["2026-12-25"], false), (["2026-01-01", "2026-07-01"], false), (["2026-06-30"], true),
    (["2025-12-25"], true),
  ]) func holidaysThatRunOutAreFound(holidays: [String], isFound: Bool) throws {
    let calendar = try Self.office(holidays: holidays)
    let findings = check { $0.calendars = [calendar] }
    #expect(findings.map(\.check) == (isFound ? ["holidays_run_out"] : []))
    #expect(findings.allSatisfy { $0.part == .calendars && $0.detail.contains(holidays[holidays.count - 1]) })
  }
}
