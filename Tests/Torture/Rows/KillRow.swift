// SPDX-License-Identifier: Apache-2.0

import Foundation

/// SIGKILL at a system call that changes or syncs something: at each of them in turn, of each command.
struct KillRow: FaultRow {
  let name = "kill"
  let summary = "SIGKILL at every system call that changes something"
  let goal = 10_000

  func obstacle(_ bench: Bench) -> String? { Strace.obstacle }

  private struct Kill: Sendable {
    let scenario: Scenario
    let site: CallSite
    let tickFirst: Bool
    let looksBeforeRetry: Bool
  }

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    var tally = Tally()
    while tally.runs < runs {
      let before = tally.runs
      // Some are not reached; a few more spare another pass with all its preparations.
      let missing = runs - tally.runs
      let kills = try kills(bench, atMost: missing + missing / 8 + 4, &random)
      tally = try tally + bench.each(kills) { try run($0, bench) }
      for prepared in Set(kills.map(\.scenario.prepared)) { bench.remove(prepared) }
      guard tally.runs > before else { throw SpawnError(description: "no kill hit anything") }
    }
    return tally
  }

  /// One pass: new workspaces, and every site of every command; a sample of the thousands of an import of several batches.
  private func kills(_ bench: Bench, atMost count: Int, _ random: inout SeededRandom) throws -> [Kill] {
    var places: [[(Scenario, CallSite)]] = []
    for scenario in try Scenario.all(bench, &random) {
      places.append(try scenario.sites(bench, Strace.mutating).shuffled(using: &random).map { (scenario, $0) })
    }
    let large = try Scenario.largeImport(bench, &random)
    places.append(
      try large.sites(bench, Strace.mutating).shuffled(using: &random).prefix(20).map { (large, $0) })
    return interleaved(places).prefix(count).map { scenario, site in
      Kill(
        scenario: scenario, site: site, tickFirst: !scenario.makesWorkspace && Bool.random(using: &random),
        looksBeforeRetry: !scenario.makesWorkspace && Int.random(in: 0..<4, using: &random) == 0)
    }
  }

  private func run(_ kill: Kill, _ bench: Bench) throws -> Tally {
    let copy = bench.newPath("run")
    defer { bench.remove(copy) }
    try bench.copy(kill.scenario.prepared, to: copy)
    let judge = Judge(bench: bench)
    let killed = try Strace.kill(kill.scenario.command(bench, in: copy), at: kill.site)
    var problems: [String] = []
    switch killed.ending {
    case .killed(9): break
    case .exited(1) where kill.scenario.hasChild && !killed.errors.isEmpty: break
    // Threads share the work anew each time, so that a call of this number may not come.
    case .exited(0):
      return Tally(
        counted: ["not reached": 1],
        bad: try judge.problems(of: kill.scenario, in: copy).map { "\(kill.scenario.name): \($0)" })
    default: problems.append("without having been killed: \(killed.description)")
    }
    if kill.looksBeforeRetry {
      problems += try judge.problems(ofWorkspace: "\(copy)/ws").map { "before the retry, \($0)" }
    }
    problems += try judge.problems(afterRepeating: kill.scenario, in: copy, tickFirst: kill.tickFirst)
    return Tally(
      runs: 1, counted: [kill.scenario.name: 1],
      bad: problems.map { "\(kill.scenario.name), killed at \(kill.site): \($0)" })
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let judge = Judge(bench: bench)
    let rows = try Scenario.smallImport(bench, &random)
    let unfinished = bench.newPath("control")
    try bench.copy(rows.prepared, to: unfinished)
    _ = try Strace.kill(rows.command(bench, in: unfinished), at: CallSite(call: "fdatasync", number: 1))

    // The commit of the intent once more, on top of itself, as a retry would that does not look.
    let closing = try Scenario.closing(bench, .fresh, &random)
    let doubled = bench.newPath("control")
    try bench.copy(closing.prepared, to: doubled)
    _ = try ProgramRun(closing.command(bench, in: doubled))
    let git = ["git", "-C", "\(doubled)/ws/sop.git"]
    let message = try ProgramRun(git + ["log", "-1", "--format=%B", "main"]).output
    try message.write(toFile: "\(doubled)/message", atomically: false, encoding: .utf8)
    let people = [
      "GIT_AUTHOR_NAME": "ana", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "ana", "GIT_COMMITTER_EMAIL": "a@b",
    ]
    let made = try ProgramRun(
      git + ["commit-tree", "main^{tree}", "-p", "main", "-F", "\(doubled)/message"], environment: people)
    let moved = try ProgramRun(git + ["update-ref", "refs/heads/main", made.output.trimmingCharacters(in: .newlines)])
    guard moved.succeeded else {
      throw SpawnError(description: "the control could not move the branch: \(moved.description)")
    }

    return [
      Control(name: "killed, and not repeated", found: try judge.problems(of: rows, in: unfinished)),
      Control(name: "a second commit of the intent", found: try judge.problems(of: closing, in: doubled)),
    ]
  }
}
