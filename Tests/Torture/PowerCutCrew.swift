// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Those who work while the power goes, and what was said to them. Their memory is outside of the disk.
final class PowerCutCrew: Sendable {
  private struct Memory {
    var promised: Set<PowerCutWork> = []
    /// Pushes that git said yes to: durable only once a closing after them has synced the file system.
    var pushed: Set<PowerCutWork> = []
    var acknowledgements = 0
    var working = 3
    /// The power goes. What is said from now on, a machine without power could not have said: while ext4 is being cut off, the system may
    /// still answer a sync with yes.
    var isDark = false
    var failure: (any Error)?
  }

  private let bench: Bench
  private let disk: String
  /// Whoever pushes has one clone, and uses it for one thing at a time.
  private let person: Mutex<Person>
  private let prefix: [String]
  private let server: PowerCutServer
  private let memory = Mutex(Memory())

  /// - Parameter lying: system calls that only say that they were made.
  init(_ bench: Bench, disk: String, clone: String, token: String, lying calls: String?) throws {
    (self.bench, self.disk) = (bench, disk)
    person = Mutex(try Person(cloning: "\(disk)/ws/sop.git", into: clone))
    prefix = calls.map { Strace.lying($0) } ?? []
    server = try PowerCutServer(bench, disk: disk, token: token, prefix: prefix)
  }

  var promised: Set<PowerCutWork> { memory.withLock { $0.promised } }
  var failure: (any Error)? { memory.withLock { $0.failure } }

  /// Whoever serves has no power either.
  func endServer() { server.end() }

  /// Does one after the other until something fails: then the power has gone.
  func work(_ list: [PowerCutWork]) {
    defer { memory.withLock { $0.working -= 1 } }
    do {
      for work in list {
        let before = memory.withLock { $0.pushed }
        guard try attempt(work) else { return }
        try memory.withLock { memory in
          guard !memory.isDark else { throw TooLate() }
          memory.acknowledgements += 1
          switch work {
          case .push: memory.pushed.insert(work)
          case .close: memory.promised.formUnion(before.union([work]))
          case .load, .record: memory.promised.insert(work)
          }
        }
      }
    } catch is TooLate {
      // Nobody heard it.
    } catch { memory.withLock { $0.failure = error } }
  }

  private struct TooLate: Error {}

  private func attempt(_ work: PowerCutWork) throws -> Bool {
    let place = ["-C", "\(disk)/ws", "--as"]
    switch work {
    case .close(let number):
      return try ProgramRun(prefix + [bench.program, "close", "CHG-\(number)"] + place + ["ben"]).succeeded
    case .load(let number):
      let file = "\(disk)/load-\(number).csv"
      return try ProgramRun(
        prefix + [bench.program, "import", file, "--map", "\(disk)/map.yaml"] + place + ["ana"]
      ).succeeded
    case .record(let number): return try server.record("post-\(number)")
    case .push(let number):
      return try person.withLock { try PowerCutCrew.push(number, by: $0) }
    }
  }

  private static func push(_ number: Int, by person: Person) throws -> Bool {
    let path = "pushed/push-\(number).md"
    // Closings move the branch all the time; whoever lost the race tries again, and after a while gives up for today.
    for _ in 0..<5 {
      guard try ProgramRun(["git", "-C", person.folder, "pull", "-q", "--rebase"]).succeeded else { return false }
      if number > 0, try !ProgramRun(["git", "-C", person.folder, "cat-file", "-e", "HEAD:\(path)"]).succeeded {
        try person.commit("# Push \(number)\n", to: path)
      }
      if try ProgramRun(["git", "-C", person.folder, "push", "-q"]).succeeded { return true }
    }
    return false
  }

  /// Waits for so many acknowledgements, or the end of all work, and a moment more.
  func cutPower(of disk: JournaledDisk, after acknowledgements: Int, _ microseconds: Int) {
    while memory.withLock({ $0.acknowledgements < acknowledgements && $0.working > 0 }) { usleep(1_000) }
    usleep(UInt32(microseconds))
    memory.withLock { $0.isDark = true }
    do { try disk.cutPower() } catch { memory.withLock { $0.failure = error } }
  }
}
