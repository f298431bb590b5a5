// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct Tick: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "tick",
    abstract: "Do what time has caused: for cron.",
    discussion:
      "Finishes interrupted closings, takes up pushes, opens what is due, notices what came due, signs a checkpoint. Every other command does it too."
  )

  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let workspace = try Workspace.open(options.workspaceFolder)
    let done = try workspace.catchUp(by: options.caller())
    if options.format == .json {
      Terminal.write(
        JSONValue.fields([
          "busy": .bool(done == nil),
          "finished": .array((done?.finished ?? []).map(JSONValue.text)),
          "unfinished": .array((done?.unfinished ?? []).map(JSONValue.text)),
          "adopted_push": .bool(done?.adoptedPush ?? false),
          "items_opened": .array((done?.opened ?? []).map(JSONValue.text)), "noticed": .int(done?.noticed ?? 0),
          "checkpoint": done?.published.map(JSONValue.int) ?? .null,
        ]))
    } else if let done {
      let finished = Words.count(done.finished.count, "closing")
      let opened = Words.count(done.opened.count, "item")
      let noticed =
        done.noticed > 0
        ? ", \(Words.count(done.noticed, "warning, breach or review", "warnings, breaches and reviews")) noticed" : ""
      let published = done.published.map { ", a checkpoint of \(Words.count($0, "event")) signed" } ?? ""
      if let problem = done.checkpointProblem { Terminal.note(problem) }
      let push = done.adoptedPush ? ", a push taken up" : ""
      Terminal.write(
        done == CaughtUp()
          ? "Nothing was due." : "Done: \(finished) finished, \(opened) opened\(noticed)\(push)\(published).")
    } else {
      Terminal.note("Another command is writing; it does what is due.")
    }
  }
}
