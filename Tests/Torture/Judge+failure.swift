// SPDX-License-Identifier: Apache-2.0

extension Judge {
  /// What a person should never read.
  static let dumps = ["Fatal error", "Error Domain", "crashed", "It failed:", "fatalError", "Backtrac"]

  /// What is wrong with a command that something kept from its work: it may say yes only if it is done, otherwise it must say in a
  /// sentence what is wrong; and without the fault, the same command must finish.
  func problems(
    after run: ProgramRun, of scenario: Scenario, in copy: String, mayBeSilent: Bool
  ) throws -> (problems: [String], wasDone: Bool) {
    switch run.ending {
    case .exited(0): return (try problems(of: scenario, in: copy), true)
    case .exited:
      var problems: [String] = []
      if run.errors.isEmpty, !mayBeSilent { problems.append("\(run.ending) without a word") }
      if let dump = Judge.dumps.first(where: run.errors.contains) {
        problems.append("it says \"\(dump)\": \(run.description)")
      }
      return (problems + (try self.problems(afterRepeating: scenario, in: copy)), false)
    case .killed, .hung: return (["\(run.description)"] + (try problems(afterRepeating: scenario, in: copy)), false)
    }
  }
}
