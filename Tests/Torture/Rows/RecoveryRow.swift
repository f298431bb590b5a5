// SPDX-License-Identifier: Apache-2.0

/// SIGKILL during a command, during the command that recovers from it, and during the one that recovers from that.
struct RecoveryRow: FaultRow {
  let name = "recovery"
  let summary = "SIGKILL, again during the recovery, and again during the recovery of that"
  let goal = 2_000

  func obstacle(_ bench: Bench) -> String? { Strace.obstacle }

  private struct Chain: Sendable {
    let scenario: Scenario
    let sites: [CallSite]
    let ticks: [Bool]
  }

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    var tally = Tally()
    while tally.runs < runs {
      let before = tally.runs
      var chains: [Chain] = []
      let scenarios = try Scenario.all(bench, &random)
      // In every third or so only the first kill hits.
      let perScenario = min(40, (runs - tally.runs) * 2 / scenarios.count + 1)
      for scenario in scenarios {
        // The last calls of a command are those after which something is left to recover.
        let sites = try scenario.sites(bench, Strace.mutating.filter { $0 != "openat" })
        for _ in 0..<perScenario {
          chains.append(
            Chain(
              scenario: scenario, sites: (0..<3).map { _ in sites.randomElement(using: &random) ?? sites[0] },
              ticks: (0..<3).map { _ in !scenario.makesWorkspace && Bool.random(using: &random) }))
        }
      }
      tally = try tally + bench.each(chains) { try run($0, bench) }
      for scenario in scenarios { bench.remove(scenario.prepared) }
      guard tally.runs > before else { throw SpawnError(description: "no kill hit anything") }
    }
    return tally
  }

  private func run(_ chain: Chain, _ bench: Bench) throws -> Tally {
    let copy = bench.newPath("run")
    defer { bench.remove(copy) }
    try bench.copy(chain.scenario.prepared, to: copy)
    var kills = 0
    for (site, isTick) in zip(chain.sites, chain.ticks) {
      let isRecovery = kills > 0
      let command =
        isTick && isRecovery
        ? [bench.program, "tick", "-C", "\(copy)/ws", "--as", "ana"] : chain.scenario.command(bench, in: copy)
      let run = try Strace.kill(command, at: site)
      if run.ending == .killed(9) { kills += 1 }
    }
    let problems = try Judge(bench: bench).problems(afterRepeating: chain.scenario, in: copy)
    let places = chain.sites.map(\.description).joined(separator: ", ")
    return Tally(
      // Where the first kill hit and a later one did not, that recovery had fewer calls: it is judged, but not counted.
      runs: kills > 1 ? 1 : 0, counted: ["killed \(kills) times": 1],
      bad: problems.map { "\(chain.scenario.name), killed at \(places): \($0)" })
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let rejection = try Scenario.rejection(bench, &random)
    let copy = bench.newPath("control")
    try bench.copy(rejection.prepared, to: copy)
    // Each of them is killed before its transaction is on the disk.
    for _ in 0..<3 {
      _ = try Strace.kill(rejection.command(bench, in: copy), at: CallSite(call: "pwrite64", number: 1))
    }
    return [
      Control(
        name: "killed three times, and not repeated", found: try Judge(bench: bench).problems(of: rejection, in: copy))
    ]
  }
}
