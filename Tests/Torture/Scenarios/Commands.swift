// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

// What is interrupted: every way in which people write.
extension Scenario {
  /// An approved change is committed, and its items close.
  static func closing(
    _ bench: Bench, _ storage: RepositoryStorage, _ random: inout SeededRandom
  ) throws -> Scenario {
    let folder = try workspace(bench, "closing-\(storage)", rows: 40, &random)
    try fill(folder, storage, bench)
    try approveChange(folder, bench, &random)
    try bench.must("approve", "CHG-1", in: "\(folder)/ws", as: "ben")
    return Scenario(name: "closing, \(storage) repository", prepared: folder) { copy in
      ["close", "CHG-1", "-C", "\(copy)/ws", "--as", "ben"]
    } problems: { copy, bench in
      // Before any command that would finish it.
      let outcomes = try bench.count("change_committed", in: "\(copy)/ws")
      let change = try bench.json(["show", "CHG-1"], in: "\(copy)/ws")
      let commits = try bench.closings(in: "\(copy)/ws")
      return [
        outcomes == "1" ? nil : "there are \(outcomes) outcomes",
        change["state"] == "committed" ? nil : "CHG-1 is \(change["state"]?.compactText ?? "gone")",
        commits == ["CHG-1.1"] ? nil : "the branch has the closings \(commits)",
        try bench.json(["show", "REM-1"], in: "\(copy)/ws")["state"] == "closed" ? nil : "REM-1 is not closed",
      ].compactMap { $0 }
    }
  }

  /// A second person approves. To repeat it after it happened is refused.
  static func approval(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try workspace(bench, "approval", rows: 40, &random)
    try approveChange(folder, bench, &random)
    return Scenario(name: "approve", prepared: folder) { copy in
      ["approve", "CHG-1", "-C", "\(copy)/ws", "--as", "ben"]
    } problems: { copy, bench in
      let approvals = try bench.count("change_approved", in: "\(copy)/ws")
      return approvals == "1" ? [] : ["there are \(approvals) approvals"]
    }
  }

  /// A signed rejection closes its item.
  static func rejection(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try workspace(bench, "rejection", rows: 40, &random)
    let inHalfAYear = CalendarDay.string(daysFromNow: 180)
    try bench.must(
      "propose", "REM-1", "--reject", "--rationale", "The supplier has gone", "--expires", inHalfAYear,
      in: "\(folder)/ws")
    try bench.must("approve", "REM-1", in: "\(folder)/ws", as: "ben")
    return Scenario(name: "rejection", prepared: folder) { copy in
      ["close", "REM-1", "-C", "\(copy)/ws", "--as", "ben"]
    } problems: { copy, bench in
      let outcomes = try bench.count("item_rejected", in: "\(copy)/ws")
      let item = try bench.json(["show", "REM-1"], in: "\(copy)/ws")
      return [
        outcomes == "1" ? nil : "there are \(outcomes) outcomes",
        item["state"] == "closed" && item["resolution"] == "rejected" ? nil : "REM-1 is not closed as rejected",
      ].compactMap { $0 }
    }
  }

  /// A file of one batch.
  static func smallImport(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    try importing(bench, "import", rows: 300, &random)
  }

  /// A file of three batches.
  static func largeImport(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    try importing(bench, "import of several batches", rows: 45_000, &random)
  }

  private static func importing(
    _ bench: Bench, _ name: String, rows: Int, _ random: inout SeededRandom
  ) throws -> Scenario {
    let folder = try workspace(bench, "import", rows: 40, &random)
    // Amendments and duplicates among the new ones.
    let later =
      export(rows: rows, prefix: "n", &random) + "r1,2026-01-01T11:00:00Z,Trouble 3,Cause 1\n"
      + "n1,2026-01-01T11:00:00Z,Nobody knows,Cause 1\n"
    try later.write(toFile: "\(folder)/later.csv", atomically: false, encoding: .utf8)
    let arguments = { @Sendable (copy: String) in
      ["import", "\(copy)/later.csv", "--map", "\(copy)/map.yaml", "-C", "\(copy)/ws", "--as", "ana"]
    }
    let whole = bench.newPath("whole")
    try bench.copy(folder, to: whole)
    defer { bench.remove(whole) }
    let run = try ProgramRun([bench.program] + arguments(whole))
    guard run.succeeded else { throw SpawnError(description: "import: \(run.description)") }
    let expected = try bench.evidence(in: "\(whole)/ws")
    return Scenario(name: name, prepared: folder, arguments: arguments) { copy, bench in
      try bench.evidence(in: "\(copy)/ws") == expected ? [] : ["the import is not what it is without interruption"]
    }
  }

  static func making(_ bench: Bench) throws -> Scenario {
    let folder = bench.newPath("making")
    try mustRun("mkdir", folder)
    return Scenario(name: "init", prepared: folder, refusalWhenDone: "There is a workspace", makesWorkspace: true) {
      copy in
      ["init", "\(copy)/ws", "--people", "ana,ben", "--as", "ana"]
    } problems: { copy, bench in
      let sops = try bench.json(["sop", "list"], in: "\(copy)/ws")
      let taxonomy = try bench.sopwright(["taxonomy", "check"], in: "\(copy)/ws")
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(copy)/ws").sorted()
      return [
        sops != .array([]) ? nil : "there is no SOP",
        taxonomy.succeeded ? nil : "taxonomy check: \(taxonomy.description)",
        files.filter { $0.contains("unfinished") }.isEmpty ? nil : "left over: \(files)",
      ].compactMap { $0 }
    }
  }

  static func makingFromExport(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = bench.newPath("making")
    try mustRun("mkdir", folder)
    try export(rows: 200, &random).write(toFile: "\(folder)/export.csv", atomically: false, encoding: .utf8)
    let arguments = { @Sendable (copy: String) in
      ["init", "\(copy)/ws", "--from", "\(copy)/export.csv", "--people", "ana,ben", "--as", "ana"]
    }
    let whole = bench.newPath("whole")
    try bench.copy(folder, to: whole)
    defer { bench.remove(whole) }
    let run = try ProgramRun([bench.program] + arguments(whole))
    guard run.succeeded else { throw SpawnError(description: "init --from: \(run.description)") }
    let expected = try bench.evidence(in: "\(whole)/ws")
    return Scenario(
      name: "init --from", prepared: folder, refusalWhenDone: "There is a workspace", makesWorkspace: true,
      arguments: arguments
    ) { copy, bench in
      try bench.evidence(in: "\(copy)/ws") == expected ? [] : ["the import is not what it is without interruption"]
    }
  }

  static func proposal(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try workspace(bench, "proposal", rows: 40, &random)
    let text =
      "---\ncodes: [TROUBLE-0, TROUBLE-1, TROUBLE-2, TROUBLE-3]\nroot_causes: [CAUSE-0, CAUSE-1, CAUSE-2]\n---\n"
    try (text + "Look again.\n").write(toFile: "\(folder)/sop.md", atomically: false, encoding: .utf8)
    return Scenario(name: "propose", prepared: folder) { copy in
      ["propose", "REM-1", "--sop", "look/again.md", "--text", "\(copy)/sop.md", "--summary", "Look again"]
        + ["-C", "\(copy)/ws", "--as", "ana"]
    } problems: { copy, bench in
      let item = try bench.json(["show", "REM-1"], in: "\(copy)/ws")
      let next = try bench.sopwright(["show", "CHG-2"], in: "\(copy)/ws")
      return [
        item["state"] == "proposed" ? nil : "REM-1 is not proposed",
        next.succeeded ? "it was proposed twice" : nil,
      ].compactMap { $0 }
    }
  }

  /// What somebody pushed is taken up, and a proposal branch becomes a change.
  static func push(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try workspace(bench, "push", rows: 40, &random)
    let person = try Person(cloning: "\(folder)/ws/sop.git", into: bench.newPath("clone"))
    defer { bench.remove(person.folder) }
    for number in 1...Int.random(in: 1...5, using: &random) {
      try person.commit("# Page \(number)\n", to: "pages/page-\(number).md")
    }
    try person.push()
    let head = try person.head()
    try mustRun("git", "-C", person.folder, "checkout", "-q", "-b", "proposals/REM-1")
    let text =
      "---\ncodes: [TROUBLE-0, TROUBLE-1, TROUBLE-2, TROUBLE-3]\nroot_causes: [CAUSE-0, CAUSE-1, CAUSE-2]\n---\n"
    try person.commit(text + "Look again.\n", to: "look/again.md")
    try mustRun("git", "-C", person.folder, "push", "-q", "origin", "HEAD")
    return Scenario(name: "adoption of a push", prepared: folder) { copy in
      ["tick", "-C", "\(copy)/ws", "--as", "ana"]
    } problems: { copy, bench in
      let change = try bench.json(["show", "CHG-1"], in: "\(copy)/ws")
      let adopted = try mustRun("git", "-C", "\(copy)/ws/sop.git", "rev-parse", "refs/ledger/tip")
      let history = try bench.json(["sop", "history", "pages/page-1.md"], in: "\(copy)/ws")
      return [
        change["state"] == "in_review" ? nil : "the proposal branch became no change",
        adopted.hasPrefix(head) ? nil : "refs/ledger/tip is not at what was pushed",
        history != .array([]) ? nil : "what was pushed has no version",
      ].compactMap { $0 }
    }
  }
}

/// Days as the command line takes them.
enum CalendarDay {
  static func string(daysFromNow days: Int) -> String {
    String(Date(timeIntervalSinceNow: Double(days) * 86_400).ISO8601Format().prefix(10))
  }
}

extension Bench {
  func json(_ arguments: [String], in workspace: String) throws -> JSONValue {
    let run = try sopwright(arguments + ["--format", "json"], in: workspace)
    guard run.succeeded else { return .fields(["state": .string(run.description)]) }
    return try JSONValue(parsing: Array(run.output.utf8))
  }

  /// The intents whose commits the branch has, one for each commit.
  func closings(in workspace: String) throws -> [String] {
    try mustRun(
      "git", "-C", "\(workspace)/sop.git", "log", "--format=%(trailers:key=Closing-Intent,valueonly)"
    ).split(separator: "\n").map(String.init)
  }

  /// How many events of a kind there are, asked past the program, because most of its commands first do what is left to do.
  func count(_ kind: String, in workspace: String) throws -> String {
    try mustRun(
      "sqlite3", "-readonly", "\(workspace)/sopwright.sqlite", "SELECT count(*) FROM events WHERE kind = '\(kind)'"
    ).trimmingCharacters(in: .newlines)
  }

  /// Everything that is recorded of exceptions, and what opened because of them, but for times, salts and how it was divided into
  /// batches: two imports of the same rows are equal in it.
  func evidence(in workspace: String) throws -> String {
    let queries = [
      "SELECT ref, line, occurred_at, code, raw_code, root_causes, superseded_by IS NULL FROM exceptions ORDER BY id",
      "SELECT kind, value, ordinal, since, until, start, held_at, item, occurrences FROM segments ORDER BY 1, 2, 3",
      "SELECT line, field, reason, raw FROM quarantine ORDER BY line",
    ]
    return try mustRun("sqlite3", "-readonly", "\(workspace)/sopwright.sqlite", queries.joined(separator: ";"))
  }
}
