// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Synchronization
internal import Tracker

/// Simulations that somebody asks for. Each reads all exceptions, which takes a second where there are a million: so they have a thread of
/// their own (`SideDesk`). Whoever asks what was asked a moment ago gets the same answer, as long as the record is what it was.
final class Simulations: Sendable {
  private struct Known {
    let query: SimulationQuery
    let simulation: Simulation
  }

  private struct Kept {
    /// Of which state of the record they are.
    var state: RecordState?
    /// The newest last.
    var known: [Known] = []
  }

  private let desk: SideDesk
  private let kept = Mutex(Kept())

  /// How many may wait or be made at once; whoever comes then is told to come again.
  static let mostWaiting = 16
  /// How many of them for one person.
  static let mostEach = 4
  private static let mostKept = 16
  /// Items of a simulation; a larger one is made again.
  private static let largestKept = 2_000

  init(_ folder: String) throws {
    desk = try SideDesk(folder, "simulations", most: Simulations.mostWaiting, mostEach: Simulations.mostEach)
  }

  /// How many wait or are made.
  var waiting: Int { desk.waiting }

  /// - Parameter body: what is made of the simulation, on its thread.
  /// - Throws: `SimulationProblem`; `Problem` where too many wait already.
  func answer<Result: Sendable>(
    _ request: SimulationRequest, for person: PersonID,
    _ body: @escaping @Sendable (Simulation, Workspace) throws -> Result
  ) async throws -> Result {
    try await desk.work(for: person) { try body(self.simulation(of: request, $0), $0) }
  }

  private func simulation(of request: SimulationRequest, _ workspace: Workspace) throws -> Simulation {
    let (query, state) = (try workspace.simulationQuery(request), try workspace.recordState())
    let known = kept.withLock { kept in
      if kept.state != state { (kept.state, kept.known) = (state, []) }
      return kept.known.first { $0.query == query }?.simulation
    }
    if let known { return known }
    let simulation = try workspace.simulate(query)
    // What was made of a later state is not kept as one of this.
    guard simulation.items.count <= Simulations.largestKept, try workspace.recordState() == state else {
      return simulation
    }
    kept.withLock { kept in
      kept.known.append(Known(query: query, simulation: simulation))
      if kept.known.count > Simulations.mostKept { kept.known.removeFirst() }
    }
    return simulation
  }
}
