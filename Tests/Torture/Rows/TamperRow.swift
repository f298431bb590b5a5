// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

/// Somebody who knows how everything is stored and has no key: `Tests/Forger` forges, the checks must see it and say where.
struct TamperRow: FaultRow {
  let name = "tamper"
  let summary = "rows, events, evidence, commits and packs forged by somebody who knows the formats"
  let goal = 10_000

  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private static let forger = "\(tests)/Forger/forger.py"
  private static let secondVerifier = "\(tests)/SecondVerifier/verify_pack.py"
  /// With the libraries of the second verifier.
  private static let python =
    URL(fileURLWithPath: tests).deletingLastPathComponent().path
    + "/.build/second-verifier/bin/python"
  /// Packs that the second verifier is given at once, because it starts slowly.
  private static let packsAtOnce = 8
  private static let workspacesAtOnce = 4

  func obstacle(_ bench: Bench) -> String? {
    guard FileManager.default.isExecutableFile(atPath: TamperRow.python) else {
      return "the second verifier is missing; make second-verifier installs it."
    }
    return nil
  }

  private enum Job: Sendable {
    case workspaces(Specimen, seed: UInt64, count: Int)
    case packs(Specimen, seed: UInt64, count: Int)
  }

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    let specimens = try Specimen.Storage.allCases.map { try Specimen(bench, $0, &random) }
    for specimen in specimens { try mustAddUp(specimen, bench) }
    var jobs: [Job] = []
    var planned = 0
    while planned < runs {
      let specimen = specimens[jobs.count % specimens.count]
      let isPack = jobs.count % 4 == 3
      let count = min(isPack ? TamperRow.packsAtOnce : TamperRow.workspacesAtOnce, runs - planned)
      let seed = random.next() >> 16
      jobs.append(
        isPack ? .packs(specimen, seed: seed, count: count) : .workspaces(specimen, seed: seed, count: count))
      planned += count
    }
    return try bench.each(jobs) { job in
      switch job {
      case .workspaces(let specimen, let seed, let count): try workspaces(of: specimen, seed, count, bench)
      case .packs(let specimen, let seed, let count): try packs(of: specimen, seed, count, bench)
      }
    }
  }

  /// Who finds something in everything has found nothing.
  private func mustAddUp(_ specimen: Specimen, _ bench: Bench) throws {
    try bench.must("verify", in: specimen.workspace)
    let kept = auditor(of: specimen)
    try mustRun([bench.program, "verify", "--pack", "\(specimen.folder)/pack"] + kept)
    try mustRun(
      [TamperRow.python, "-B", "-W", "ignore", TamperRow.secondVerifier] + kept + ["\(specimen.folder)/pack"])
  }

  /// What an auditor has from elsewhere: the ledger's key, and a checkpoint.
  private func auditor(of specimen: Specimen) -> [String] {
    ["--key", "\(specimen.workspace)/keys/checkpoint.vkey", "--since", "\(specimen.folder)/kept.note"]
  }

  /// What was forged, and by which words a finding may name it; by any, where there are none.
  private struct Forgery {
    let what: String
    let way: String
    let names: [String]
  }

  private func forge(_ kind: String, _ folders: [String], seed: UInt64) throws -> [Forgery] {
    let output = try mustRun([TamperRow.python, "-B", TamperRow.forger, kind, String(seed)] + folders)
    return try output.split(separator: "\n").map { line in
      let fields = Fields(try JSONValue(parsing: Array(line.utf8)))
      return Forgery(
        what: try fields.string("what"), way: try fields.string("way"), names: try fields.strings("names"))
    }
  }

  private func workspaces(
    of specimen: Specimen, _ seed: UInt64, _ count: Int, _ bench: Bench, by way: String = ""
  ) throws -> Tally {
    let copies = (0..<count).map { _ in bench.newPath("run") }
    defer { for copy in copies { bench.remove(copy) } }
    for copy in copies { try bench.copy(specimen.workspace, to: copy) }
    let forgeries = try forge("workspace:\(way)", copies, seed: seed)
    var tally = Tally()
    for (number, (copy, forgery)) in zip(copies, forgeries).enumerated() {
      let verdict = try bench.sopwright(["verify"], in: copy, environment: ["SOPWRIGHT_PATIENCE": "10"])
      tally = tally + self.tally(forgery, [("verify", verdict)], "workspace \(seed) + \(number)")
    }
    return tally
  }

  private func packs(
    of specimen: Specimen, _ seed: UInt64, _ count: Int, _ bench: Bench, by way: String = ""
  ) throws -> Tally {
    let copies = (0..<count).map { _ in bench.newPath("pack") }
    defer { for copy in copies { bench.remove(copy) } }
    for copy in copies { try bench.copy("\(specimen.folder)/pack", to: copy) }
    let forgeries = try forge("pack:\(way)", copies, seed: seed)
    let kept = auditor(of: specimen)
    let second = try ProgramRun([TamperRow.python, "-B", "-W", "ignore", TamperRow.secondVerifier] + kept + copies)
    let verdicts = second.output.split(separator: "\n").map(String.init)
    var tally = Tally()
    for (number, (copy, forgery)) in zip(copies, forgeries).enumerated() {
      let ours = try ProgramRun(
        [bench.program, "verify", "--pack", copy] + kept, environment: ["SOPWRIGHT_PATIENCE": "20"])
      let theirs = number < verdicts.count ? verdicts[number] : "it gave no verdict: \(second.description)"
      let said = ProgramRun(ending: .exited(theirs.contains("\"ok\": true") ? 0 : 2), output: theirs, errors: "")
      tally =
        tally
        + self.tally(forgery, [("verify --pack", ours), ("the second verifier", said)], "pack \(seed) + \(number)")
    }
    return tally
  }

  private func tally(_ forgery: Forgery, _ verdicts: [(String, ProgramRun)], _ place: String) -> Tally {
    let problems = verdicts.compactMap { name, run -> String? in
      switch run.ending {
      case .exited(0): return "\(name) says that everything adds up"
      case .exited(1), .exited(2): break
      default: return "\(name): \(run.description)"
      }
      let said = run.output + run.errors
      if let dump = Judge.dumps.first(where: run.errors.contains) {
        return "\(name) says \"\(dump)\": \(run.description)"
      }
      guard forgery.names.isEmpty || forgery.names.contains(where: said.contains) else {
        return "\(name) does not say where: none of \(forgery.names) in \(said.prefix(300))"
      }
      return said.isEmpty ? "\(name) says nothing" : nil
    }
    return Tally(
      runs: 1, counted: [forgery.way: 1], bad: problems.map { "\(place), \(forgery.way), \(forgery.what): \($0)" })
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let specimen = try Specimen(bench, .log, &random)
    func control(
      _ name: String, _ script: String, _ judge: (Bench, UInt64) throws -> Tally
    ) throws -> Control {
      let program = try bench.write("#!/bin/sh\n\(script)\n", to: "control")
      try mustRun("chmod", "+x", program)
      return Control(name: name, found: try judge(Bench(bench, deceivedBy: program), random.next() >> 16).bad)
    }
    func leavingOut(_ checks: String) -> String { Deceit.leavingOut(checks, of: bench.program) }
    let (yes, vague) = ("exit 0", "echo 'wrong  something'; exit 2")
    return try [
      control("a verify that says yes", yes) { try workspaces(of: specimen, $1, 4, $0) },
      control("a verify of packs that says yes", yes) { try packs(of: specimen, $1, 4, $0) },
      control("a verify that does not say where", vague) {
        try workspaces(of: specimen, $1, 4, $0, by: "forge_record")
      },
      control("a verify of packs that does not say where", vague) {
        try packs(of: specimen, $1, 4, $0, by: "forge_record")
      },
      control("a verify without the checks of records", leavingOut("record_leaf|batch_digest|batch_columns")) {
        try workspaces(of: specimen, $1, 20, $0, by: "forge_record")
      },
      control("a verify of packs without the check of tables", leavingOut("table")) {
        try packs(of: specimen, $1, 4, $0, by: "forge_cell")
      },
    ]
  }
}
