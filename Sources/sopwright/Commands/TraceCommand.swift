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
    guard options.format == .text else {
      Terminal.write(trace.json)
      return
    }
    Terminal.write(Terminal.styled(trace.start.description, .bold))
    if let version = trace.line {
      Terminal.write(
        "├─ the line came with \(version.reference.path) v\(version.reference.version), commit "
          + "\(version.reference.commit.abbreviated), by \(Terminal.safe(version.author)) on \(Words.date(version.committedAt))"
      )
    }
    describe(trace.exceptions)
    for item in trace.items { describe(item) }
    for change in trace.changes { describe(change) }
    describe(trace.byVersion)
  }

  private func describe(_ exceptions: ExceptionCount) {
    let span = exceptions.first.flatMap { first in
      exceptions.last.map { ", from \(Words.date(first)) to \(Words.date($0))" }
    }
    Terminal.write("├─ \(Words.count(exceptions.count, "exception"))\(span ?? "")")
    let shown = exceptions.references.prefix(all ? Int.max : 5).map(Terminal.safe)
    if !shown.isEmpty {
      Terminal.write("│    \(shown.joined(separator: ", "))\(exceptions.count > shown.count ? ", …" : "")")
    }
  }

  private func describe(_ view: ItemView) {
    let item = view.item
    Terminal.write(
      "├─ \(item.id) \(item.stateWord): \(item.key.value) \(Terminal.safe(view.title)), \(Words.because(item.because))"
        + ", opened \(Words.date(item.openedAt)) by \(item.cause.rawValue.replacing("_", with: " "))")
    if let follows = item.follows { Terminal.write("│    continues \(follows)") }
    if case .closed(.rejected(let signed)) = item.state {
      Terminal.write(
        "│    rejected until \(signed.proposal.expiresOn), proposed by \(signed.proposal.proposedBy), signed by "
          + "\(signed.approvedBy)")
    }
  }

  private func describe(_ change: SOPChange) {
    let draft = change.draft
    Terminal.write(
      "├─ \(change.id) \(change.stateWord.replacing("_", with: " ")): \(draft.path) v\(draft.sopVersion), by "
        + "\(change.proposedBy)\(change.approvedBy.map { ", approved by \($0)" } ?? "")")
    if case .committed(let committed) = change.state {
      Terminal.write(
        "│    commit \(committed.sop.commit), in force from \(Words.time(committed.takesEffect)) UTC")
    }
  }

  private func describe(_ counts: [TraceResult.VersionCount]) {
    Terminal.write("└─ exceptions by the SOP version in force when they occurred")
    var table = Table([.init(title: "     version"), .init(title: "from (UTC)"), .init(title: "count", isNumber: true)])
    for count in counts {
      table.add([
        "     " + (count.version.map { "\($0.reference.path) v\($0.reference.version)" } ?? "none"),
        count.from.map(Words.time) ?? "", String(count.count),
      ])
    }
    Terminal.write(table.text)
  }
}
