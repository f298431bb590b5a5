// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Synchronization
import Tracker

/// An existing handbook: its first indexing against `git log --raw` of the whole history; a later look at it unchanged; history and
/// blame of its SOPs, asked for the first time and again, against git's own answers.
///
/// The indexing is timed from the first look at the history until what was found stands in the database file: reading commits, trees
/// and the files at the tip, storing what was found, the commit of that transaction (also of the taxonomy's few pages), and moving it
/// out of the log. Not in it is what making any workspace takes: the clone, the empty tables, reading the taxonomy, writing everything
/// to the disk at the end.
struct HandbookBenchmark {
  let repository: String
  let folder: String
  /// How often the indexing is made, and of how many SOPs history and blame are asked.
  let runs = 5
  let sample = 60

  func run() throws {
    guard let ana = PersonID("ana") else { throw CocoaError(.formatting) }
    let caller = Caller(person: ana, login: "ana", now: Timestamp(seconds: 1_790_000_000))
    var indexing = Series()
    var log = Series()
    var workspace: Workspace?
    for run in 0..<runs {
      let began = Mutex<ContinuousClock.Instant?>(nil)
      let took = Mutex<Duration?>(nil)
      workspace = try Workspace.make(
        at: "\(folder)/handbook-\(run)", handbook: .clone(repository), people: [], by: caller
      ) { step in
        switch step {
        case .cloning: break
        case .indexing: began.withLock { $0 = $0 ?? .now }
        case .indexed: took.withLock { $0 = began.withLock { $0 }?.duration(to: .now) }
        }
      }
      if let duration = took.withLock({ $0 }) { indexing.add(duration.seconds) }
      log.add(try seconds { try git("log", "--raw", "HEAD") })
    }
    report("first indexing, floor git log --raw", ours: indexing, floor: log, unit: "ms", scale: 1000)
    guard let workspace else { return }
    try look(at: workspace, caller)
  }

  private func look(at workspace: Workspace, _ caller: Caller) throws {
    var looks = Series()
    for _ in 0..<50 { looks.add(try seconds { _ = try workspace.catchUp(by: caller) }) }
    print("later look, nothing changed: median \(text(looks.median)) ms")
    let all = try workspace.sops().map(\.reference.path.text)
    let paths = stride(from: 0, to: all.count, by: max(1, all.count / sample)).map { all[$0] }
    var (history, blame, follow, blamed) = (Series(), Series(), Series(), Series())
    var (firstHistory, firstBlame) = (Series(), Series())
    // Another workspace, in which nobody has asked for the SOP's history.
    let other = try Workspace.open("\(folder)/handbook-0")
    for path in paths {
      firstHistory.add(try seconds { _ = try workspace.history(of: path) })
      firstBlame.add(try seconds { _ = try other.blame(path) })
      history.add(try seconds { _ = try workspace.history(of: path) })
      blame.add(try seconds { _ = try workspace.blame(path) })
      follow.add(try seconds { try git("log", "--follow", "--first-parent", "--format=%H", "HEAD", "--", path) })
      blamed.add(try seconds { try git("blame", "--first-parent", "HEAD", "--", path) })
    }
    report("history of an SOP, floor git log --follow", ours: history, floor: follow, unit: "ms", scale: 1000)
    report("blame of an SOP, floor git blame", ours: blame, floor: blamed, unit: "ms", scale: 1000)
    print(
      "the first time: history \(text(firstHistory.median)) ms, slowest \(text(firstHistory.quantile(1))) ms; blame "
        + "\(text(firstBlame.median)) ms, slowest \(text(firstBlame.quantile(1))) ms")
    print(
      "again, slowest: history \(text(history.quantile(1))) ms, blame \(text(blame.quantile(1))) ms, of \(paths.count) SOPs"
    )
  }

  private func text(_ seconds: Double) -> String { String(format: "%.2f", seconds * 1000) }

  /// Not Foundation's `Process`, which notices only after up to 50 ms that one has ended.
  private func git(_ arguments: String...) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    let words = (["git", "-C", repository] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    var status: Int32 = 0
    guard posix_spawn(&process, "/usr/bin/git", &actions, nil, words + [nil], environ) == 0,
      waitpid(process, &status, 0) == process, status == 0
    else { throw CocoaError(.executableLoad) }
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
