// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

// What people say of the newest version of an SOP: that it stands, was reviewed, was read.
extension SOP {
  struct Ratify: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "ratify",
      abstract: "Stand by a version that somebody pushed past the tool. It takes an approver who did not push it.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @Option(help: "Why it stands.") var note: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let version = try workspace.ratify(sop, note: note, by: caller)
      if options.format == .json {
        Terminal.write(try workspace.json(ofHistorical: version))
      } else {
        Terminal.write(
          "\(version.reference.path) in commit \(version.reference.commit.abbreviated) is ratified by \(caller.person)."
        )
      }
    }
  }

  struct Restore: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore",
      abstract: "Propose to put back the version that was approved last, where somebody pushed past the tool.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @Option(help: "Why, in a sentence.") var summary: String?
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let change = try workspace.restore(sop, summary: summary, by: caller)
      try sopwright.Propose.report(change, workspace, caller, options.format)
    }
  }

  struct Review: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "review",
      abstract: "Record that an SOP was reviewed and is right as it is.",
      discussion: "A text that is not right is changed instead: sopwright sop propose")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @Option(help: "What was looked at.") var note: String
    @Option(help: ArgumentHelp("When it is due again; in a year unless given.", valueName: "date")) var next: String?
    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
      if let next, CalendarDate(next) == nil { throw ValidationError("--next takes a date such as 2027-03-31.") }
    }

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let next = try workspace.review(sop, note: note, next: next.flatMap { CalendarDate($0) }, by: caller)
      write(.fields(["sop": .string(sop), "next": .text(next)]), asText: Review.words)
    }

    static func words(_ review: JSONValue) -> String {
      "\(review.words("sop")) is reviewed; it is due again on \(review.words("next"))."
    }
  }

  struct Reviews: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "reviews", abstract: "List the SOPs whose review is due, overdue ones first.")

    @Option(help: ArgumentHelp("How far to look ahead.", valueName: "days")) var within = 30
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let due = try workspace.reviewsDue(within: within, by: caller)
      if options.format == .json {
        Terminal.write(JSONValue.array(due.map(\.json)))
        return
      }
      guard !due.isEmpty else {
        Terminal.write("No review is due within \(Words.count(within, "day")).")
        return
      }
      var table = Table([
        .init(title: "due"), .init(title: ""), .init(title: "path", isElastic: true), .init(title: "version"),
        .init(title: "owner"), .init(title: "last review"),
      ])
      for review in due {
        table.add([
          review.due.description, review.isOverdue ? "overdue" : "", review.version.reference.path.text,
          "v\(review.version.reference.version)", review.version.owner ?? "",
          review.lastReview.map { "\(Words.date($0.at)) by \($0.person)" } ?? "none",
        ])
      }
      Terminal.write(table.text)
    }
  }

  struct Read: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "read", abstract: "Say that you have read the newest version of an SOP.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let version = try workspace.acknowledgeReading(of: sop, by: caller)
      write(try workspace.readership(of: version.reference.path.text).json, asText: Read.words)
    }

    static func words(_ readership: JSONValue) -> String {
      "You have read \(readership.words("path")) v\(readership.words("version"))."
    }
  }

  struct Readers: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "readers",
      abstract: "List who has read the newest version of an SOP, and who has not.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let readership = try workspace.readership(of: sop)
      if options.format == .json {
        Terminal.write(readership.json)
        return
      }
      let reference = readership.version.reference
      Terminal.write("\(reference.path) v\(reference.version), commit \(reference.commit.abbreviated)")
      var table = Table([.init(title: "person"), .init(title: "read (UTC)")])
      for (person, at) in readership.people { table.add([person.text, at.map(Words.time) ?? "not yet"]) }
      Terminal.write(table.text)
    }
  }

  struct Suspects: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "suspect", abstract: "List codes, tags and items that rest on an earlier version of an SOP.")

    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let links = try workspace.suspects(by: caller)
      if options.format == .json {
        Terminal.write(JSONValue.array(links.map(\.json)))
        return
      }
      guard !links.isEmpty else {
        Terminal.write("Nothing rests on an earlier version of an SOP.")
        return
      }
      var table = Table([.init(title: "what"), .init(title: "why", isElastic: true)])
      for link in links {
        switch link.subject {
        case .key(let key): table.add([key.value, link.reason])
        case .item(let id): table.add([id.description, link.reason])
        }
      }
      Terminal.write(table.text)
    }
  }
}
