// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct People: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "people",
    abstract: "Who may act.", subcommands: [List.self, Add.self, Link.self], defaultSubcommand: List.self)

  struct List: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the people in force, with their roles.")

    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let people = try workspace.people()
      if options.format == .json {
        Terminal.write(JSONValue.array(people.map(\.json)))
        return
      }
      var table = Table([
        .init(title: "id"), .init(title: "name", isElastic: true), .init(title: "roles", isElastic: true),
        .init(title: "logins", isElastic: true), .init(title: "address", isElastic: true),
      ])
      for person in people {
        table.add([
          person.id.text, person.name ?? "", person.roles.map(\.rawValue).joined(separator: ", "),
          person.logins.joined(separator: ", "), person.address ?? "",
        ])
      }
      Terminal.write(table.text)
    }
  }

  struct Add: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Add a person, or roles, logins and an address to one who is there.",
      discussion:
        "It takes a second administrator, where there is one: they adopt what you proposed with taxonomy adopt.")

    @Argument(help: ArgumentHelp("A short id, as ana.", valueName: "id")) var id: String
    @Option(
      name: .customLong("role"),
      help: "process_owner, support_lead, approver, auditor or administrator; may be given several times.")
    var roles: [String] = []
    @Option(name: .customLong("login"), help: "A login that is this person; may be given several times.")
    var logins: [String] = []
    @Option(help: "The address under which they commit with git; replaces the one that is there.") var address: String?
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      guard let person = PersonID(id) else {
        throw ValidationError("\"\(id)\" cannot be an id: use letters, digits, dots, dashes and underscores.")
      }
      let known = try roles.map { text in
        guard let role = Role(written: text) else {
          throw ValidationError(
            "There is no role \"\(text)\". Roles: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return role
      }
      let adoption = try workspace.addPerson(person, roles: Set(known), logins: logins, address: address, by: caller)
      TaxonomyCommand.report(adoption, options.format)
    }
  }

  struct Link: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "link",
      abstract: "Make a link with which a person sets a password for the web app.",
      discussion: "It works once, within two days; the one before stops working. Give it to nobody else.")

    @Argument(help: ArgumentHelp("Who is to sign in.", valueName: "id")) var id: String
    @Option(help: "Where the web app is.") var address = "http://127.0.0.1:8080"
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      guard let person = PersonID(id) else { throw Rejection.unknownPerson(id) }
      let link = "\(address)/welcome/\(try workspace.invite(person, by: caller))"
      switch options.format {
      case .json: Terminal.write(.fields(["person": .text(person), "link": .string(link)]))
      case .text: Terminal.write(link)
      }
    }
  }
}
