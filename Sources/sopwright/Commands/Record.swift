// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct Record: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record one exception.",
    discussion: "Prints its reference. With --ref, giving the same command again changes nothing.")

  @Option(help: "The exception code.") var code: String
  @Option(
    name: .customLong("root-cause"),
    help: ArgumentHelp("A root-cause tag; may be given several times.", valueName: "tag"))
  var rootCauses: [String] = []
  @Option(name: .customLong("at"), help: ArgumentHelp("When it occurred; now unless given.", valueName: "time"))
  var time: String?
  @Option(help: "How much, as 12.50.") var amount: String?
  @Option(help: "In which currency, as EUR.") var currency: String?
  @Option(help: "Your own reference.") var ref: String?
  @Option(help: "The team.") var team: String?
  @Option(help: "How bad it was.") var severity: String?
  @Option(help: "Where it stands.") var status: String?
  @Option(name: .customLong("case"), help: "The case it belongs to.") var caseReference: String?
  @Option(help: "Deviation from policy in percent.") var deviation: String?
  @Option(help: "Who asked for it.") var requester: String?
  @Option(help: "Who approved it.") var approver: String?
  @Option(help: "Why.") var rationale: String?
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if (amount == nil) != (currency == nil) { throw ValidationError("--amount and --currency belong together.") }
  }

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    var report = ExceptionReport()
    (report.code, report.rootCauses, report.occurredAt) = (code, rootCauses, time)
    (report.amount, report.currency, report.deviation) = (amount, currency, deviation)
    (report.team, report.severity, report.status, report.caseReference) = (team, severity, status, caseReference)
    (report.requester, report.approver, report.rationale) = (requester, approver, rationale)
    report.reference = ref
    let recorded: RecordedException
    // What makes no sense by itself is wrong usage.
    do { recorded = try workspace.record(report, by: caller) } catch let error as ReportError {
      throw ValidationError(Terminal.safe(error.sentence))
    }
    guard options.format == .text else {
      Terminal.write(recorded.json)
      return
    }
    Terminal.write(recorded.reference)
    for item in recorded.opened { Terminal.note("It recurs: \(item) was opened.") }
    for item in recorded.joined { Terminal.note("It belongs to \(item).") }
  }
}
