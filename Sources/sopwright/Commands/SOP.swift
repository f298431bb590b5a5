// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Ledger
import Remediation
import Tracker

struct SOP: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sop", abstract: "The handbook: SOPs and their versions.",
    subcommands: [
      List.self, Show.self, History.self, Difference.self, BlameLines.self, Search.self, InForce.self, Propose.self,
      Ratify.self,
      Restore.self,
      Changes.self, Proposals.self, Claim.self, Review.self, Reviews.self, Read.self, Readers.self, Suspects.self,
    ])

  struct List: WorkspaceCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the SOPs.")

    @Flag(help: "Only those whose newest version came past the tool and waits to be ratified or restored.")
    var unapproved = false
    @Flag(help: "Only those that are retired or were deleted.") var retired = false
    @Flag(help: "List instead what the repository holds that is no SOP and left alone, and why.") var leftAlone = false
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      guard !leftAlone else {
        show(.array(try workspace.leftAlone().map(\.json)))
        return
      }
      let sops = try unapproved ? workspace.unapproved() : retired ? workspace.retired() : workspace.sops()
      show(.array(sops.map(workspace.json(ofListed:))))
    }

    func show(_ list: JSONValue) {
      let (unapproved, leftAlone) = (unapproved, leftAlone)
      write(list) { leftAlone ? Lists.leftAlone($0) : Lists.sops($0, isUnapproved: unapproved) }
    }
  }

  struct Show: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print an SOP: the newest version, or SOP@3, or SOP@COMMIT.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @Flag(help: "As HTML that is safe to show, each block with its line in the file.") var html = false
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let text = try workspace.text(of: workspace.version(sop))
      if options.format == .json {
        Terminal.write(workspace.json(of: text, isHTML: html))
      } else if html {
        Terminal.write(foreign: Array(workspace.html(of: text).utf8))
      } else {
        Terminal.write(foreign: text.bytes)
      }
    }
  }

  struct History: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "history", abstract: "List the versions of an SOP, newest first.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      write(
        .array(try workspace.history(of: sop).map(workspace.json(ofHistorical:))), asText: Lists.versions)
    }
  }

  struct Difference: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff", abstract: "Show what changed between two versions of an SOP.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @Argument(help: ArgumentHelp("The older version, as 3, or a commit.", valueName: "a")) var old: String
    @Argument(help: ArgumentHelp("The newer version.", valueName: "b")) var new: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let before = try workspace.version("\(sop)@\(old)")
      let after = try workspace.version("\(sop)@\(new)")
      let difference = try workspace.difference(from: before, to: after)
      if options.format == .json {
        Terminal.write(
          JSONValue.fields([
            "path": .text(after.reference.path), "from": .text(before.reference.commit),
            "to": .text(after.reference.commit), "difference": .string(difference),
          ]))
      } else {
        Terminal.write(foreign: Array(difference.utf8))
      }
    }
  }

  struct BlameLines: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "blame", abstract: "Say of each line of an SOP which change and item put it there.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let blame = try workspace.blame(sop)
      if options.format == .json {
        Terminal.write(blame.json)
        return
      }
      var table = Table([
        .init(title: "line", isNumber: true), .init(title: "by"), .init(title: "date"),
        .init(title: "text", isElastic: true),
      ])
      for part in blame.parts {
        for (line, text) in zip(part.lines, part.text) {
          let isFirst = line == part.lines.lowerBound
          table.add([
            String(line), isFirst ? origin(of: part.version, blame) : "",
            isFirst ? Words.date(part.version.committedAt) : "",
            text,
          ])
        }
      }
      Terminal.write(table.text)
    }

    /// `REM-3 DAMAGED (14)`; the commit and its author where no item led to it.
    private func origin(of version: SOPVersion, _ blame: Blame) -> String {
      guard let change = version.change, let cause = blame.causes[change], !cause.items.isEmpty else {
        return
          "\(version.change?.description ?? version.reference.commit.abbreviated) \(version.author.prefix { $0 != "<" })"
      }
      let items = cause.items.map(\.description).joined(separator: ", ")
      let keys = cause.keys.map(\.value).joined(separator: ", ")
      return "\(items) \(keys) (\(cause.exceptions))"
    }
  }

  struct InForce: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "in-force",
      abstract: "Say which version was in force for a code at a time.")

    @Argument(help: "The exception code.") var code: String
    @Option(help: ArgumentHelp("A time; now unless given.", valueName: "time")) var at: String?
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let time = try at.map { try workspace.time($0) } ?? caller.now
      let version = try workspace.inForce(RecurrenceKey(.code, code), at: time, progress: ProgressLine.ofReading)
      if options.format == .json {
        Terminal.write(version.map { workspace.json(ofListed: $0).with("commit", .text($0.reference.commit)) } ?? .null)
      } else if let version {
        Terminal.write(
          "\(version.reference.path) v\(version.reference.version), commit \(version.reference.commit.abbreviated), in force "
            + "from \(Words.time(version.inForceFrom)) UTC")
      } else {
        Terminal.write("No SOP was in force for \(code) at \(Words.time(time)) UTC.")
      }
    }
  }

  struct Propose: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "propose",
      abstract: "Propose a change that closes no item: a review, a correction.")

    @Argument(help: ArgumentHelp("A path or an id.", valueName: "sop")) var sop: String
    @Option(help: ArgumentHelp("A file with the whole new text; - reads standard input.", valueName: "file")) var text:
      String
    @Option(help: "What changes, in a sentence.") var summary: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      try sopwright.Propose.change(
        closing: [], sop: sop, text: text, summary: summary, workspace, caller, options.format)
    }
  }
}
