// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct TraceCommand: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Show the whole chain behind a code, tag, item, change, commit, SOP or reference.",
    discussion:
      "Write code:RF-01, tag:…, item:REM-1, change:CHG-1, commit:…, sop:PATH or ref:…; the prefix may be left out where "
      + "only one fits.")

  @Argument(help: "Where to begin.") var what: String
  @Flag(help: "List all references, not the first hundred.") var all = false
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let trace = try workspace.trace(what, listingAll: all, by: caller, progress: ProgressLine.ofReading)
    let isAll = all
    write(trace.json) { TraceText.whole($0, isAll: isAll) }
  }
}

extension TraceCommand: ServedCommand {
  func execute(on server: Server) throws {
    let isAll = all
    write(try server.get(["trace"], ["what": what, "all": all ? "1" : nil], having: "what")) {
      TraceText.whole($0, isAll: isAll)
    }
  }
}
