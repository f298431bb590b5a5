// SPDX-License-Identifier: Apache-2.0

/// A command on a prepared workspace, and what must be true once it has succeeded.
struct Scenario: Sendable {
  let name: String
  /// A folder with the workspace `ws` as it is before the command, and what belongs to it. Copied anew for each run.
  let prepared: String
  /// Words in the refusal of a command that was done already when it was killed before its answer. Nil: it must succeed again.
  var refusalWhenDone: String?
  /// Whether it makes the workspace, so that no other command can come first.
  var makesWorkspace = false
  /// Whether a process of its own does part of the work: killed alone, the command says so in a sentence.
  var hasChild = false
  /// The command's words after the program's name, given the copy.
  let arguments: @Sendable (_ copy: String) -> [String]
  /// Says what is missing of what the command should have done, and what is there too often. Empty: it is done, once.
  let problems: @Sendable (_ copy: String, _ bench: Bench) throws -> [String]

  func command(_ bench: Bench, in copy: String) -> [String] { [bench.program] + arguments(copy) }

  /// What the command does without a fault, to sample from.
  /// - Throws: where the judge is not content with that, for then it could not be trusted with faults.
  func sites(_ bench: Bench, _ calls: [String]) throws -> [CallSite] {
    let copy = bench.newPath("traced")
    defer { bench.remove(copy) }
    try bench.copy(prepared, to: copy)
    let sites = try Strace.sites(of: command(bench, in: copy), calls, log: bench.newPath("log"))
    let problems = try Judge(bench: bench).problems(of: self, in: copy)
    guard problems.isEmpty else { throw SpawnError(description: "\(name), without a fault: \(problems)") }
    return sites
  }
}

extension Scenario {
  /// Workspaces of every kind, with sizes, names and texts by the seed.
  static func all(_ bench: Bench, _ random: inout SeededRandom) throws -> [Scenario] {
    var scenarios: [Scenario] = []
    for storage in RepositoryStorage.allCases {
      scenarios.append(try closing(bench, storage, &random))
    }
    scenarios.append(try rejection(bench, &random))
    scenarios.append(try smallImport(bench, &random))
    scenarios.append(try making(bench))
    scenarios.append(try makingFromExport(bench, &random))
    scenarios.append(try proposal(bench, &random))
    scenarios.append(try push(bench, &random))
    scenarios.append(try backup(bench, &random))
    scenarios.append(try restore(bench, &random))
    scenarios.append(try upkeep(bench, &random))
    scenarios.append(try erasure(bench, &random))
    return scenarios
  }
}

/// The first of each list, then the second of each, so that a short run has something of all.
func interleaved<Element>(_ lists: [[Element]]) -> [Element] {
  (0..<(lists.map(\.count).max() ?? 0)).flatMap { index in
    lists.filter { index < $0.count }.map { $0[index] }
  }
}
