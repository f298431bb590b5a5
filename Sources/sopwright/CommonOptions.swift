// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("workspace")],
    help: ArgumentHelp("The workspace; else $SOPWRIGHT_WORKSPACE, else this folder.", valueName: "dir"))
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

/// The world outside of the program.
enum Environment {
  static subscript(name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The login of the user whose process this is, as the system knows it: `$USER` can be set to anything.
  static var login: String { NSUserName() }

  static func waitForNextSecond() {
    let now = Date().timeIntervalSince1970
    Thread.sleep(forTimeInterval: now.rounded(.down) + 1.001 - now)
  }

  /// In whole seconds, as git keeps time: the ledger and the commits agree to the letter.
  static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
