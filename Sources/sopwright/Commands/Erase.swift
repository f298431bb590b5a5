// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct Erase: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erase personal data for ever. Everything still verifies.",
    discussion: """
      Personal fields of exceptions, rows that were held back and what people wrote: what holds one of the values goes as a whole. The \
      details of a person of the workspace go by --person; that somebody's hold a value is said. What is erased is recorded, without what \
      it was. Backups that were made before still hold it.
      """)

  @Option(help: ArgumentHelp("A person of the workspace: name, address, logins.", valueName: "person")) var person:
    String?
  @Option(help: ArgumentHelp("An exception: its personal fields.", valueName: "ref")) var exception: String?
  @Option(help: ArgumentHelp("Of which source the exception is.", valueName: "source")) var source: String?
  @Option(
    name: .customLong("value"),
    help: ArgumentHelp("A name, an address, a customer number; may be given several times.", valueName: "text"))
  var values: [String] = []
  @Option(help: "Why; without naming whose data they are.") var reason: String
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    guard person != nil || exception != nil || !values.isEmpty else {
      throw ValidationError("Say what to erase: --person, --exception or --value.")
    }
    guard source == nil || exception != nil else { throw ValidationError("--source goes with --exception.") }
  }

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let subject = ErasureSubject(
      person: try person.map { text in
        guard let id = PersonID(text) else { throw Rejection.unknownPerson(text) }
        return id
      }, exception: exception, source: source, values: values)
    let done = try workspace.erase(subject, reason: reason, by: caller)
    if options.format == .json { Terminal.write(done.json) } else { describe(done) }
    guard done.remains.isEmpty else { throw ErasureError.unfinished(done.remains) }
  }

  private func describe(_ done: Erasure) {
    if let event = done.event {
      let details = event.person.map { ", the details of \($0)" } ?? ""
      Terminal.write(
        "Erased: the personal fields of \(Words.count(event.records, "record")), "
          + "\(Words.count(event.heldBack, "row")) held back, \(Words.count(event.texts, "text"))\(details).")
    } else {
      Terminal.write("Nothing that is recorded and can be erased held it, so no event says that it was erased.")
    }
    if !done.uploads.isEmpty {
      Terminal.write("Thrown away, because they hold it: \(Words.count(done.uploads.count, "upload")).")
    }
    for rest in done.rest { Terminal.write("It also stands where this does not reach: \(rest.place) (\(rest.count)).") }
    // Uploads are in no backup.
    if done.event != nil {
      Terminal.write("Backups that were made before this still hold it. Delete them when you have a newer one.")
    }
  }
}
