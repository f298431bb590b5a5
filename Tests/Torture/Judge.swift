// SPDX-License-Identifier: Apache-2.0

/// Says what is wrong with a workspace. The rows, and the controls that must fail, all ask here.
struct Judge {
  let bench: Bench

  /// What does not hold of a workspace at any time, whatever was interrupted: `verify`, git's own check, one commit per intent.
  func problems(ofWorkspace workspace: String) throws -> [String] {
    var problems: [String] = []
    let verified = try bench.sopwright(["verify"], in: workspace)
    if !verified.succeeded { problems.append("verify: \(verified.description)") }
    let checked = try ProgramRun(["git", "-C", "\(workspace)/sop.git", "fsck", "--strict", "--no-progress"])
    if !checked.succeeded { problems.append("git fsck: \(checked.description)") }
    let intents = try ProgramRun([
      "git", "-C", "\(workspace)/sop.git", "log", "--all", "--format=%(trailers:key=Closing-Intent,valueonly)",
    ]).output.split(separator: "\n")
    for intent in Set(intents) where intents.count(where: { $0 == intent }) > 1 {
      problems.append("\(intent) has more than one commit")
    }
    return problems
  }

  /// Gives the command again, without a fault, as a person would. Then everything must hold.
  ///
  /// A process that was killed can leave a lock of git's, which counts as abandoned after ten seconds. Until then the command may say
  /// that it did not finish; so that nobody waits, the lock is made a minute older, and the command given once more.
  func problems(afterRepeating scenario: Scenario, in copy: String, tickFirst: Bool = false) throws -> [String] {
    if tickFirst {
      let tick = try repeated([bench.program, "tick", "-C", "\(copy)/ws", "--as", "ana"], in: copy)
      if !tick.succeeded { return ["tick: \(tick.description)"] }
    }
    let again = try repeated(scenario.command(bench, in: copy), in: copy)
    if !again.succeeded {
      guard let refusal = scenario.refusalWhenDone, again.ending == .exited(1), again.errors.contains(refusal)
      else { return ["the same command again: \(again.description)"] }
    }
    return try problems(of: scenario, in: copy)
  }

  private func repeated(_ command: [String], in copy: String) throws -> ProgramRun {
    let first = try ProgramRun(command)
    guard !first.succeeded else { return first }
    let locks = try ProgramRun(["find", "\(copy)/ws/sop.git", "-name", "*.lock"]).output.split(separator: "\n")
    guard !locks.isEmpty else { return first }
    try mustRun(["touch", "-d", "1 minute ago"] + locks.map(String.init))
    return try ProgramRun(command)
  }

  /// What is wrong where the command has said that it is done.
  func problems(of scenario: Scenario, in copy: String) throws -> [String] {
    try problems(ofWorkspace: "\(copy)/ws") + scenario.problems(copy, bench)
  }
}
