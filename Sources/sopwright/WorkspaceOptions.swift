// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

/// What every command takes.
struct WorkspaceOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("workspace")],
    help: ArgumentHelp(
      "The workspace: a folder, or https://… of a server; else $SOPWRIGHT_WORKSPACE, else this folder.",
      valueName: "dir"))
  var folder: String?

  @Option(
    name: .customLong("as"), help: ArgumentHelp("Who acts; else $SOPWRIGHT_USER, else the login.", valueName: "person"))
  var person: String?

  @Option(help: "text for people, json for scripts.")
  var format: Format = .text

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  var workspaceFolder: String { folder ?? Environment["SOPWRIGHT_WORKSPACE"] ?? "." }

  /// The person, the login, and the time: the only place where the program asks for them.
  func caller() throws -> Caller {
    let login = Environment.login
    let name = person ?? Environment["SOPWRIGHT_USER"] ?? login
    guard let id = PersonID(name) else { throw Rejection.unknownPerson(name) }
    return Caller(person: id, login: login, now: Environment.now)
  }
}
