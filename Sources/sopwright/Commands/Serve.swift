// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker
import Web

struct Serve: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the web app, and the same as JSON.",
    discussion: """
      People sign in with a password that they set by a one-time link: sopwright people link ID. The first start prints one for an \
      administrator. Who signs in, and who is refused, is written to standard error, a line of JSON each. \
      To be reached from other machines, put a server that speaks HTTPS in front of it.
      """)

  @Option(help: "The address to listen at.") var host = "127.0.0.1"
  @Option(help: "The port; 0 takes a free one.") var port = 8080
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535.") }
  }

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let accounts = try Accounts(of: workspace)
    try accounts.checkKey()
    let server = try WebServer(
      folder: options.workspaceFolder, accounts: accounts,
      keeper: { Caller(person: caller.person, login: caller.login, now: Environment.now) },
      clock: { Environment.now },
      checkHandbook: { [folder = options.workspaceFolder] in try HandbookCheck.run(in: folder) },
      writePack: { [folder = options.workspaceFolder] in try RepositoryPacking(folder: folder).run($0) },
      log: { Terminal.note($0) })
    let (host, port, format) = (host, port, options.format)
    try Waiting.untilDone {
      do {
        try await server.run(host: host, port: port, untilSignal: true) { port in
          let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
          do {
            let link =
              try accounts.hasAccounts()
              ? nil
              : "\(address)/welcome/\(accounts.link(for: workspace.firstAdministrator(), at: Environment.now))"
            Serve.announce(address, link: link, format)
          } catch { Terminal.complain(sentenceWithCommand(for: error)) }
        }
      } catch let error as ListeningError { throw ServerProblem(error.sentence) }
    }
  }

  private static func announce(_ address: String, link: String?, _ format: WorkspaceOptions.Format) {
    switch format {
    case .json: Terminal.write(.fields(["address": .string(address), "first_sign_in": .optional(link)]))
    case .text:
      Terminal.write("Serving at \(address). End it with Ctrl-C.")
      if let link { Terminal.write("Nobody has a password yet. The first administrator sets one here, once: \(link)") }
    }
  }
}
