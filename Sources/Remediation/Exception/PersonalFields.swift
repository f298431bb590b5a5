// SPDX-License-Identifier: Apache-2.0

/// What of an exception identifies people or is free text. It stands in a row of its own, salted into the record's leaf, and can
/// be erased while everything still verifies.
package struct PersonalFields: Equatable, Sendable {
  /// By field name: `requester`, `approver`, `rationale`, the fields that the map calls personal.
  package var fields: [String: String]
  /// The snapshot that the decision was made on, by column.
  package var inputs: [String: String]

  package init(fields: [String: String] = [:], inputs: [String: String] = [:]) {
    self.fields = fields
    self.inputs = inputs
  }

  package var isEmpty: Bool { fields.isEmpty && inputs.isEmpty }

  package subscript(name: String) -> String? { fields[name] }

  /// The canonical bytes that the salted digest is over.
  package var canonicalBytes: [UInt8] { json.canonicalBytes }

  package var json: JSONValue {
    func object(_ values: [String: String]) -> JSONValue {
      .object(values.map { JSONValue.Member(name: $0.key, value: .string($0.value)) })
    }
    var members = fields.map { JSONValue.Member(name: $0.key, value: .string($0.value)) }
    if !inputs.isEmpty { members.append(.init(name: "inputs", value: object(inputs))) }
    return .object(members)
  }

  /// Reads what `canonicalBytes` wrote.
  package init(json: JSONValue) throws(DecodingFailure) {
    guard case .object(let members) = json else { throw DecodingFailure(field: "personal", problem: "is no object") }
    self.init()
    for member in members {
      switch member.value {
      case .string(let text): fields[member.name] = text
      case .object(let inputs) where member.name == "inputs":
        for input in inputs {
          if case .string(let text) = input.value { self.inputs[input.name] = text }
        }
      default: throw DecodingFailure(field: member.name, problem: "is not text")
      }
    }
  }
}
