// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A disk that is full, and has 4 KiB more room for each attempt, until the command succeeds. Then there is room again.
struct DiskFullRow: FaultRow {
  let name = "disk-full"
  let summary = "a full disk, with 4 KiB more room at each step until the command succeeds"
  /// Every step that the commands need, which is somewhat more than this.
  let goal = 500

  func obstacle(_ bench: Bench) -> String? {
    do {
      let disk = try SmallDisk(bench, megabytes: 1)
      try disk.remove()
      return nil
    } catch { return "a small file system cannot be mounted here; it takes root." }
  }

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    // A short run takes each so-many-th step of every command; most commands need few.
    let stride = max(1, goal / runs / 5)
    let begin = Int.random(in: 0..<stride, using: &random)
    let scenarios = try Scenario.all(bench, &random) + [Scenario.approval(bench, &random)]
    return try bench.each(scenarios) { scenario in
      let disk = try SmallDisk(bench, megabytes: 64)
      defer { try? disk.remove() }  // it goes with the machine's mounts
      var tally = Tally()
      for step in Swift.stride(from: begin, to: 4_000, by: stride) {
        let (problems, wasDone) = try run(scenario, on: disk, free: step * 4_096, bench)
        tally.runs += 1
        tally.counted[scenario.name, default: 0] += 1
        tally.bad += problems.map { "\(scenario.name), \(step * 4) KiB free: \($0)" }
        if wasDone { return tally }
      }
      tally.bad.append("\(scenario.name): no room is enough")
      return tally
    }
  }

  private func run(
    _ scenario: Scenario, on disk: SmallDisk, free: Int, _ bench: Bench
  ) throws -> (problems: [String], wasDone: Bool) {
    let copy = "\(disk.path)/run"
    try bench.copy(scenario.prepared, to: copy)
    defer { bench.remove(copy) }
    try disk.leave(free)
    let run = try ProgramRun(scenario.command(bench, in: copy))
    // The judge looks into it as it is, too, but SQLite and git may need room of their own for that.
    try disk.makeRoom()
    return try Judge(bench: bench).problems(after: run, of: scenario, in: copy, mayBeSilent: false)
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let scenario = try Scenario.smallImport(bench, &random)
    let disk = try SmallDisk(bench, megabytes: 64)
    defer { try? disk.remove() }  // it goes with the machine's mounts
    let copy = "\(disk.path)/run"
    try bench.copy(scenario.prepared, to: copy)
    try disk.leave(8_192)
    let refused = try ProgramRun(scenario.command(bench, in: copy))
    try disk.makeRoom()
    let judge = Judge(bench: bench)
    return [
      Control(name: "refused, and taken for done", found: try judge.problems(of: scenario, in: copy)),
      Control(
        name: "a yes without having done it",
        found: refused.succeeded
          ? [] : try judge.problems(after: ProgramRun(["true"]), of: scenario, in: copy, mayBeSilent: false).problems),
    ]
  }
}

/// A file system of its own in memory, whose size can be set.
struct SmallDisk: Sendable {
  let path: String
  private let size: Int

  init(_ bench: Bench, megabytes: Int) throws {
    path = bench.newPath("disk")
    size = megabytes << 20
    try mustRun("mkdir", path)
    try mustRun("mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path)
  }

  /// Sets the size so that this many bytes are free, rounded down to whole pages; of an empty one a page, because 0 means no limit.
  func leave(_ bytes: Int) throws {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw SpawnError(description: "\(path) does not say how full it is") }
    let used = Int(status.f_blocks - status.f_bfree) * Int(status.f_frsize)
    try mustRun("mount", "-o", "remount,size=\(max(used + bytes / 4_096 * 4_096, 4_096))", path)
  }

  func makeRoom() throws { try mustRun("mount", "-o", "remount,size=\(size)", path) }

  func remove() throws { try mustRun("umount", "-l", path) }
}
