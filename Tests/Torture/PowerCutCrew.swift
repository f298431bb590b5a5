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
    var working = 2
    var failure: (any Error)?
  }

  private let bench: Bench
  private let disk: String
  private let person: Person
  private let prefix: [String]
  private let memory = Mutex(Memory())

  /// - Parameter lying: system calls that only say that they were made.
  init(_ bench: Bench, disk: String, clone: String, lying calls: String?) throws {
    (self.bench, self.disk) = (bench, disk)
    person = try Person(cloning: "\(disk)/ws/sop.git", into: clone)
    prefix = calls.map { Strace.lying($0) } ?? []
  }

  var promised: Set<PowerCutWork> { memory.withLock { $0.promised } }
  var failure: (any Error)? { memory.withLock { $0.failure } }

  /// Does one after the other until something fails: then the power has gone.
  func work(_ list: [PowerCutWork]) {
    defer { memory.withLock { $0.working -= 1 } }
    do {
      for work in list {
        let before = memory.withLock { $0.pushed }
        guard try attempt(work) else { return }
        memory.withLock { memory in
          memory.acknowledgements += 1
          switch work {
          case .push: memory.pushed.insert(work)
          case .close: memory.promised.formUnion(before.union([work]))
          case .load: memory.promised.insert(work)
          }
        }
      }
    } catch { memory.withLock { $0.failure = error } }
  }

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
    case .push(let number):
      // Closings move the branch all the time; whoever lost the race tries again, and after a while gives up for today.
      for _ in 0..<5 {
        guard try ProgramRun(["git", "-C", person.folder, "pull", "-q", "--rebase"]).succeeded else { return false }
        if number > 0, try !hasCommitted(number) {
          try person.commit("# Push \(number)\n", to: "pushed/push-\(number).md")
        }
        if try ProgramRun(["git", "-C", person.folder, "push", "-q"]).succeeded { return true }
      }
      return false
    }
  }

  private func hasCommitted(_ number: Int) throws -> Bool {
    try ProgramRun(["git", "-C", person.folder, "cat-file", "-e", "HEAD:pushed/push-\(number).md"]).succeeded
  }

  /// Waits for so many acknowledgements, or the end of all work, and a moment more.
  func cutPower(of disk: JournaledDisk, after acknowledgements: Int, _ microseconds: Int) {
    while memory.withLock({ $0.acknowledgements < acknowledgements && $0.working > 0 }) { usleep(1_000) }
    usleep(UInt32(microseconds))
    do { try disk.cutPower() } catch { memory.withLock { $0.failure = error } }
  }
}
