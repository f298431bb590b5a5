// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Ledger
import Remediation
import Tracker

struct Restore: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a workspace of a backup, after proving that the backup is whole.",
    discussion: """
      The workspace is the one that -C names: a folder that is new or empty, or with --replace one that is moved aside. Every file \
      is compared with what was backed up, everything is verified as by the command verify, and the restore is recorded.
      """)

  @Argument(help: ArgumentHelp("The backup.", valueName: "dir")) var backup: String?
  @Flag(help: "Move the workspace that is there aside, and put the backup in its place.") var replace = false
  @Option(
    name: .customLong("checkpoint"),
    help: ArgumentHelp(
      "A checkpoint that was kept, with which the backup must hold; may be given several times.", valueName: "file"))
  var checkpoints: [String] = []
  @Flag(help: "Accept a backup from before a published checkpoint: what was decided after it is lost.")
  var olderThanCheckpoint = false
  /// Says what the restore has to know of the workspace that is replaced, in a process of its own: it may be damaged.
  @Flag(help: .hidden) var predecessorOnly = false
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    guard backup != nil || predecessorOnly else { throw ValidationError("Name the folder of the backup.") }
  }

  func execute() throws {
    guard let backup, !predecessorOnly else {
      Terminal.write(line: try Predecessor(of: Workspace.open(options.workspaceFolder)).json)
      return
    }
    var order = RestoreOrder(backup: backup, place: options.workspaceFolder)
    order.replaces = replace
    order.mayBeOlder = olderThanCheckpoint
    order.checkpoints = try checkpoints.map { KeptNote(file: $0, bytes: try SignedNote(at: $0).bytes) }
    let progress = ProgressLine()
    let done = try Workspace.restore(
      order, predecessor: replace ? try predecessor() : nil, by: options.caller(),
      checkHandbook: { try HandbookCheck.run(in: $0) }, progress: { progress.show($0) })
    progress.finish()
    if options.format == .json { Terminal.write(json(done)) } else { describe(done) }
  }

  private func predecessor() throws -> Predecessor? {
    let child = WatchedChild(arguments: ["restore", "--predecessor-only", "-C", options.workspaceFolder])
    guard FileManager.default.fileExists(atPath: options.workspaceFolder), case .finished(let line) = try child.run()
    else { return nil }
    // What cannot be read is refused by the restore, or accepted knowingly.
    guard let json = try? JSONValue(parsing: Array(line.utf8)) else { return nil }
    return try Predecessor(json: json)
  }

  private func json(_ done: Restoration) -> JSONValue {
    .fields([
      "made_at": .text(done.manifest.madeAt),
      "tree": .fields([
        "size": .int(done.manifest.ledgerSize), "root": .string(done.manifest.ledgerRoot.base64),
      ]), "replaced": .optional(done.aside), "events_lost": .int(done.lost), "erased_again": .int(done.erasedAgain),
      "erased_in_vain": .int(done.erasedInVain), "leaves_accounts": .bool(done.leavesAccounts),
    ])
  }

  private func describe(_ done: Restoration) {
    Terminal.write(
      "Restored \(options.workspaceFolder) as it was at \(Words.time(done.manifest.madeAt)) UTC; tree \(done.manifest.ledgerSize) "
        + done.manifest.ledgerRoot.base64)
    if let aside = done.aside {
      Terminal.write("The workspace that was there is \(aside) now.")
      if done.lost > 0 {
        Terminal.write("It has \(Words.count(done.lost, "event")) that the backup has not.")
      }
    }
    if done.erasedAgain > 0 {
      Terminal.write(
        "\(Words.count(done.erasedAgain, "erasure")) made after the backup \(done.erasedAgain == 1 ? "was" : "were") done again."
      )
    }
    if done.erasedInVain > 0 {
      Terminal.write(
        "\(Words.count(done.erasedInVain, "erasure")) made after the backup found nothing in it: what was erased had come later. Take it "
          + "out of the exports before you import them again.")
    }
    if done.leavesAccounts {
      Terminal.write(
        "Passwords, tokens and authenticators are in no backup. Give everybody a link to set a password: sopwright people link ID"
      )
    }
  }
}
