// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Says what of what was said to a crowd does not hold of the workspace. It asks git and SQLite, past the program.
struct CrowdJudge {
  let bench: Bench
  let template: CrowdWorkspace

  func problems(_ memory: CrowdMemory, in folder: String) throws -> [String] {
    let workspace = "\(folder)/ws"
    var problems = memory.bad
    // What is left to do is done first: locks that killed processes left count as abandoned after ten seconds.
    let locks = try ProgramRun(["find", "\(workspace)/sop.git", "-name", "*.lock"]).output.split(separator: "\n")
    if !locks.isEmpty { try mustRun(["touch", "-d", "1 minute ago"] + locks.map(String.init)) }
    let tick = try bench.sopwright(["tick"], in: workspace)
    if !tick.succeeded { problems.append("tick: \(tick.description)") }
    problems += try Judge(bench: bench).problems(ofWorkspace: workspace)
    problems += try closings(memory, workspace)
    problems += try pushes(memory, workspace)
    problems += try imports(memory, workspace)
    return problems
  }

  private func query(_ sql: String, _ workspace: String) throws -> [String] {
    try mustRun("sqlite3", "-readonly", "\(workspace)/sopwright.sqlite", sql).split(separator: "\n").map(String.init)
  }

  /// Each is there, once, with its commit and its text; and what nobody acknowledged is whole or not there.
  private func closings(_ memory: CrowdMemory, _ workspace: String) throws -> [String] {
    var problems: [String] = []
    let answered = memory.closed.union(memory.conflicted)
    for closing in template.closings where !answered.contains(closing) {
      problems.append("\(closing.id) has no answer")
    }
    let events = try query(
      "SELECT subject FROM events WHERE kind IN ('item_closed', 'item_rejected', 'change_committed')", workspace)
    let happened = Dictionary(events.map { ($0, 1) }, uniquingKeysWith: +)
    let commits = try mustRun(
      "git", "-C", "\(workspace)/sop.git", "log", "--format=%(trailers:key=SOP-Change,valueonly)", "main"
    ).split(separator: "\n").map(String.init)
    let committed = Dictionary(commits.map { ($0, 1) }, uniquingKeysWith: +)
    let lines = Set(
      try ProgramRun(["git", "-C", "\(workspace)/sop.git", "grep", "-h", "Do it in way", "main"]).output
        .split(separator: "\n").map(String.init))
    let states = Set(try query("SELECT 'REM-' || number FROM items WHERE state = 'closed'", workspace))
    for closing in template.closings {
      let expected = memory.closed.contains(closing) ? 1 : 0
      var counts = [closing.id: happened[closing.id, default: 0]]
      for item in closing.items {
        counts["REM-\(item)"] = happened["REM-\(item)", default: 0]
        if states.contains("REM-\(item)") != (expected == 1) { problems.append("REM-\(item) is in another state") }
      }
      for (id, count) in counts where count != expected {
        problems.append("\(id) ended \(count) times, not \(expected)")
      }
      guard let path = closing.path else { continue }
      if committed[closing.id, default: 0] != expected {
        problems.append("\(closing.id) has \(committed[closing.id, default: 0]) commits, not \(expected)")
      }
      if expected == 1, !path.hasPrefix("shared/"), !lines.contains(closing.line) {
        problems.append("\(path) does not say what was approved")
      }
    }
    return problems
  }

  /// Each accepted push is in the history, those of one person in their order, and the files say what was pushed last.
  private func pushes(_ memory: CrowdMemory, _ workspace: String) throws -> [String] {
    var problems: [String] = []
    let git = ["git", "-C", "\(workspace)/sop.git"]
    let history = try mustRun(git + ["rev-list", "--topo-order", "--reverse", "main"]).split(separator: "\n")
    let places = Dictionary(uniqueKeysWithValues: history.enumerated().map { (String($0.element), $0.offset) })
    for (name, commits) in memory.pushed.sorted(by: { $0.key < $1.key }) {
      let found = commits.map { places[$0] }
      if found.contains(nil) { problems.append("a push of \(name) is not in the history") }
      if found.compactMap(\.self) != found.compactMap(\.self).sorted() {
        problems.append("the pushes of \(name) are in another order")
      }
    }
    for (path, text) in memory.texts.sorted(by: { $0.key < $1.key }) {
      let file = try ProgramRun(git + ["show", "main:\(path)"]).output
      if file != text { problems.append("\(path) is not what was pushed last") }
    }
    for (branch, commit) in memory.branches.sorted(by: { $0.key < $1.key }) {
      let tip = try ProgramRun(git + ["rev-parse", branch]).output.trimmingCharacters(in: .newlines)
      if tip != commit { problems.append("\(branch) is not where it was pushed") }
    }
    return problems
  }

  private func imports(_ memory: CrowdMemory, _ workspace: String) throws -> [String] {
    try memory.imports.sorted { $0.key < $1.key }.compactMap { prefix, rows in
      let count = try query(
        "SELECT count(*) FROM exceptions WHERE ref LIKE '\(prefix)%' AND superseded_by IS NULL", workspace)
      return count == ["\(rows)"] ? nil : "of \(rows) rows of \(prefix) there are \(count.first ?? "none")"
    }
  }

  /// A backup restores, verifies, and holds what had been closed before it began.
  func problems(ofBackup folder: String, closed: Set<CrowdWorkspace.Closing>) throws -> [String] {
    let place = bench.newPath("restored")
    defer { bench.remove(place) }
    let restored = try ProgramRun([bench.program, "restore", folder, "-C", place, "--as", "ana"])
    guard restored.succeeded else { return ["restore: \(restored.description)"] }
    var problems = try Judge(bench: bench).problems(ofWorkspace: place)
    let states = Set(try query("SELECT number FROM items WHERE state = 'closed'", place))
    for closing in closed where !closing.items.allSatisfy({ states.contains("\($0)") }) {
      problems.append("the backup does not have \(closing.id), closed before it")
    }
    return problems
  }
}
