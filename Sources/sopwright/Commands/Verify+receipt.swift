// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

/// What `verify` needs to check a receipt, without a workspace.
struct ReceiptOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Check a receipt of prove instead; needs no workspace.", valueName: "file"))
  var receipt: String?

  @Option(
    help: ArgumentHelp("The ledger's verifier key, or a file with it, as you know it from elsewhere.", valueName: "key")
  )
  var key: String?

  @Option(help: ArgumentHelp("Who must have co-signed: a verifier key, or a file with it.", valueName: "key"))
  var cosigner: [String] = []

  @Option(help: ArgumentHelp("The event's bytes, where you have them from elsewhere.", valueName: "file"))
  var leaf: String?

  func validate() throws {
    guard receipt == nil || key != nil else {
      throw ValidationError("--receipt needs --key: the verifier key of the ledger, from somebody whom you trust.")
    }
    guard receipt != nil || (cosigner.isEmpty && leaf == nil) else {
      throw ValidationError("--cosigner and --leaf go with --receipt.")
    }
  }
}

extension Verify {
  func check(receipt file: String, key: String) throws {
    do {
      let checked = try CheckedReceipt(at: file, key: key, cosigners: proof.cosigner, leaf: proof.leaf)
      if options.format == .json { Terminal.write(checked.json) } else { describe(checked) }
    } catch let error as NoteError {
      let problem = error.sentence
      if options.format == .json {
        Terminal.write(JSONValue.fields(["ok": .bool(false), "problem": .string(problem)]))
      } else {
        Terminal.write("\(Terminal.styled("wrong", .red))  \(file): \(Terminal.safe(problem))")
      }
      throw ExitCode(2)
    }
  }

  private func describe(_ checked: CheckedReceipt) {
    let event = checked.event
    let tree = checked.verified.checkpoint
    Terminal.write(
      "\(event.event.subject)  \(event.event.kind.replacing("_", with: " "))  \(Words.time(event.at)) UTC  by \(event.actor)"
    )
    Terminal.write(
      "Event \(event.position) of \(Terminal.safe(tree.origin)), in the tree of \(Words.count(tree.size, "event")) with the "
        + "root \(tree.root.base64).")
    for signature in checked.verified.signatures {
      let time = signature.time.map { " at \(Words.time($0)) UTC" } ?? ""
      Terminal.write("Signed by \(Terminal.safe(signature.key.name))\(time).")
    }
    Terminal.write(checked.data.prettyText)
  }
}
