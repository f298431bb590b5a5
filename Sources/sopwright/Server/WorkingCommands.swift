// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

// What is done to an item, on a server.

/// What a page of an item takes for a command.
protocol ServedItemCommand: ServedCommand, ItemCommand {
  /// What the page's form is called, and what it takes.
  var form: (name: String, fields: KeyValuePairs<String, JSONValue?>) { get }
}

extension ServedItemCommand {
  func execute(on server: Server) throws {
    guard ItemID(item) != nil else { throw Rejection.unknownItem(item) }
    try server.post(["items", item, form.name], form.fields)
    write(try server.item(item).without("history"), asText: words)
  }
}

extension Acknowledge: ServedItemCommand {
  var form: (name: String, fields: KeyValuePairs<String, JSONValue?>) { ("acknowledge", [:]) }
}

extension Assign: ServedItemCommand {
  var form: (name: String, fields: KeyValuePairs<String, JSONValue?>) { ("assign", ["person": .string(to)]) }
}

extension Comment: ServedItemCommand {
  var form: (name: String, fields: KeyValuePairs<String, JSONValue?>) { ("comment", ["text": .string(text)]) }
}

extension Extend: ServedItemCommand {
  var form: (name: String, fields: KeyValuePairs<String, JSONValue?>) {
    ("extend", ["until": .string(until), "reason": .string(reason)])
  }
}

extension Pause: ServedItemCommand {
  var form: (name: String, fields: KeyValuePairs<String, JSONValue?>) {
    ("pause", ["until": .string(until), "reason": .string(reason)])
  }
}

extension Resume: ServedItemCommand {
  var form: (name: String, fields: KeyValuePairs<String, JSONValue?>) { ("resume", [:]) }
}

extension Record: ServedCommand {
  func execute(on server: Server) throws {
    try mustSayWhatIsGiven()
    let recorded = try server.post(
      ["exceptions"],
      [
        "code": .string(code), "root_causes": .array(rootCauses.map(JSONValue.string)),
        "at": time.map(JSONValue.string),
        "amount": amount.map(JSONValue.string), "currency": currency.map(JSONValue.string),
        "ref": ref.map(JSONValue.string),
        "team": team.map(JSONValue.string), "severity": severity.map(JSONValue.string),
        "status": status.map(JSONValue.string), "case": caseReference.map(JSONValue.string),
        "deviation": deviation.map(JSONValue.string), "requester": requester.map(JSONValue.string),
        "approver": approver.map(JSONValue.string), "rationale": rationale.map(JSONValue.string),
      ], having: "ref")
    write(recorded) { $0.words("ref") }
    guard options.format == .text else { return }
    for item in recorded.list("items_opened") { Terminal.note("It recurs: \(item.words) was opened.") }
    for item in recorded.list("items_joined") { Terminal.note("It belongs to \(item.words).") }
  }
}

extension Record {
  /// A form takes what is empty for what is not given, and white space for what stands between tags; a script that has an empty variable
  /// means neither.
  private func mustSayWhatIsGiven() throws {
    let given: KeyValuePairs<String, String?> = [
      "code": code, "at": time, "amount": amount, "currency": currency, "ref": ref, "team": team, "severity": severity,
      "status": status, "case": caseReference, "deviation": deviation, "requester": requester, "approver": approver,
      "rationale": rationale,
    ]
    for (name, value) in given where value?.allSatisfy(\.isWhitespace) == true {
      throw ValidationError("--\(name) is empty. Leave it out, or give it a value.")
    }
    for tag in rootCauses where tag.isEmpty || tag.contains(where: \.isWhitespace) {
      throw ValidationError("--root-cause takes one tag, without spaces; it may be given several times.")
    }
  }
}

extension Server {
  func item(_ id: String) throws -> JSONValue { try get(["items", id], having: "id") }

  func change(_ id: String) throws -> JSONValue { try get(["changes", id], having: "id") }
}
