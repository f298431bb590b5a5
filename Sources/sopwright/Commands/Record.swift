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
    var record = ExceptionRecord(
      source: "", reference: "", occurredAt: try time.map { try workspace.time($0) } ?? caller.now.wholeSecond,
      code: code, rawCode: code, rootCauses: rootCauses)
    record.team = team
    record.severity = severity
    record.status = status
    record.caseReference = caseReference
    if let deviation {
      guard let number = ExactDecimal(deviation) else { throw ValidationError("--deviation takes a number, as 12.5.") }
      record.deviation = number.description
    }
    if let amount, let currency {
      guard let known = Currency(currency) else { throw ValidationError("--currency takes three letters, as EUR.") }
      guard let units = ExactDecimal(amount)?.minorUnits(exponent: known.exponent), units.magnitude < 1 << 53 else {
        throw ValidationError("--amount takes a number, as 12.50.")
      }
      record.amount = units
      record.currency = known.code
    }
    let personal = PersonalFields(
      fields: ["requester": requester, "approver": approver, "rationale": rationale].compactMapValues { $0 })
    let recorded = try workspace.recordException(record, personal: personal, reference: ref, by: caller)
    guard options.format == .text else {
      Terminal.write(
        JSONValue.fields([
          "ref": .string(recorded.reference), "new": .bool(recorded.isNew),
          "items_opened": .array(recorded.opened.map(JSONValue.text)),
          "items_joined": .array(recorded.joined.map(JSONValue.text)),
        ]))
      return
    }
    Terminal.write(recorded.reference)
    for item in recorded.opened { Terminal.note("It recurs: \(item) was opened.") }
    for item in recorded.joined { Terminal.note("It belongs to \(item).") }
  }
}
