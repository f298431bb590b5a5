// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// One round: several people close, others push, somebody keeps the repository and the workspace in order, all at once, by processes of
/// the real programs; some of these are killed at a random moment, and their command is given again.
final class CrowdRound: Sendable {
  private struct Shared {
    var memory = CrowdMemory()
    var queue: [CrowdWorkspace.Closing]
    var failure: (any Error)?
    var closers: Int
  }

  let bench: Bench
  let folder: String
  let seed: UInt64
  private let shared: Mutex<Shared>
  private let closers: Int
  private let codes: Int

  init(_ bench: Bench, copying template: CrowdWorkspace, closers: Int, seed: UInt64) throws {
    self.bench = bench
    self.seed = seed
    self.closers = closers
    codes = template.items
    folder = bench.newPath("round")
    try bench.copy(template.folder, to: folder)
    var random = SeededRandom(seed: seed, stream: "order")
    // Some are given to two people at the same time.
    let queue = template.closings.shuffled(using: &random).flatMap { closing in
      random.below(8) == 0 ? [closing, closing] : [closing]
    }
    shared = Mutex(Shared(queue: queue.reversed(), closers: closers))
  }

  var memory: CrowdMemory { shared.withLock { $0.memory } }

  private func note(_ body: (inout CrowdMemory) -> Void) { shared.withLock { body(&$0.memory) } }
  private var isOver: Bool { shared.withLock { $0.closers == 0 || $0.failure != nil } }

  /// - Throws: where something went wrong that is not Sopwright's doing.
  func run() throws {
    let group = DispatchGroup()
    func begin(_ name: String, _ work: @escaping @Sendable (inout SeededRandom) throws -> Void) {
      group.enter()
      Thread.detachNewThread { [self] in
        var random = SeededRandom(seed: seed, stream: name)
        do { try work(&random) } catch { shared.withLock { $0.failure = error } }
        group.leave()
      }
    }
    for number in 0..<closers {
      begin("closer \(number)") { [self] random in
        defer { shared.withLock { $0.closers -= 1 } }
        while let closing = shared.withLock({ $0.failure == nil ? $0.queue.popLast() : nil }) {
          try close(closing, &random)
        }
      }
    }
    for name in ["dora", "emil"] { begin(name) { [self] in try push(name, &$0) } }
    begin("keeper") { [self] in try keep(&$0) }
    group.wait()
    if let failure = shared.withLock({ $0.failure }) { throw failure }
  }

  /// Until so many more are closed: so that others do as much on a slow machine as on a fast one.
  private func waitForClosings(_ count: Int) {
    let goal = memory.closed.count + count
    while !isOver, memory.closed.count < goal { usleep(20_000) }
  }

  /// Runs a command; sometimes it is killed, and then given again until it ends by itself.
  private func insist(_ words: [String], as person: String, oneIn killed: Int, _ random: inout SeededRandom) throws
    -> ProgramRun
  {
    let command = [bench.program] + words + ["-C", "\(folder)/ws", "--as", person]
    while random.below(killed) == 0 {
      let moment = Double(1 + random.below(120)) / 1_000
      let run = try ProgramRun(["timeout", "-s", "KILL", "\(moment)"] + command)
      // `timeout` says 137 where it killed, and ends itself the same way.
      guard run.ending == .exited(137) || run.ending == .killed(9) else { return run }
      note { $0.count("killed") }
    }
    return try ProgramRun(command)
  }

  /// What a command may say while others are busy, so that it has to be given again.
  private static let busy = ["not finished", "is busy", "somebody holds its lock", "somebody else moved it"]

  private func close(_ closing: CrowdWorkspace.Closing, _ random: inout SeededRandom) throws {
    for _ in 0..<400 {
      let run = try insist(["close", closing.id], as: random.below(2) == 0 ? "ana" : "ben", oneIn: 12, &random)
      if run.succeeded {
        return note {
          $0.closed.insert(closing)
          $0.count("acknowledged")
        }
      }
      let isRefusal = run.ending == .exited(1) && !run.errors.isEmpty
      // Killed after it was recorded, or given to two: then it waits for a new draft.
      if isRefusal, run.errors.contains("has changed since") || run.errors.contains("conflicted") {
        return note { $0.conflicted.insert(closing) }
      }
      guard isRefusal, CrowdRound.busy.contains(where: run.errors.contains) else {
        return note { $0.bad.append("close \(closing.id): \(run.description)") }
      }
      note { $0.count("not finished, and given again") }
      usleep(100_000)
    }
    note { $0.bad.append("close \(closing.id): not finished after 400 times") }
  }

  /// Somebody with a clone: pushes to the branch until it is taken, and sometimes a proposal.
  private func push(_ name: String, _ random: inout SeededRandom) throws {
    let person = try Person(cloning: "\(folder)/ws/sop.git", into: "\(folder)/clone-\(name)")
    var number = 0
    while !isOver {
      number += 1
      let (path, text) = ("pushed/\(name)-\(number % 3).md", "Edit \(number) of \(name).\n")
      try person.commit(text, to: path)
      var isTaken = false
      for _ in 0..<400 where !isTaken {
        isTaken = try ProgramRun(["git", "-C", person.folder, "push", "-q", "origin", "HEAD:main"]).succeeded
        if isTaken { break }
        let merge = random.below(2) == 0 ? "--no-rebase" : "--rebase"
        _ = try ProgramRun(["git", "-C", person.folder, "pull", "-q", "--no-edit", merge, "origin", "main"])
        if number > 1, isOver, random.below(4) == 0 { break }
      }
      guard isTaken else {
        if !isOver { note { $0.bad.append("\(name)'s push \(number) was not taken in 400 attempts") } }
        return
      }
      let head = try person.head()
      note {
        $0.pushed[name, default: []].append(head)
        $0.texts[path] = text
        $0.count("pushes")
      }
      if random.below(6) == 0 { try propose(person, name, number) }
      waitForClosings(4 + random.below(12))
    }
  }

  private func propose(_ person: Person, _ name: String, _ number: Int) throws {
    let branch = "proposals/\(name)-\(number)"
    try mustRun("git", "-C", person.folder, "checkout", "-q", "-b", branch)
    try person.commit("Better \(number).\n", to: "proposed/\(name)-\(number).md")
    let head = try person.head()
    if try ProgramRun(["git", "-C", person.folder, "push", "-q", "origin", branch]).succeeded {
      note {
        $0.branches[branch] = head
        $0.count("proposal branches")
      }
    }
    try mustRun("git", "-C", person.folder, "checkout", "-q", "main")
  }

  /// Packs, backs up, imports and looks.
  private func keep(_ random: inout SeededRandom) throws {
    let repository = "\(folder)/ws/sop.git"
    var number = 0
    while !isOver {
      number += 1
      switch random.below(7) {
      case 0: try must("git gc", ProgramRun(["git", "-C", repository, "gc", "-q"]))
      case 1: try must("git repack", ProgramRun(["git", "-C", repository, "repack", "-adq"]))
      case 2: try must("maintain", insist(["maintain"], as: "carla", oneIn: 4, &random))
      case 3:
        let (place, before) = ("\(folder)/backup-\(number)", memory.closed)
        let run = try insist(["backup", place], as: "carla", oneIn: 4, &random)
        // Killed after it was made and before it said so: what stands there is whole, and judged like the others.
        let isMade =
          run.errors.contains("is there already") && FileManager.default.fileExists(atPath: "\(place)/backup.json")
        if !isMade { try must("backup", run) }
        if run.succeeded || isMade { note { $0.backups.append((place, before)) } }
      case 4:
        let file = "\(folder)/late-\(number).csv"
        let rows = (0..<20).map { "late\(number)-\($0),2026-01-05,Trouble \(random.below(codes))\n" }.joined()
        try ("id,at,code\n" + rows).write(toFile: file, atomically: false, encoding: .utf8)
        let run = try insist(["import", file, "--map", "\(folder)/map.yaml"], as: "carla", oneIn: 3, &random)
        try must("import", run)
        if run.succeeded { note { $0.imports["late\(number)-"] = 20 } }
      case 5: try must("items", insist(["items", "--format", "json"], as: "carla", oneIn: 4, &random))
      default: try must("tick", insist(["tick"], as: "carla", oneIn: 3, &random))
      }
      waitForClosings(6 + random.below(12))
    }
  }

  private func must(_ what: String, _ run: ProgramRun) throws {
    note {
      $0.count(what)
      // Two packings at once get in each other's way, which is git's to say.
      guard !run.succeeded, !what.hasPrefix("git ") || run.ending == .hung else { return }
      guard run.ending == .exited(1), CrowdRound.busy.contains(where: run.errors.contains) else {
        $0.bad.append("\(what): \(run.description)")
        return
      }
    }
  }
}
