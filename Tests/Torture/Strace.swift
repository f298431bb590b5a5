// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A system call of a command: its name, and which one of that name in its thread. strace counts in the same way.
struct CallSite: Hashable, Sendable, CustomStringConvertible {
  let call: String
  let number: Int

  var description: String { "\(call) \(number)" }
}

/// What is done at system calls, by strace, from outside: nothing in the program knows of it.
enum Strace {
  /// Calls that change what is on the disk, or make it durable. `openat` is among them because it makes files.
  static let mutating = [
    "openat", "write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "syncfs", "sync_file_range", "link",
    "linkat", "symlink", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir",
    "ftruncate", "fallocate", "copy_file_range", "sendfile", "chmod", "fchmod", "fchmodat", "utimensat",
  ]

  /// Whether this machine lets a process be traced.
  static let obstacle: String? = {
    let run = try? ProgramRun(["strace", "--seccomp-bpf", "-f", "-qq", "-o", "/dev/null", "/bin/true"])
    return run?.succeeded == true ? nil : "strace is missing, or may not trace here."
  }()

  /// Runs a command with a fault, written as strace's `inject`: `fsync:error=EIO:when=2+`.
  static func run(_ command: [String], injecting fault: String) throws -> ProgramRun {
    try ProgramRun(["strace", "--seccomp-bpf"] + options(fault) + command)
  }

  /// Not by `--seccomp-bpf`, which is faster: strace 6.1 delivers no signal then.
  static func kill(_ command: [String], at site: CallSite) throws -> ProgramRun {
    try ProgramRun(["strace"] + options("\(site.call):signal=SIGKILL:when=\(site.number)") + command)
  }

  /// What is put before a command so that these calls say yes and do nothing.
  static func lying(_ calls: String) -> [String] { ["strace", "--seccomp-bpf"] + options("\(calls):retval=0") }

  private static func options(_ fault: String) -> [String] {
    ["-f", "-qq", "-o", "/dev/null", "-e", "trace=\(fault.prefix { $0 != ":" })", "-e", "inject=\(fault)"]
  }

  /// Runs the command without a fault and returns every call of these that it makes, by thread where there are several.
  static func sites(of command: [String], _ calls: [String], log: String) throws -> [CallSite] {
    let run = try ProgramRun(
      ["strace", "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", "trace=\(calls.joined(separator: ","))"]
        + ["-e", "signal=none"] + command)
    guard run.succeeded else { throw SpawnError(description: "traced without a fault: \(run.description)") }
    var counts: [Substring: [String: Int]] = [:]
    var sites: Set<CallSite> = []
    for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
      // "1234  write(1, …": what was interrupted by another thread is continued on a line of its own.
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let end = words[1].firstIndex(of: "("), !words[1].hasPrefix("<") else { continue }
      let call = words[1][..<end].trimmingPrefix { $0 == " " }
      let number = counts[words[0], default: [:]][String(call), default: 0] + 1
      counts[words[0], default: [:]][String(call)] = number
      sites.insert(CallSite(call: String(call), number: number))
    }
    unlink(log)
    return sites.sorted { ($0.call, $0.number) < ($1.call, $1.number) }
  }
}
