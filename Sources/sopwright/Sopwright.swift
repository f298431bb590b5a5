// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

@main
struct Sopwright: ParsableCommand {
  /// Each command says its name: of one that does not, ArgumentParser asks Swift for it, and that reads all that the program conforms to,
  /// a millisecond at each start of any command.
  static let configuration = CommandConfiguration(
    commandName: "sopwright",
    abstract: "Makes an organisation stop repeating its exceptions.",
    discussion: """
      An exception code or a root-cause tag that recurs opens a remediation item. The item closes by a new version of an SOP, \
      approved by a second person and committed to git, or by a rejection that a second person signed.

      Begin with: sopwright init DIR --from EXPORT.csv
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "Set up", subcommands: [Init.self, People.self, TaxonomyCommand.self]),
      CommandGroup(
        name: "Exceptions",
        subcommands: [Import.self, Record.self, Exceptions.self, QuarantineCommand.self]),
      CommandGroup(
        name: "Items",
        subcommands: [
          Items.self, Show.self, Acknowledge.self, Assign.self, Comment.self, Extend.self, Pause.self, Resume.self,
          Simulate.self,
        ]),
      CommandGroup(
        name: "Decide",
        subcommands: [Propose.self, Merge.self, Approve.self, Return.self, Withdraw.self, Close.self]),
      CommandGroup(name: "The handbook", subcommands: [SOP.self]),
      CommandGroup(
        name: "Audit",
        subcommands: [
          TraceCommand.self, Verify.self, Audit.self, CheckpointCommand.self, Prove.self, Export.self,
        ]),
      CommandGroup(name: "Run", subcommands: [Serve.self]),
      CommandGroup(name: "Upkeep", subcommands: [Tick.self, Maintain.self, Backup.self, Restore.self, Erase.self]),
    ])

  /// Wrong usage names what was written, which may hold what a terminal would obey.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let status = exitCode(for: error)
      guard !status.isSuccess else { exit(withError: error) }
      let message = fullMessage(for: error)
      if !message.isEmpty { Terminal.note(message) }
      Foundation.exit(status.rawValue)
    }
  }

  /// Without a command nothing is done, so the status is no yes. Swift finds a program's arguments through /proc: where that cannot be
  /// read, a command that was given looks as if it was not.
  func run() throws {
    if CommandLine.arguments.isEmpty {
      Terminal.complain(
        "The command that was given cannot be seen, because /proc/self/maps cannot be read. Mount /proc.")
      throw ExitCode(1)
    }
    Terminal.write(Sopwright.helpMessage())
    throw ExitCode.validationFailure
  }
}
