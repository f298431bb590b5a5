// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct CheckpointCommand: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Sign the tree of all events, and print the note.",
    discussion: """
      Keep the note elsewhere: with it anybody can find out later whether something before it was changed. Exits with 2 where \
      the ledger does not begin with a tree that was kept or co-signed.
      """)

  @Option(
    help: ArgumentHelp(
      "A note that you kept: prove that the ledger still begins with its tree, and print the proof.", valueName: "file")
  )
  var since: String?

  @Option(
    help: ArgumentHelp(
      "Co-sign with this key, which is not in the workspace, if the ledger begins with what it signed last.",
      valueName: "keyfile"))
  var cosign: String?

  @Option(help: ArgumentHelp("Make a key to co-sign with, readable by you alone.", valueName: "keyfile"))
  var makeKey: String?

  @Option(help: ArgumentHelp("What the new key is called; else your id.", valueName: "name"))
  var name: String?

  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    guard [since, cosign, makeKey].compactMap({ $0 }).count < 2 else {
      throw ValidationError("Give one of --since, --cosign and --make-key.")
    }
    guard name == nil || makeKey != nil else { throw ValidationError("--name goes with --make-key.") }
  }

  func execute() throws {
    if let makeKey { return try make(makeKey) }
    let (workspace, caller) = try openCaughtUp()
    let key = try workspace.verifierKey()
    if let since {
      try show(try workspace.compare(withNoteAt: since, by: caller), key, since)
    } else if let cosign {
      do {
        show(try workspace.cosign(keyFile: cosign, by: caller), key)
      } catch let error where isOfAChangedLedger(error) {
        Terminal.complain(sentenceWithCommand(for: error))
        throw ExitCode(2)
      }
    } else {
      show(try workspace.publishCheckpoint(by: caller), key)
    }
  }

  private func make(_ path: String) throws {
    let verifier = try Workspace.makeCosigningKey(at: path, name: name ?? options.caller().person.text)
    if options.format == .json {
      Terminal.write(JSONValue.fields(["file": .string(path), "key": .text(verifier)]))
    } else {
      Terminal.note("\(path) is readable by you alone (mode 0600). Others check your signatures with this key:")
      Terminal.write(verifier.description)
    }
  }

  private func show(_ published: PublishedCheckpoint, _ key: VerifierKey) {
    if options.format == .json {
      Terminal.write(published.json(key: key))
    } else {
      Terminal.writeNote(published.cosignedNote.description)
    }
  }

  private func show(_ comparison: KeptCheckpoint, _ key: VerifierKey, _ file: String) throws {
    if options.format == .json {
      let today = comparison.today?.json(key: key) ?? JSONValue.fields(["key": .text(key)])
      Terminal.write(today.with("since", comparison.json))
    } else if let kept = comparison.kept, let text = comparison.proofText {
      Terminal.note(
        "The ledger begins with the \(Words.count(kept.size, "event")) of \(file). The proof, and today's note:")
      Terminal.writeNote(text)
    } else {
      Terminal.write("\(Terminal.styled("wrong", .red))  \(file): \(Terminal.safe(comparison.problem ?? ""))")
    }
    if comparison.proof == nil { throw ExitCode(2) }
  }
}

extension Terminal {
  /// Text that ends in a newline of its own, as it is, to be redirected into a file.
  static func writeNote(_ text: String) {
    write(foreign: Array(text.utf8))
  }
}
