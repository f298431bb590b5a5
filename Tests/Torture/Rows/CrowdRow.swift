// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Many at once, and some of them killed.
struct CrowdRow: FaultRow {
  let name = "crowd"
  let summary = "2, 4 and 8 processes closing while others push, pack, back up, import, and are killed"
  /// Closings that were acknowledged.
  let goal = 100_000

  func obstacle(_ bench: Bench) -> String? { nil }

  private static let itemsInARound = 240

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    var tally = Tally()
    var round = 0
    while tally.runs < runs {
      // A workspace serves for some rounds, each in another order.
      let template = try CrowdWorkspace(bench, items: CrowdRow.itemsInARound, &random)
      defer { bench.remove(template.folder) }
      for _ in 0..<20 where tally.runs < runs {
        tally = tally + (try run(template, closers: [2, 4, 8][round % 3], seed: random.next(), bench))
        round += 1
      }
    }
    tally.counted["rounds"] = round
    return tally
  }

  private func run(_ template: CrowdWorkspace, closers: Int, seed: UInt64, _ bench: Bench) throws -> Tally {
    let round = try CrowdRound(bench, copying: template, closers: closers, seed: seed)
    defer { bench.remove(round.folder) }
    try round.run()
    let memory = round.memory
    let judge = CrowdJudge(bench: bench, template: template)
    var bad = try judge.problems(memory, in: round.folder)
    if let (folder, closed) = memory.backups.last { bad += try judge.problems(ofBackup: folder, closed: closed) }
    return Tally(
      runs: memory.closed.reduce(0) { $0 + $1.items.count }, counted: memory.counted,
      bad: bad.map { "round \(seed) of \(closers): \($0)" })
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let template = try CrowdWorkspace(bench, items: 12, &random)
    let round = try CrowdRound(bench, copying: template, closers: 2, seed: random.next())
    try round.run()
    let judge = CrowdJudge(bench: bench, template: template)
    let before = try judge.problems(round.memory, in: round.folder)
    guard before.isEmpty else { throw SpawnError(description: "the round of the controls: \(before)") }

    func control(
      _ name: String, _ damage: (inout CrowdMemory, _ folder: String) throws -> Void
    ) throws -> Control {
      let copy = bench.newPath("control")
      try bench.copy(round.folder, to: copy)
      var memory = round.memory
      try damage(&memory, copy)
      return Control(name: name, found: try judge.problems(memory, in: copy))
    }
    return [
      try control("the branch set back to before the last closing") { _, folder in
        let git = ["git", "-C", "\(folder)/ws/sop.git"]
        let last = try mustRun(git + ["log", "-1", "--grep=^Closing-Intent:", "--format=%H", "main"])
        try mustRun(git + ["update-ref", "refs/heads/main", "\(last.trimmingCharacters(in: .newlines))^"])
      },
      try control("everything as it was before the round") { _, folder in
        bench.remove("\(folder)/ws")
        try bench.copy("\(template.folder)/ws", to: "\(folder)/ws")
      },
      try control("a closing's event removed") { _, folder in
        try Damage.change(
          "DELETE FROM events WHERE position = (SELECT max(position) FROM events WHERE kind = 'item_closed')",
          in: "\(folder)/ws")
      },
      try control("a second commit of an intent") { _, folder in try Damage.secondCommit(in: "\(folder)/ws/sop.git") },
      try control("an accepted push that is not in the history") { memory, _ in
        memory.pushed["emil", default: []].append(String(repeating: "0", count: 40))
      },
      try control("a row too few of an import") { memory, _ in memory.imports["late-of-nobody"] = 20 },
    ]
  }
}
