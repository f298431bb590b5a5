// SPDX-License-Identifier: Apache-2.0

import Foundation

// What is interrupted: what an administrator does.
extension Scenario {
  private static let erased = "Maria Quixote"

  /// A whole backup is there, or none: what was begun goes by another name, and cannot be restored.
  static func backup(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try upkeepWorkspace(bench, "backup", &random)
    let expected = try bench.evidence(in: "\(folder)/ws")
    var scenario = Scenario(name: "backup", prepared: folder) { copy in
      ["backup", "\(copy)/backup", "-C", "\(copy)/ws", "--as", "ana"]
    } problems: { copy, bench in
      let restored = bench.newPath("restored")
      defer { bench.remove(restored) }
      let run = try ProgramRun([bench.program, "restore", "\(copy)/backup", "-C", restored, "--as", "ana"])
      guard run.succeeded else { return ["restore: \(run.description)"] }
      return try bench.evidence(in: restored) == expected ? [] : ["the backup is not what the workspace was"]
    }
    scenario.refusalWhenDone = "is there already and not empty"
    return scenario
  }

  /// The workspace is there whole, or not at all.
  static func restore(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try upkeepWorkspace(bench, "restore", &random)
    try bench.must("backup", "\(folder)/backup", in: "\(folder)/ws")
    let expected = try bench.evidence(in: "\(folder)/ws")
    var scenario = Scenario(name: "restore", prepared: folder) { copy in
      ["restore", "\(copy)/backup", "-C", "\(copy)/restored", "--as", "ana"]
    } problems: { copy, bench in
      try Judge(bench: bench).problems(ofWorkspace: "\(copy)/restored")
        + (try bench.evidence(in: "\(copy)/restored") == expected ? [] : ["what is restored is not what was backed up"])
    }
    scenario.refusalWhenDone = "is there already and not empty"
    scenario.hasChild = true
    return scenario
  }

  /// Nothing is lost by tidying up.
  static func upkeep(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try upkeepWorkspace(bench, "upkeep", &random)
    let expected = try bench.evidence(in: "\(folder)/ws")
    let objects = try bench.objects(in: "\(folder)/ws")
    var scenario = Scenario(name: "maintain", prepared: folder) { copy in
      ["maintain", "-C", "\(copy)/ws", "--as", "ana"]
    } problems: { copy, bench in
      [
        try bench.evidence(in: "\(copy)/ws") == expected ? nil : "the evidence is not what it was",
        try bench.objects(in: "\(copy)/ws").isSuperset(of: objects) ? nil : "the repository has lost objects",
      ].compactMap { $0 }
    }
    scenario.hasChild = true
    return scenario
  }

  /// What was erased is in no byte of the workspace once it was tidied up: nor in an upload, in a copy that the server kept, or in what is
  /// left of one.
  static func erasure(_ bench: Bench, _ random: inout SeededRandom) throws -> Scenario {
    let folder = try upkeepWorkspace(bench, "erasure", &random)
    try leaveCopies(in: "\(folder)/ws")
    var scenario = Scenario(name: "erase", prepared: folder) { copy in
      ["erase", "--value", erased, "--reason", "Asked for", "-C", "\(copy)/ws", "--as", "ana"]
    } problems: { copy, bench in
      let events = try bench.count("personal_data_erased", in: "\(copy)/ws")
      try bench.must("maintain", in: "\(copy)/ws")
      // grep says by 1 that there is none.
      let found = try ProgramRun(["grep", "-rlaF", erased, "\(copy)/ws"])
      return [
        events == "1" ? nil : "there are \(events) erasures",
        found.ending == .exited(1) ? nil : "it still stands in \(found.output)",
      ].compactMap { $0 }
    }
    scenario.refusalWhenDone = "Nothing that can be erased holds it"
    return scenario
  }

  /// As a server leaves them: an export that somebody sent, a backup to be downloaded, and half of a pack.
  private static func leaveCopies(in workspace: String) throws {
    let noted = #"{"at":"2026-01-01T00:00:00Z","by":"ana","events":3,"size":10,"name":"sopwright-backup-3-0123.tar"}"#
    for (path, text) in [
      ("uploads/0123/export.csv", "id,who\nx,\(erased)\n"), ("upkeep/copy.json", noted),
      ("upkeep/sopwright-backup-3-0123.tar", erased), ("audits/making/texts.jsonl", erased),
    ] {
      let file = URL(fileURLWithPath: "\(workspace)/\(path)")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: false, encoding: .utf8)
    }
  }

  /// With a loose repository, and somebody's name among the exceptions and in a row that was held back.
  private static func upkeepWorkspace(
    _ bench: Bench, _ name: String, _ random: inout SeededRandom
  ) throws -> String {
    let folder = try workspace(bench, name, rows: 40, &random)
    try fill(folder, .loose, bench)
    var rows = "id,at,code,cause,who\nx,when,Trouble 1,Cause 1,\(erased)\n"
    for row in 0..<Int.random(in: 3...9, using: &random) {
      rows += "p\(row),2026-02-0\(row + 1)T10:00:00Z,Trouble \(row % 4),Cause 1,\(row % 2 == 0 ? erased : "Bo Ek")\n"
    }
    try rows.write(toFile: "\(folder)/people.csv", atomically: false, encoding: .utf8)
    try (map + "requester: who\n").write(toFile: "\(folder)/people.yaml", atomically: false, encoding: .utf8)
    // Status 2: a row was held back.
    _ = try bench.sopwright(
      ["import", "\(folder)/people.csv", "--map", "\(folder)/people.yaml"], in: "\(folder)/ws")
    try mustRun("rm", "\(folder)/people.csv")
    return folder
  }
}

extension Bench {
  /// The ids of everything that the repository holds.
  fileprivate func objects(in workspace: String) throws -> Set<Substring> {
    Set(
      try mustRun("git", "-C", "\(workspace)/sop.git", "cat-file", "--batch-all-objects", "--batch-check")
        .split(separator: "\n"))
  }
}
