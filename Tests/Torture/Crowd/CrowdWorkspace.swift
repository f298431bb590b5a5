// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Tracker

/// A workspace in which many items wait to be closed, each decision approved already: rounds begin with a copy of it.
struct CrowdWorkspace: Sendable {
  /// What one command closes.
  struct Closing: Hashable, Sendable {
    /// `CHG-7`, or `REM-7` for a rejection.
    let id: String
    /// The items, by number.
    let items: [Int]
    /// Where its text goes; nil for a rejection.
    let path: String?
    /// A line of that text.
    let line: String
  }

  let folder: String
  let closings: [Closing]
  var items: Int { closings.reduce(0) { $0 + $1.items.count } }

  /// Prepared in process: thousands of proposals and approvals are no part of what is tried here.
  init(_ bench: Bench, items: Int, _ random: inout SeededRandom) throws {
    folder = bench.newPath("crowd")
    try mustRun("mkdir", folder)
    var rows = "id,at,code\n"
    for number in 0..<items { for day in 1...3 { rows += "r\(number)-\(day),2026-01-0\(day),Trouble \(number)\n" } }
    try rows.write(toFile: "\(folder)/export.csv", atomically: false, encoding: .utf8)
    try "source: tests\nid: id\noccurred_at: at\ncode: code\n".write(
      toFile: "\(folder)/map.yaml", atomically: false, encoding: .utf8)
    func caller(_ name: String) throws -> Caller {
      guard let person = PersonID(name) else { throw SpawnError(description: "\(name) is no id") }
      return Caller(person: person, login: name, now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    }
    let (ana, ben, carla) = (try caller("ana"), try caller("ben"), try caller("carla"))
    let proposal = try Workspace.proposeTaxonomy(
      from: "\(folder)/export.csv", mapPath: "\(folder)/map.yaml", top: items, rule: RecurrenceRule("3/30d"))
    let (workspace, map) = try Workspace.make(
      at: "\(folder)/ws", from: proposal, people: [ana.person, ben.person, carla.person], by: ana)
    let opened = try workspace.importExceptions(from: "\(folder)/export.csv", map: map, by: ana).opened
    guard opened.count == items else { throw SpawnError(description: "\(opened.count) items opened, not \(items)") }

    var waiting = try workspace.items(ItemQuery(), by: ana).map(\.item)[...]
    var closings: [Closing] = []
    while !waiting.isEmpty {
      // One in ten is rejected; of the others one in four closes several, and one in ten goes into a file with others.
      if random.below(10) == 0, let item = waiting.popFirst() {
        try workspace.proposeRejection(
          of: item.id, rationale: "It costs little.", expiresOn: Date.day(after: 180), tripwire: nil, by: ana)
        try workspace.approveRejection(of: item.id, revision: nil, by: ben)
        closings.append(Closing(id: "\(item.id)", items: [item.id.number], path: nil, line: ""))
        continue
      }
      let part = Array(waiting.prefix(random.below(4) == 0 ? 2 + random.below(3) : 1))
      waiting = waiting.dropFirst(part.count)
      let number = closings.count
      let path =
        random.below(10) == 0 ? "shared/page-\(random.below(4)).md" : "procedures/p\(number % 9)/sop-\(number).md"
      let line = "Do it in way \(number)."
      let text = "---\ncodes: [\(part.map(\.key.value).joined(separator: ", "))]\n---\n\n\(line)\n"
      let change = try workspace.proposeChange(
        closing: part.map(\.id), path: SOPPath(path), text: Array(text.utf8), summary: "Say how \(number)", by: ana)
      try workspace.approveChange(change.id, revision: nil, by: ben)
      closings.append(Closing(id: "\(change.id)", items: part.map(\.id.number), path: path, line: line))
    }
    self.closings = closings
  }
}

extension Date {
  fileprivate static func day(after days: Int) throws -> CalendarDate {
    guard let day = CalendarDate(CalendarDay.string(daysFromNow: days)) else {
      throw SpawnError(description: "no such day")
    }
    return day
  }
}
