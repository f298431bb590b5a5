// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a disk loses or changes without saying so: in the database, its log, the repository, the keys.
struct FlipRow: FaultRow {
  let name = "flip"
  let summary = "bits, blocks, pages, ends and whole files changed by the disk"
  let goal = 5_000

  func obstacle(_ bench: Bench) -> String? {
    let run = try? ProgramRun(["sh", "-c", "sqlite3 -version && git --version"])
    return run?.succeeded == true ? nil : "sqlite3 or git is missing."
  }

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    let specimens = try Specimen.Storage.allCases.map { try Damaged(Specimen(bench, $0, &random), bench) }
    var tally = Tally()
    while tally.runs < runs {
      let jobs = try (0..<runs - tally.runs).map { number in
        let specimen = specimens[number % specimens.count]
        return (specimen, try specimen.damage(&random), random.next())
      }
      tally = try tally + bench.each(jobs) { specimen, damage, seed in try specimen.run(damage, seed, bench) }
    }
    return tally
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let specimen = try Specimen(bench, .file, &random)
    let damaged = try Damaged(specimen, bench)
    return try [
      ("a program that says yes to everything", "exit 0"),
      ("a program that crashes", "kill -SEGV $$"),
      ("a program that dumps its error", "echo 'Fatal error: index out of range' >&2; exit 1"),
      ("a program that fails without a word", "exit 1"),
      ("verify without the check of the file", Deceit.leavingOut("storage", of: bench.program)),
    ].map { name, script in
      let program = try bench.write("#!/bin/sh\n\(script)\n", to: "control")
      try mustRun("chmod", "+x", program)
      let deceiver = try Bench(bench, deceivedBy: program)
      var found: [String] = []
      // Only where an index differs from its table, or so, is the check of the file the only one to see it.
      for _ in 0..<400 where found.isEmpty {
        let damage = FileDamage(kind: .oneBit, file: "sopwright.sqlite", seed: random.next())
        found = try damaged.run(damage, random.next(), deceiver).bad
      }
      return Control(name: name, found: found)
    }
  }
}

/// A specimen and what it says, to be damaged again and again.
private struct Damaged: Sendable {
  let specimen: Specimen
  let content: LogicalContent
  /// By what they are: a part has the same share, however many files it has.
  private let files: [[String]]

  init(_ specimen: Specimen, _ bench: Bench) throws {
    self.specimen = specimen
    content = try LogicalContent(of: specimen.workspace, bench)
    let verified = try bench.sopwright(["verify"], in: specimen.workspace)
    guard verified.succeeded else { throw SpawnError(description: "before any damage: \(verified.description)") }
    let all = try mustRun("sh", "-c", "cd \(specimen.workspace) && find . -type f -size +0").split(separator: "\n")
      .map { String($0.dropFirst(2)) }.sorted()
    func those(_ parts: String...) -> [String] { all.filter { file in parts.contains { file.hasPrefix($0) } } }
    let database = specimen.storage == .file ? ["sopwright.sqlite"] : ["sopwright.sqlite-wal"]
    files = [
      database, database, database, ["sopwright.sqlite", "sopwright.sqlite-wal"], those("sop.git/objects"),
      those("sop.git/objects"), those("sop.git/refs", "sop.git/packed-refs", "sop.git/HEAD"),
      those("sop.git/config", "sop.git/hooks", "keys", "sopwright.yaml", "taxonomy", "sopwright.sqlite-shm"),
    ]
  }

  func damage(_ random: inout SeededRandom) throws -> FileDamage {
    let file = files.randomElement(using: &random)?.randomElement(using: &random) ?? "sopwright.sqlite"
    // Bits are what changes least and is seen last.
    let kinds: [FileDamage.Kind] = Bool.random(using: &random) ? [.oneBit, .someBits] : FileDamage.Kind.allCases
    return FileDamage(kind: kinds.randomElement(using: &random) ?? .oneBit, file: file, seed: random.next())
  }

  private static let commands = [
    ["items"], ["trace", "code:TROUBLE-1"], ["show", "REM-1"], ["show", "CHG-1"], ["exceptions"], ["sop", "list"],
    ["sop", "history", "pages/page-1.md"], ["sop", "search", "page"], ["tick"], ["checkpoint"], ["taxonomy", "check"],
    ["quarantine"], ["sop", "proposals"], ["people"], ["comment", "REM-4", "--text", "More"],
  ]

  func run(_ damage: FileDamage, _ seed: UInt64, _ bench: Bench) throws -> Tally {
    let copy = bench.newPath("run")
    defer { bench.remove(copy) }
    try bench.copy(specimen.workspace, to: copy)
    guard try damage.apply(to: copy) else { return Tally() }
    var random = SeededRandom(seed: seed)
    let patience = ["SOPWRIGHT_PATIENCE": "10"]
    let verified = try bench.sopwright(["verify"], in: copy, environment: patience)
    var problems = manners(of: verified, "verify")
    var outcome = "found"
    if verified.succeeded {
      // Before another command changes anything.
      switch try LogicalContent(of: copy, bench).change(from: content) {
      case .nothing: outcome = "changed nothing"
      case .inWhatNothingBinds: outcome = "in what no hash binds"
      case .inPromises
      where ["log_unfinished", "hook", "key_missing"].contains { verified.output.contains("note   \($0)") }:
        outcome = "told as a note"
      case .inPromises(let line):
        outcome = "missed"
        problems.append("verify says nothing, and the content differs: \(line)")
      }
    }
    let command = Damaged.commands.randomElement(using: &random) ?? ["items"]
    let other = try bench.sopwright(command, in: copy, environment: patience)
    problems += manners(of: other, command.joined(separator: " "))
    return Tally(
      runs: 1, counted: [outcome: 1], bad: problems.map { "\(specimen.storage), \(damage): \($0)" })
  }

  /// How a program must behave, whatever it is given.
  private func manners(of run: ProgramRun, _ name: String) -> [String] {
    switch run.ending {
    case .exited(let status):
      if status != 0, run.errors.isEmpty, run.output.isEmpty { return ["\(name): \(status) without a word"] }
      return Judge.dumps.first(where: run.errors.contains).map { ["\(name) says \"\($0)\": \(run.description)"] } ?? []
    case .killed, .hung: return ["\(name): \(run.description)"]
    }
  }
}
