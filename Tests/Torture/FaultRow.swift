// SPDX-License-Identifier: Apache-2.0

/// One kind of fault that Sopwright must survive. A row is a file in `Rows`, named in `FaultRows.all`.
protocol FaultRow: Sendable {
  /// As it is chosen on the command line.
  var name: String { get }
  /// What is done to it, in half a sentence.
  var summary: String { get }
  /// How many runs a whole pass has.
  var goal: Int { get }

  /// Why this machine cannot run it, as a sentence; nil where it can.
  func obstacle(_ bench: Bench) -> String?

  /// Makes about `runs` runs with faults, each judged.
  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally

  /// Damages that the row's judge must call bad, each by the same code as the runs. One that is not found makes the whole fail: then
  /// the row's zeros mean nothing.
  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control]
}

/// A damage that was done on purpose, and whether the judge found it.
struct Control {
  let name: String
  /// What the judge said; empty means that it saw nothing.
  let found: [String]
}

/// What came of a row's runs.
struct Tally: Sendable {
  var runs = 0
  /// What is counted beside the runs, as "acknowledged".
  var counted: [String: Int] = [:]
  /// A sentence for each run that ended wrongly: scenario, fault, and what was wrong.
  var bad: [String] = []

  static func + (left: Tally, right: Tally) -> Tally {
    Tally(
      runs: left.runs + right.runs, counted: left.counted.merging(right.counted, uniquingKeysWith: +),
      bad: left.bad + right.bad)
  }
}

enum FaultRows {
  static let all: [any FaultRow] = [
    KillRow(), RecoveryRow(), IOErrorRow(), DiskFullRow(), PowerCutRow(), CrowdRow(), ModelRow(), FlipRow(),
    TamperRow(),
  ]
}
