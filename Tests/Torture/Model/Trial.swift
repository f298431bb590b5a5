// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Tracker

/// A real workspace and its model, to which the same is done.
final class Trial {
  static let requesters = ["Abel Quist", "Berta Rohm", "Carl Stone", "Dina Trent", "Emil Unger", "Frida Vance"]
  static let map =
    "source: tests\nid: id\noccurred_at: at\ncode: code\n"
    + "root_cause: {column: tags, split: \";\"}\nrequester: requester\n"
  /// Long after any real clock, so that what processes of the command line do happens at the time of the event before.
  static let begin: Int64 = 2_216_000_000_000

  let bench: Bench
  let folder: String
  var workspace: Workspace
  var model: ModelState
  /// The time of the step, in milliseconds; it only goes forward.
  var clock: Int64
  /// The newest backup, and the model as it was then.
  var backup: (path: String, model: ModelState)?
  private(set) var isSkipping = false
  /// The lock of git's that lies in the way, and for how many steps more. It is held open, so that nobody takes it for abandoned.
  var lock: (path: String, held: FileHandle, steps: Int)?
  private var number = 0
  /// What was done, not refused.
  private(set) var done: [Step] = []

  init(_ bench: Bench, copying template: Template) throws {
    self.bench = bench
    folder = bench.newPath("model")
    try mustRun("mkdir", folder)
    try bench.copy(template.folder, to: "\(folder)/ws")
    workspace = try Workspace.open("\(folder)/ws")
    model = template.model
    clock = template.model.now
  }

  deinit { bench.remove(folder) }

  /// A path in the trial's folder that nobody has used.
  func newPath(_ name: String) -> String {
    number += 1
    return "\(folder)/\(name)-\(number)"
  }

  func caller(_ person: String) throws -> Caller {
    guard let id = PersonID(person) else { throw SpawnError(description: "\(person) is no id") }
    return Caller(person: id, login: person, now: Timestamp(milliseconds: clock))
  }

  private func moveLocks(_ operation: Operation) throws {
    if var present = lock {
      present.steps -= 1
      lock = present
      if present.steps == 0 {
        bench.remove(present.path)
        (lock, model.block) = (nil, nil)
      }
    }
    guard case .closeBlocked(_, let block, let steps) = operation, lock == nil else { return }
    let path = "\(workspace.folder)/sop.git/refs/\(block == .branch ? "heads/main" : "ledger/tip").lock"
    // A restored repository has its refs in one file, and no folders for them.
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    guard FileManager.default.createFile(atPath: path, contents: nil), let held = FileHandle(forReadingAtPath: path)
    else { throw SpawnError(description: "\(path) cannot be made") }
    lock = (path, held, steps)
    model.block = block
  }

  private func newestTime() throws -> Int64 {
    let text = try mustRun(
      "sqlite3", "-readonly", "\(workspace.folder)/sopwright.sqlite", "SELECT last_at FROM tree_head")
    guard let time = Int64(text.trimmingCharacters(in: .newlines)) else { throw SpawnError(description: "no time") }
    return time
  }

  /// Does a step to both.
  /// - Parameter isSkipped: to the model alone, as if Sopwright said yes and did nothing: for controls.
  /// - Returns: what differs; nil where both did it, or both refused.
  func perform(_ step: Step, isSkipped: Bool = false) throws -> String? {
    isSkipping = isSkipped
    clock += Int64(step.later) * 1_000
    model.now = clock
    let person = Members.names[step.person]
    let byProgram = step.byProgram && !isSkipped && command(step.operation) != nil
    // A process has the machine's clock, which is behind the ledger's: what it does happens at the time of the last event.
    if byProgram { model.now = try newestTime() }
    try moveLocks(step.operation)
    if byProgram || !step.skipsCatchUp {
      let expected = model.attempt { (model) throws(Refused) in try model.catchUp() }
      let ana = try caller("ana")
      let refusal = byProgram ? expected : try refusal { _ = try workspace.catchUp(by: ana) }
      guard (expected == nil) == (refusal == nil) else {
        return "catching up: \(refusal ?? "it was done"); should have been: \(expected ?? "done")"
      }
      if expected != nil { return nil }
    }
    let outcome = try byProgram ? run(step, as: person) : act(step, as: person)
    if outcome.expected == nil, outcome.refusal == nil { done.append(step) }
    model.now = clock
    if let difference = outcome.difference { return difference }
    switch (outcome.expected, outcome.refusal) {
    case (let expected?, nil): return "it was done, and should have been refused: \(expected)"
    case (nil, let refusal?): return "it was refused, and should have been done: \(refusal)"
    default: return nil
    }
  }
}

/// What came of an operation.
struct Outcome {
  /// Why the model refuses; nil where it does not.
  var expected: String?
  /// What Sopwright said; nil where it was done.
  var refusal: String?
  var difference: String?
}

/// The workspace that every trial begins with.
struct Template: Sendable {
  let folder: String
  let model: ModelState

  init(_ bench: Bench) throws {
    let place = bench.newPath("template")
    try mustRun("mkdir", place)
    let entries = Template.entries
    let codes = entries.filter { !$0.key.isTag }.map(\.key.id)
    let tags = entries.filter(\.key.isTag).map(\.key.id)
    let rows = codes.enumerated().map { "\($0),2020-01-01,\($1),\(tags[$0 % tags.count]),x\n" }
    try ("id,at,code,tags,requester\n" + rows.joined()).write(
      toFile: "\(place)/export.csv", atomically: false, encoding: .utf8)
    try Trial.map.write(toFile: "\(place)/map.yaml", atomically: false, encoding: .utf8)
    guard let ana = PersonID("ana") else { throw SpawnError(description: "ana is no id") }
    let caller = Caller(person: ana, login: "ana", now: Timestamp(milliseconds: Trial.begin))
    let proposal = try Workspace.proposeTaxonomy(
      from: "\(place)/export.csv", mapPath: "\(place)/map.yaml", top: 29, rule: RecurrenceRule("3/30d"))
    folder = "\(place)/ws"
    let people = Members.names.filter { !Members.strangers.contains($0) }.compactMap { PersonID($0) }
    let workspace = try Workspace.make(at: folder, from: proposal, people: people, by: caller).workspace
    // The map by which the tests import gives every value its own code.
    try Trial.map.write(toFile: "\(folder)/taxonomy/maps/tests.yaml", atomically: false, encoding: .utf8)
    var model = ModelState(now: Trial.begin)
    model.taxonomy.entries = entries
    try model.writeTaxonomy(in: folder)
    _ = try workspace.adoptTaxonomy(by: caller)
    model.taxonomy.version = 2
    model.openItems()
    self.model = model
  }

  private static let entries: [ModelEntry] = [
    ModelEntry(key: Key(isTag: false, id: "LATE"), rule: PlannedRule(count: 2, days: 3)),
    ModelEntry(key: Key(isTag: false, id: "BROKEN"), rule: PlannedRule(count: 3, days: 10)),
    ModelEntry(key: Key(isTag: false, id: "LOST"), rule: PlannedRule(count: 3, days: 30)),
    ModelEntry(key: Key(isTag: false, id: "WRONG"), rule: PlannedRule(count: 1, days: 1)),
    ModelEntry(key: Key(isTag: false, id: "OTHER"), rule: PlannedRule(count: 3, days: 30), isCatchAll: true),
    ModelEntry(key: Key(isTag: true, id: "CARRIER"), rule: PlannedRule(count: 3, days: 5)),
    ModelEntry(key: Key(isTag: true, id: "HASTE"), rule: PlannedRule(count: 4, days: 20)),
  ]
}

extension ModelState {
  /// The files as a person writes them.
  func writeTaxonomy(in folder: String, _ entries: [ModelEntry]? = nil) throws {
    func text(_ name: String, tags: Bool) -> String {
      let rows = (entries ?? taxonomy.entries).filter { $0.key.isTag == tags }.map { entry in
        var row = "  - id: \(entry.key.id)\n    owner: ana\n    playbook: handbook/procedure-for-a-new-code.md\n"
        row += "    recurrence: \(entry.rule)\n"
        if entry.isCatchAll { row += "    catch_all: true\n" }
        if let day = entry.retired { row += "    retired: \(Day.text(day))\n" }
        if !entry.replaces.isEmpty { row += "    replaces: [\(entry.replaces.joined(separator: ", "))]\n" }
        return row
      }
      return "\(name):\n" + rows.joined()
    }
    try text("codes", tags: false).write(toFile: "\(folder)/taxonomy/codes.yaml", atomically: false, encoding: .utf8)
    try text("root_causes", tags: true).write(
      toFile: "\(folder)/taxonomy/root_causes.yaml", atomically: false, encoding: .utf8)
  }
}

/// Days and times as files and commands have them.
enum Day {
  static func text(_ day: Int64) -> String { CalendarDate(daysSince1970: Int(day)).description }
  static func time(_ milliseconds: Int64) -> String { Timestamp(milliseconds: milliseconds).description }
}

extension PlannedRule: CustomStringConvertible {
  var description: String { "\(count)/\(days)d" }
}
