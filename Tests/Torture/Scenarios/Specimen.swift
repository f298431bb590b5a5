// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A workspace that has something of everything that is recorded, and an audit pack of it. It is made once and copied for each run.
struct Specimen: Sendable {
  /// Where its newest events are.
  enum Storage: String, CaseIterable, Sendable {
    /// All of them in SQLite's write-ahead log.
    case log
    /// In the database's file, but for the last few.
    case file
  }

  let storage: Storage
  /// With `ws`, `pack`, and `kept.note`, a checkpoint of the newest event that an auditor keeps elsewhere.
  let folder: String

  var workspace: String { "\(folder)/ws" }

  init(_ bench: Bench, _ storage: Storage, _ random: inout SeededRandom) throws {
    self.storage = storage
    folder = bench.newPath("specimen-\(storage)")
    try mustRun("mkdir", folder)
    let work = SpecimenWork(bench: bench, folder: folder)
    try work.importTwice(&random)
    try work.fillRepository()
    try work.decide()
    try work.pushPastTheTool()
    try work.look()
    if storage == .file { try bench.must("maintain", in: workspace) }
    try work.sign()
    bench.remove("\(folder)/clone")
  }
}

/// What people did in it.
private struct SpecimenWork {
  let bench: Bench
  let folder: String

  private static let map =
    Scenario.map + "requester: who\namount: {column: amount, currency: EUR}\nteam: team\nseverity: weight\n"
  private static let header = "id,at,code,cause,who,amount,team,weight\n"
  private static let covers =
    "---\ncodes: [TROUBLE-0, TROUBLE-1, TROUBLE-2, TROUBLE-3]\nroot_causes: [CAUSE-0, CAUSE-1, CAUSE-2]\n---\n"

  private var workspace: String { "\(folder)/ws" }
  private var clone: String { "\(folder)/clone" }

  private func give(_ arguments: String..., as person: String = "ana") throws {
    let run = try bench.sopwright(arguments, in: workspace, as: person)
    guard run.succeeded else {
      throw SpawnError(description: "sopwright \(arguments.joined(separator: " ")): \(run.description)")
    }
  }

  private func write(_ text: String, to name: String) throws {
    try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
  }

  private func rows(_ count: Int, _ prefix: String, _ random: inout SeededRandom) -> String {
    (0..<count).map { row in
      let day = 1 + row * 27 / count
      let hour = Int.random(in: 10..<24, using: &random)
      return "\(prefix)\(row),2026-01-\(day < 10 ? "0" : "")\(day)T\(hour):30:00Z,Trouble \(row % 4),"
        + "Cause \(Int.random(in: 0..<3, using: &random)),person \(row % 7),\(row).50,team \(row % 3),high\n"
    }.joined()
  }

  /// New ones, amended ones, and some that are held back.
  func importTwice(_ random: inout SeededRandom) throws {
    try write(SpecimenWork.map, to: "map.yaml")
    try write(SpecimenWork.header + rows(40, "r", &random), to: "export.csv")
    try mustRun(
      bench.program, "init", workspace, "--from", "\(folder)/export.csv", "--map", "\(folder)/map.yaml", "--people",
      "ana,ben,carla", "--as", "ana")
    let later =
      rows(20, "n", &random) + "r1,2026-01-01T11:00:00Z,Trouble 3,Cause 1,somebody,9.00,team 1,low\n"
      + "n1,2026-01-01T12:00:00Z,Trouble 2,Cause 1,somebody,8.00,team 1,low\n"
      + "x1,yesterday,Trouble 1,Cause 1,x,1,t,low\nx2,,Trouble 1,Cause 1,x,1,t,low\n"
    try write(SpecimenWork.header + later, to: "later.csv")
    try give("import", "\(folder)/later.csv", "--map", "\(folder)/map.yaml")
  }

  /// A pack and packed refs, and later objects in files of their own.
  func fillRepository() throws {
    let person = try Person(cloning: "\(workspace)/sop.git", into: clone)
    for number in 1...5 {
      try person.commit("# Page \(number)\n\nText \(number) of the page.\n", to: "pages/page-\(number).md")
    }
    try person.push()
    try give("tick")
    try mustRun("git", "-C", "\(workspace)/sop.git", "repack", "-adq")
    try mustRun("git", "-C", "\(workspace)/sop.git", "pack-refs", "--all")
  }

  func decide() throws {
    try write(SpecimenWork.covers + "Look again.\n", to: "sop.md")
    try give(
      "propose", "REM-1", "REM-2", "--sop", "look/again.md", "--text", "\(folder)/sop.md", "--summary", "Look again")
    try give("approve", "CHG-1", as: "ben")
    try give("close", "CHG-1", as: "ben")
    try give(
      "propose", "REM-3", "--reject", "--rationale", "The supplier has gone", "--expires",
      CalendarDay.string(daysFromNow: 180))
    try give("approve", "REM-3", as: "ben")
    try give("close", "REM-3", as: "ben")
    try give("acknowledge", "REM-4")
    try give("assign", "REM-4", "--to", "ben")
    try give("comment", "REM-4", "--text", "See to it")
  }

  func pushPastTheTool() throws {
    let git = ["git", "-C", clone]
    let person = Person(at: clone)
    try mustRun(git + ["pull", "-q"])
    try person.commit("# Page 1\n\nChanged past the tool.\n", to: "pages/page-1.md")
    try person.commit("no text\0", to: "pages/picture.png")
    try mustRun(git + ["mv", "pages/page-2.md", "pages/page-two.md"])
    try mustRun(git + ["commit", "-q", "-m", "Move a page"])
    try person.push()
    try mustRun(git + ["checkout", "-q", "-b", "proposals/REM-4"])
    try person.commit(SpecimenWork.covers + "Once more.\n", to: "look/more.md")
    try mustRun(git + ["push", "-q", "origin", "HEAD"])
    try give("tick")
  }

  /// What is kept because somebody asked.
  func look() throws {
    try give("sop", "ratify", "pages/page-1.md", "--note", "It is fine", as: "ben")
    try give("sop", "read", "pages/page-1.md")
    try give("sop", "search", "text")
    try give("sop", "history", "pages/page-two.md")
    try give("sop", "blame", "pages/page-two.md")
    try give("people", "add", "dora", "--role", "auditor")
  }

  /// The checkpoint of the last event has its copy in the repository; a pack; and the note that an auditor keeps.
  func sign() throws {
    try give("comment", "REM-4", "--text", "See to it soon")
    try mustRun(bench.program, "checkpoint", "--make-key", "\(folder)/dora.key", "--name", "example.org/dora")
    try give("checkpoint", "--cosign", "\(folder)/dora.key")
    try write(try bench.must("checkpoint", in: workspace), to: "kept.note")
    try give("export", "\(folder)/pack")
  }
}
