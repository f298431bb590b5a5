// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Ledger
import Remediation
import Synchronization
import Tracker

/// The power goes while people close, import and push. What was acknowledged before must be there afterwards.
struct PowerCutRow: FaultRow {
  let name = "power-cut"
  let summary = "ext4 cut off while closings, imports, pushes and a server that records run"
  let goal = 1_000

  func obstacle(_ bench: Bench) -> String? {
    do {
      let disk = try JournaledDisk(bench, megabytes: 8)
      defer { disk.remove(bench) }
      try disk.mount()
      defer { try? disk.unmount() }  // it goes with the machine's mounts
      try disk.cutPower()
      return nil
    } catch { return "no ext4 can be mounted and cut off here; it takes root and a loop device." }
  }

  /// Ordinary settings of ext4 that differ in what they write when.
  private static let options = ["", "data=writeback", "noauto_da_alloc", "commit=60", "data=journal"]

  private struct Cut: Sendable {
    let options: String
    /// After so many acknowledgements, and a moment more.
    let acknowledgements: Int
    let delay: Int
    let order: [PowerCutWork]
  }

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    let (disk, token) = try PowerCutWork.prepare(bench, &random)
    defer { disk.remove(bench) }
    let cuts = (0..<runs).map { _ in cut(&random) }
    return try bench.each(cuts) { try round($0, on: disk, token, bench, skippingSyncs: nil) }
  }

  private func cut(_ random: inout SeededRandom) -> Cut {
    Cut(
      options: PowerCutRow.options.randomElement(using: &random) ?? "",
      acknowledgements: Int.random(in: 1...48, using: &random), delay: Int.random(in: 0..<60_000, using: &random),
      order: PowerCutWork.all.shuffled(using: &random))
  }

  /// - Parameter skippingSyncs: system calls that only say that they were made.
  private func round(
    _ cut: Cut, on original: JournaledDisk, _ token: String, _ bench: Bench, skippingSyncs calls: String?
  ) throws -> Tally {
    let disk = try JournaledDisk(copying: original, bench)
    defer { disk.remove(bench) }
    try disk.mount(cut.options)
    let clone = bench.newPath("clone")
    defer { bench.remove(clone) }
    let crew = try PowerCutCrew(bench, disk: disk.path, clone: clone, token: token, lying: calls)
    // Two at once, as people do; each stops at the first command that fails.
    let halves = [0, 1].map { half in cut.order.enumerated().filter { $0.offset % 2 == half }.map(\.element) }
    // A queue each, and so a thread each, however few cores there are: the power must go while they work.
    let all = DispatchGroup()
    for half in halves + [PowerCutWork.records] {
      DispatchQueue(label: "work").async(group: all) { crew.work(half) }
    }
    DispatchQueue(label: "power").async(group: all) {
      crew.cutPower(of: disk, after: cut.acknowledgements, cut.delay)
    }
    all.wait()
    crew.endServer()
    try disk.unmount()
    if let failure = crew.failure { throw failure }
    try disk.mount(cut.options)
    defer { try? disk.unmount() }  // it goes with the machine's mounts
    let promised = crew.promised
    var problems = try promised.flatMap { try $0.problems(in: disk.path, clone: clone, bench) }
    let judge = Judge(bench: bench)
    problems += try judge.problems(ofWorkspace: "\(disk.path)/ws")
    let tick = try bench.sopwright(["tick"], in: "\(disk.path)/ws")
    if !tick.succeeded { problems.append("tick: \(tick.description)") }
    problems += try judge.problems(ofWorkspace: "\(disk.path)/ws").map { "after tick, \($0)" }
    return Tally(
      runs: 1, counted: ["acknowledged": promised.count],
      bad: problems.map { "cut after \(promised.count) acknowledged, mounted with \"\(cut.options)\": \($0)" })
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let (disk, token) = try PowerCutWork.prepare(bench, &random)
    defer { disk.remove(bench) }
    var controls: [Control] = []
    for (name, calls) in [
      ("no sync at all", "fsync,fdatasync,syncfs"), ("the database's log not synced", "fdatasync"),
      ("the repository not synced", "fsync,syncfs"),
    ] {
      var found: [String] = []
      for _ in 0..<20 where found.isEmpty {
        found = try round(cut(&random), on: disk, token, bench, skippingSyncs: calls).bad
      }
      controls.append(Control(name: name, found: found))
    }
    return controls
  }
}

/// Something that is done until the power goes, and can be looked for afterwards.
enum PowerCutWork: Hashable, Sendable {
  case close(Int)
  case load(Int)
  case push(Int)
  /// An exception, sent to the server as JSON.
  case record(Int)

  private static let closings = 12
  private static let rows = 20
  static let all =
    (1...closings).map { close($0) } + (1...closings).map { load($0) } + (1...4).map { push($0) }

  static let records = (1...200).map { record($0) }

  /// A disk with a workspace with everything that is to be done, and a token to record by.
  static func prepare(
    _ bench: Bench, _ random: inout SeededRandom
  ) throws -> (disk: JournaledDisk, token: String) {
    let folder = try Scenario.workspace(bench, "power", rows: 40, &random)
    defer { bench.remove(folder) }
    for number in 1...closings {
      try "# Page \(number)\n\nLook again.\n".write(toFile: "\(folder)/sop.md", atomically: false, encoding: .utf8)
      try bench.must(
        "sop", "propose", "pages/page-\(number).md", "--text", "\(folder)/sop.md", "--summary", "Look again",
        in: "\(folder)/ws")
      try bench.must("approve", "CHG-\(number)", in: "\(folder)/ws", as: "ben")
      try Scenario.export(rows: rows, prefix: "load-\(number)-", &random).write(
        toFile: "\(folder)/load-\(number).csv", atomically: false, encoding: .utf8)
    }
    let accounts = try Accounts(of: Workspace.open("\(folder)/ws"))
    guard let ana = PersonID("ana") else { throw SpawnError(description: "ana is an id") }
    let token = try accounts.makeToken(
      of: ana, name: "power", scope: .record, days: 2, at: Timestamp(seconds: Int64(time(nil))))
    let disk = try JournaledDisk(bench, megabytes: 64)
    try disk.mount()
    defer { try? disk.unmount() }  // checked by the next mounting
    try mustRun(["sh", "-c", "cp -a \(folder)/. \(disk.path)"])
    return (disk, token)
  }

  /// Says what of it is gone.
  func problems(in disk: String, clone: String, _ bench: Bench) throws -> [String] {
    func ask(_ query: String) throws -> String {
      try mustRun("sqlite3", "-readonly", "\(disk)/ws/sopwright.sqlite", query).trimmingCharacters(in: .newlines)
    }
    switch self {
    case .close(let number):
      let outcomes = try ask(
        "SELECT count(*) FROM events WHERE kind = 'change_committed' AND subject = 'CHG-\(number)'")
      return outcomes == "1" ? [] : ["CHG-\(number) was acknowledged and has \(outcomes) outcomes"]
    case .load(let number):
      let rows = try ask("SELECT count(*) FROM exceptions WHERE ref LIKE 'load-\(number)-%'")
      return rows == "\(PowerCutWork.rows)" ? [] : ["import \(number) was acknowledged and has \(rows) rows"]
    case .record(let number):
      let rows = try ask("SELECT count(*) FROM exceptions WHERE ref = 'post-\(number)'")
      return rows == "1" ? [] : ["exception \(number) was acknowledged by the server and is there \(rows) times"]
    case .push(let number):
      let found = try ProgramRun([
        "git", "-C", "\(disk)/ws/sop.git", "cat-file", "-e", "main:pushed/push-\(number).md",
      ])
      return found.succeeded ? [] : ["push \(number) was there when a closing was acknowledged, and is gone"]
    }
  }
}
