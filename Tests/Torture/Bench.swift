// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization

/// What every row works with: the program under test, and a folder that goes when the run is over.
final class Bench: Sendable {
  /// The `sopwright` that is tested.
  let program: String
  let folder: String
  private let counter = Atomic(0)

  /// - Parameter program: nil takes the one that was built beside this one.
  init(program: String?) throws {
    let beside = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("sopwright").path
    self.program = program ?? beside
    guard access(self.program, X_OK) == 0 else {
      throw SpawnError(description: "There is no program \(self.program). Build it first: swift build")
    }
    folder = Bench.roomiest + "/sopwright-torture-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// The same with another program, which may lie, and a folder of its own in the other's.
  init(_ other: Bench, deceivedBy program: String) throws {
    self.program = program
    folder = other.newPath("bench")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)  // what stays is in the system's temporary folder
  }

  /// Memory where there is enough of it: faults that leave the machine running need no disk.
  private static var roomiest: String {
    var status = statvfs()
    let memory = "/dev/shm"
    let needed = 3 << 30
    guard access(memory, W_OK) == 0, statvfs(memory, &status) == 0,
      Int(status.f_bavail) * Int(status.f_frsize) > needed
    else { return NSTemporaryDirectory() }
    return memory
  }

  /// A path that nobody has used yet.
  func newPath(_ name: String) -> String {
    "\(folder)/\(name)-\(counter.wrappingAdd(1, ordering: .relaxed).newValue)"
  }

  func write(_ text: String, to name: String) throws -> String {
    let path = newPath(name)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  /// Copies a folder with everything that it holds, as quickly as the file system can.
  func copy(_ original: String, to copy: String) throws {
    try mustRun("cp", "-a", "--reflink=auto", original, copy)
  }

  func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)  // it goes with the folder
  }

  /// Runs the program on a workspace.
  func sopwright(
    _ arguments: [String], in workspace: String, as person: String = "ana", environment: [String: String] = [:]
  ) throws -> ProgramRun {
    try ProgramRun([program] + arguments + ["-C", workspace, "--as", person], environment: environment)
  }

  /// The same for what must succeed.
  @discardableResult
  func must(_ arguments: String..., in workspace: String, as person: String = "ana") throws -> String {
    let run = try sopwright(arguments, in: workspace, as: person)
    guard run.succeeded else {
      throw SpawnError(description: "sopwright \(arguments.joined(separator: " ")): \(run.description)")
    }
    return run.output
  }

  private func note(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  static let workers = 2

  /// Does the jobs, two at a time, and adds up what they say. What is bad is said at once on standard error, and how many are done
  /// now and then: somebody may stop a run of hours.
  func each<Job: Sendable>(_ jobs: [Job], _ work: @Sendable (Job) throws -> Tally) throws -> Tally {
    let total = Mutex(Tally())
    let failure = Mutex<(any Error)?>(nil)
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: Bench.workers) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < jobs.count, failure.withLock({ $0 == nil }) else { return }
        do {
          let tally = try work(jobs[index])
          let done = total.withLock { total in
            total = total + tally
            return total.runs
          }
          for bad in tally.bad { note("BAD \(bad)") }
          if index % 200 == 199 { note("\(done) runs of this pass") }
        } catch { failure.withLock { $0 = error } }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return total.withLock { $0 }
  }
}
