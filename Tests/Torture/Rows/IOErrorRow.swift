// SPDX-License-Identifier: Apache-2.0

/// System calls that fail: once, or from some moment on.
struct IOErrorRow: FaultRow {
  let name = "io-error"
  let summary = "EIO, ENOSPC, EMFILE, EINTR and short writes, once and for good"
  let goal = 5_000

  func obstacle(_ bench: Bench) -> String? { Strace.obstacle }

  private static let errors: [String: [String]] = [
    "EIO": [
      "read", "pread64", "write", "pwrite64", "openat", "newfstatat", "getdents64", "fsync", "fdatasync", "syncfs",
      "link",
      "unlink", "rename", "mkdir", "ftruncate", "flock",
    ],
    "ENOSPC": ["write", "pwrite64", "openat", "fsync", "fdatasync", "syncfs", "link", "rename", "mkdir", "ftruncate"],
    "EMFILE": ["openat"],
    "EINTR": ["read", "pread64", "write", "pwrite64", "openat", "fsync", "fdatasync", "flock"],
  ]

  private enum Fault: Sendable, CustomStringConvertible {
    /// As strace's `inject` has it.
    case injected(String)
    /// No file may grow beyond so many bytes: the write that reaches it is cut short, the next one fails.
    case largestFile(Int)

    var description: String {
      switch self {
      case .injected(let fault): fault
      case .largestFile(let bytes): "files of at most \(bytes) bytes"
      }
    }

    func run(_ command: [String]) throws -> ProgramRun {
      switch self {
      case .injected(let fault): try Strace.run(command, injecting: fault)
      case .largestFile(let bytes):
        try ProgramRun(
          ["sh", "-c", "trap '' XFSZ; exec prlimit --fsize=\(bytes) \"$0\" \"$@\""] + command)
      }
    }

    /// Where standard error may be what failed, nothing can be said.
    var mayBeSilent: Bool {
      switch self {
      case .injected(let fault): fault.hasPrefix("write:")
      case .largestFile: true
      }
    }
  }

  private struct Case: Sendable {
    let scenario: Scenario
    let fault: Fault
  }

  func run(_ bench: Bench, runs: Int, random: inout SeededRandom) throws -> Tally {
    var tally = Tally()
    while tally.runs < runs {
      let scenarios = try Scenario.all(bench, &random)
      let cases = try scenarios.map { scenario in
        try faults(in: scenario, bench, &random).shuffled(using: &random).map { Case(scenario: scenario, fault: $0) }
      }
      let chosen = interleaved(cases).prefix(runs - tally.runs)
      tally = try tally + bench.each(Array(chosen)) { try run($0, bench) }
      for scenario in scenarios { bench.remove(scenario.prepared) }
    }
    return tally
  }

  /// Every call of the command with every error that it can have, once and for good; and files of some largest sizes.
  private func faults(in scenario: Scenario, _ bench: Bench, _ random: inout SeededRandom) throws -> [Fault] {
    let sites = try scenario.sites(bench, Array(Set(IOErrorRow.errors.values.joined())))
    var faults: [Fault] = []
    for site in sites {
      for (error, calls) in IOErrorRow.errors where calls.contains(site.call) {
        // A call that is always interrupted is always made again, and rightly.
        let times = error == "EINTR" ? ["", "..\(site.number + 2)"] : ["", "+"]
        faults += times.map { .injected("\(site.call):error=\(error):when=\(site.number)\($0)") }
      }
      if ["write", "pwrite64"].contains(site.call) {
        faults += ["", "+"].map { .injected("\(site.call):retval=0:when=\(site.number)\($0)") }
      }
    }
    let sizes = (0..<60).map { _ in Int.random(in: 0...(1 << Int.random(in: 4...20, using: &random)), using: &random) }
    return faults.sorted { $0.description < $1.description } + sizes.map { .largestFile($0) }
  }

  private func run(_ one: Case, _ bench: Bench) throws -> Tally {
    let copy = bench.newPath("run")
    defer { bench.remove(copy) }
    try bench.copy(one.scenario.prepared, to: copy)
    let faulted = try one.fault.run(one.scenario.command(bench, in: copy))
    let (problems, wasDone) = try Judge(bench: bench).problems(
      after: faulted, of: one.scenario, in: copy, mayBeSilent: one.fault.mayBeSilent)
    return Tally(
      runs: 1, counted: [wasDone ? "done all the same" : "refused with a sentence": 1],
      bad: problems.map { "\(one.scenario.name), \(one.fault): \($0)" })
  }

  func controls(_ bench: Bench, random: inout SeededRandom) throws -> [Control] {
    let scenario = try Scenario.closing(bench, .fresh, &random)
    let judge = Judge(bench: bench)
    func control(_ name: String, _ words: [String]) throws -> Control {
      let copy = bench.newPath("control")
      try bench.copy(scenario.prepared, to: copy)
      return Control(
        name: name,
        found: try judge.problems(after: ProgramRun(words), of: scenario, in: copy, mayBeSilent: false).problems)
    }
    return [
      try control("a program that says yes and does nothing", ["true"]),
      try control("a program that fails without a word", ["false"]),
      try control("a program that dumps its error", ["sh", "-c", "echo 'Fatal error: Error Domain=x' >&2; exit 1"]),
      try control("a program that crashes", ["sh", "-c", "kill -ILL $$"]),
    ]
  }
}
