// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct People: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "people",
    abstract: "Who may act.", subcommands: [List.self, Add.self, Change.self, StandIn.self, Link.self],
    defaultSubcommand: List.self)

  struct List: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the people in force, with their roles.")

    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let people = try workspace.people()
      write(.array(people.map(\.json)), asText: Lists.people)
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
      let adoption = try workspace.addPerson(
        People.person(id), roles: People.roles(roles), logins: logins, address: address, by: caller)
      TaxonomyCommand.report(adoption, options.format)
    }
  }

  struct Change: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "change",
      abstract: "Give a person roles, take roles away, or say what they decide about.",
      discussion: """
        An approver decides about everything, or with --only about some codes, tags and areas. An area is the beginning of ids: RF for \
        RF-07 and RF-12.

        It takes a second administrator, where there is one: they adopt what you proposed with taxonomy adopt.
        """)

    @Argument(help: ArgumentHelp("The person's id, as ana.", valueName: "id")) var id: String
    @Option(name: .customLong("role"), help: "A role to give; may be given several times.") var adding: [String] = []
    @Option(name: .customLong("no-role"), help: "A role to take away; may be given several times.")
    var removing: [String] = []
    @Option(help: "A code, tag or area that they decide about; may be given several times.") var only: [String] = []
    @Flag(help: "They decide about everything again.") var everything = false
    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
      guard only.isEmpty || !everything else {
        throw ValidationError("Give either --only or --everything, not both.")
      }
      guard let wrong = only.first(where: { !EntryID.isValid($0) }) else { return }
      throw ValidationError(
        "\"\(wrong)\" is no code, tag or area: write them as they stand in the taxonomy, as RF-07, or RF for all that begin so."
      )
    }

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let adoption = try workspace.changeRights(
        of: People.person(id), adding: People.roles(adding), removing: People.roles(removing),
        remit: everything ? .everything : only.isEmpty ? nil : Remit(only: only), by: caller)
      TaxonomyCommand.report(adoption, options.format)
    }
  }

  struct StandIn: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "stand-in",
      abstract: "Let a person act in the place of another for some days.",
      discussion: """
        They then approve what the other approves, and close and pause what the other owns. Nobody approves in the place of somebody who \
        had a hand in the proposal. The record says in whose place an approval was given.

        It takes a second administrator, where there is one: they adopt what you proposed with taxonomy adopt.
        """)

    @Argument(help: ArgumentHelp("Who stands in.", valueName: "id")) var id: String
    @Option(name: .customLong("for"), help: ArgumentHelp("Who is away.", valueName: "id")) var principal: String
    @Option(help: "The first day, as 2026-07-01; today without it.") var from: String?
    @Option(help: "The last day, as 2026-07-14.") var until: String?
    @Flag(help: "End it at once.") var end = false
    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
      guard end == (until == nil) else {
        throw ValidationError("Give the last day with --until, or --end to end it at once.")
      }
      for case let text? in [from, until] where CalendarDate(text) == nil {
        throw ValidationError("\"\(text)\" is no date. Write one such as 2026-07-14.")
      }
    }

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let (person, principal) = (try People.person(id), try People.person(principal))
      guard let last = until.flatMap({ CalendarDate($0) }) else {
        TaxonomyCommand.report(try workspace.endStandIn(person, for: principal, by: caller), options.format)
        return
      }
      let first = from.flatMap { CalendarDate($0) } ?? workspace.date(caller.now)
      let standIn = Remediation.StandIn(for: principal, from: first, until: last)
      TaxonomyCommand.report(try workspace.letStandIn(person, standIn, by: caller), options.format)
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

  fileprivate static func person(_ id: String) throws -> PersonID {
    guard let person = PersonID(id) else {
      throw ValidationError("\"\(id)\" cannot be an id: use letters, digits, dots, dashes and underscores.")
    }
    return person
  }

  fileprivate static func roles(_ texts: [String]) throws -> Set<Role> {
    try Set(
      texts.map { text in
        guard let role = Role(written: text) else {
          throw ValidationError(
            "There is no role \"\(text)\". Roles: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return role
      })
  }
}
