// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

/// `docs/formats/taxonomy.md` says what the files really mean.
@Suite struct TaxonomyFormatTests {
  private func document() throws -> String {
    try String(contentsOfFile: "\(ExampleMapTests.repository)/docs/formats/taxonomy.md", encoding: .utf8)
  }

  private func time(_ text: String) throws -> Timestamp {
    try #require(try TimePattern("iso8601").parse(Array(text.utf8), zone: .utc))
  }

  /// The example's calendar, read as a person's file.
  private func office() throws -> BusinessCalendar {
    let text = try #require(
      try document().split(separator: "```yaml\n").first { $0.hasPrefix("calendars:") }?.split(separator: "```").first)
    let test = try TestWorkspace()
    let folder = "\(test.folder)/ws/taxonomy"
    try String(text).write(toFile: "\(folder)/calendars.yaml", atomically: true, encoding: .utf8)
    return try #require(try TaxonomyFiles(folder: folder).taxonomy.calendars.first)
  }

  @Test func theExampleCountsAsItSays() throws {
    let policy = SLAPolicy(
      id: "standard", title: "Standard", acknowledgeWithin: try WorkingDuration("4h"),
      closeWithin: try WorkingDuration("5bd"), warnBefore: try WorkingDuration("8h"), calendar: "office")
    let monday = try time("2026-11-23T10:00:00+01:00")
    let schedule = ItemClock.Schedule(policy, try office(), openedAt: monday)
    #expect(schedule.acknowledgeBy == (try time("2026-11-23T15:00:00+01:00")))
    #expect(schedule.dueAt == (try time("2026-11-30T10:00:00+01:00")))
    #expect(schedule.warnAt == (try time("2026-11-26T16:00:00+01:00")))
  }

  @Test func aCalendarIsStoredAsItSays() throws {
    let block = try #require(try document().split(separator: "```\n").first { $0.hasPrefix(#"{"days":"#) })
    let bytes = Array(block.replacing("\n", with: "").utf8)
    #expect(try BusinessCalendar(json: JSONValue(parsing: bytes)).json.canonicalBytes == bytes)
  }

  @Test(arguments: [
    "calendar_unknown", "catch_all_share", "escalation_unknown", "heir_missing", "lookalikes", "noise", "owner_missing",
    "owner_unknown", "playbook_missing", "playbook_not_found", "replaced_not_retired", "sla_unknown", "too_few_codes",
    "too_many_codes",
  ])
  func everyCheckStandsInTheTable(check: String) throws {
    #expect(try document().contains("| `\(check)` | "))
  }
}
