// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct Maintain: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "maintain",
    abstract:
      "Tidy up: move the write-ahead log into the database, pack the SOP repository, follow SOPs ahead of questions.",
    discussion: """
      Nothing is pruned, and others go on working: they wait for moments only. Once a week is enough, by cron or by hand.
      """)

  /// Packing runs in a process of its own: a damaged object can make libgit2 loop for ever.
  @Flag(name: .customLong("pack-only"), help: .hidden) var packOnly = false
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    if packOnly {
      let pack = try Workspace.open(options.workspaceFolder).writePack { Terminal.write("\($0) \($1)") }
      Terminal.write(pack ?? "")
      return
    }
    let (workspace, caller) = try openCaughtUp()
    let progress = ProgressLine()
    let done = try workspace.maintain(
      noting: UpkeepNote(at: caller.now, by: caller.person, isInBrowser: false),
      writePack: { try RepositoryPacking(folder: options.workspaceFolder).run { progress.show(.packing($0, of: $1)) } },
      progress: { progress.show($0) })
    progress.finish()
    if options.format == .json { Terminal.write(done.json) } else { Terminal.write(Maintain.text(done)) }
  }

  private static func text(_ done: Maintenance) -> String {
    func change(_ before: Int64, _ after: Int64) -> String {
      "\(Words.bytes(before)) before, \(Words.bytes(after)) now"
    }
    var lines = [
      "The write-ahead log: \(change(done.before.log, done.after.log)).",
      "The database: \(change(done.before.database, done.after.database)).",
      "The SOP repository: \(change(done.before.repository, done.after.repository)); "
        + "\(Words.count(done.before.looseObjects, "loose object")) before, \(done.after.looseObjects) now; "
        + "\(Words.count(done.before.packs, "pack")) before, \(done.after.packs) now.",
      "The lock was held for \(Words.seconds(done.held)), at most \(Words.seconds(done.longestHold)) at a time.",
    ]
    if done.followed > 0 {
      lines.append("\(Words.count(done.followed, "SOP")) followed through the history: nobody has to wait for it.")
    }
    if done.after.log > 0 {
      lines.append(
        "Somebody reads, so the log could not be emptied; the next command that finds nobody reading does it.")
    }
    if !done.isPurged {
      lines.append("Bytes of what was erased may still be in the database, because somebody reads it. Run this again.")
    }
    return lines.joined(separator: "\n")
  }
}
