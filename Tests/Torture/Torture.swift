// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// Drives the built program and real git and SQLite against faults, and prints counts. docs/reliability.md has what each row means.
@main
struct Torture: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "torture", abstract: "Break Sopwright from outside, and count what does not survive.",
    discussion: "Exits with 2 where something did not survive, or where a control passed that had to fail.")

  @Argument(help: "The rows; all of them unless given.") var rows: [String] = []
  @Option(help: "One in so many of each row's goal.") var share = 1
  @Option(help: "The same seed gives the same faults; printed where it is not given.") var seed: UInt64?
  @Option(help: "Another sopwright than the one that was built beside this program.") var program: String?
  @Flag(help: "Print the names of the rows.") var list = false

  func validate() throws {
    guard share > 0 else { throw ValidationError("--share takes a whole number from 1.") }
    let names = FaultRows.all.map(\.name)
    for row in rows where !names.contains(row) {
      throw ValidationError("There is no row \(row). The rows are: \(names.joined(separator: ", "))")
    }
  }

  func run() throws {
    if list { return say(FaultRows.all.map(\.name).joined(separator: "\n")) }
    let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    say("seed \(seed), one in \(share) of each goal")
    var isSound = true
    for row in FaultRows.all where rows.isEmpty || rows.contains(row.name) {
      isSound = try Torture.pass(row, Bench(program: program), share: share, seed: seed) && isSound
    }
    if !isSound { throw ExitCode(2) }
  }

  /// Runs one row and its controls, and says what came of it.
  /// - Returns: whether nothing was bad and every control was found.
  private static func pass(_ row: any FaultRow, _ bench: Bench, share: Int, seed: UInt64) throws -> Bool {
    let title = row.name.padding(toLength: 12, withPad: " ", startingAt: 0)
    if let obstacle = row.obstacle(bench) {
      say("\(title) skipped: \(obstacle)")
      return true
    }
    let start = ContinuousClock.now
    var random = SeededRandom(seed: seed, stream: row.name)
    let runs = max(1, (row.goal + share - 1) / share)
    let tally = try row.run(bench, runs: runs, random: &random)
    let seconds = start.duration(to: .now).components.seconds
    say("\(title) \(row.summary): \(tally.runs) runs of \(row.goal), \(tally.bad.count) bad, \(seconds) s")
    for (what, count) in tally.counted.sorted(by: { $0.key < $1.key }) { say("               \(what): \(count)") }
    for bad in tally.bad.prefix(40) { say("  BAD \(bad)") }
    var isSound = tally.bad.isEmpty && tally.runs >= runs
    for control in try row.controls(bench, random: &random) {
      let words = control.found.first.map { "found: \($0.prefix(160))" } ?? "NOT FOUND"
      say("  control, \(control.name): \(words)")
      isSound = isSound && !control.found.isEmpty
    }
    return isSound
  }
}

/// A line at once, also where somebody reads a file or a pipe.
private func say(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
