// SPDX-License-Identifier: Apache-2.0

import Tracker

/// Random sequences of what people do, against a model written from what is promised. As in Hypothesis's stateful tests and QuickCheck's
/// state machines, a sequence is data that is drawn first, so that it can be made shorter.
struct ModelRow: FaultRow {
  let name = "model"
  let summary = "random sequences of 100 operations against a model"
  let goal = 10_000

  func obstacle(_ bench: Bench) -> String? { nil }

  private static let length = 100

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    let template = try Template(bench)
    let seeds = (0..<runs).map { _ in random.next() }
    return try bench.each(seeds) { seed in
      var random = SeededRandom(seed: seed)
      let steps = Step.sequence(ModelRow.length, &random)
      let (failure, done) = try Trial.failure(of: steps, from: template, bench, every: 10)
      var tally = Tally(runs: 1, counted: ["operations": steps.count, "done, not refused": done.count])
      if let failure {
        let shortest = try Trial.shrunk(failure, from: template, bench)
        tally.bad = ["seed \(seed): \(shortest.description)"]
      }
      return tally
    }
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let template = try Template(bench)
    func isClosing(_ step: Step) -> Bool { if case .close = step.operation { true } else { false } }
    func isImport(_ step: Step) -> Bool { if case .load = step.operation { true } else { false } }
    // A sequence in which something is imported and something closed.
    var (steps, done): ([Step], [Step]) = ([], [])
    for _ in 0..<60 where !(done.contains(where: isClosing) && done.contains(where: isImport)) {
      // Without restoring a backup, which would take back what is skipped or damaged.
      steps = Step.sequence(ModelRow.length, &random).filter { $0.operation != .restoreBackup }
      let (failure, ofThese) = try Trial.failure(of: steps, from: template, bench, every: 10)
      done = failure == nil ? ofThese : []
    }
    guard !done.isEmpty else { throw SpawnError(description: "no sequence that ends rightly, to be damaged") }
    func control(
      _ name: String, skippingOneOf skipped: [Step?] = [nil], _ damage: (Trial) throws -> Void = { _ in }
    ) throws -> Control {
      // A later step may do what one that is skipped would have done.
      for step in skipped {
        let found = try Trial.failure(
          of: steps, from: template, bench, every: 10, skipping: step?.serial, damage: damage
        ).failure
        if let found { return Control(name: name, found: found.differences) }
      }
      return Control(name: name, found: [])
    }
    return [
      try control("an import that says yes and does nothing", skippingOneOf: done.filter(isImport)),
      try control("a closing that says yes and does nothing", skippingOneOf: done.filter(isClosing)),
      try control("a second commit of an intent") {
        try Damage.secondCommit(in: "\($0.workspace.folder)/sop.git")
      },
      try control("an exception removed") {
        try Damage.change("DELETE FROM exceptions WHERE id = (SELECT max(id) FROM exceptions)", in: $0.workspace.folder)
      },
      try control("an item given to another owner in its table") {
        try Damage.change("UPDATE items SET owner = 'dora' WHERE number = 1", in: $0.workspace.folder)
      },
    ]
  }
}
