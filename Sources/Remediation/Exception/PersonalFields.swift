// SPDX-License-Identifier: Apache-2.0

/// What of an exception identifies people or is free text. It stands in a row of its own, salted into the record's leaf, and can
/// be erased while everything still verifies.
package struct PersonalFields: Equatable, Sendable {
  package struct Field: Equatable, Sendable {
    package let name: String
    package let value: String
  }

  /// `requester`, `approver`, `rationale`, and the fields that the map calls personal; in the order of their names' bytes.
  package private(set) var fields: [Field] = []
  /// The snapshot that the decision was made on, by column; in the order of the names' bytes.
  package private(set) var inputs: [Field] = []

  package init(fields: [String: String] = [:], inputs: [String: String] = [:]) {
    for (name, value) in fields { set(name, value) }
    for (name, value) in inputs { setInput(name, value) }
  }

  package var isEmpty: Bool { fields.isEmpty && inputs.isEmpty }

  package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// - Precondition: the name is not `inputs`, under which the snapshot stands.
  package mutating func set(_ name: String, _ value: String) {
    precondition(name != "inputs")
    PersonalFields.insert(Field(name: name, value: value), into: &fields)
  }

  package mutating func setInput(_ name: String, _ value: String) {
    PersonalFields.insert(Field(name: name, value: value), into: &inputs)
  }

  /// The canonical bytes that the salted digest is over: an object of the fields, with the inputs as an object of their own.
  /// Written by hand, as the record's are; a test holds it equal to `JSONValue.canonicalBytes`.
  package var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    var hasInputs = inputs.isEmpty
    func begin(_ name: String) {
      bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
      bytes.appendJSONString(name)
      bytes.append(UInt8(ascii: ":"))
    }
    func appendInputs() {
      begin("inputs")
      for (index, input) in inputs.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
        bytes.appendJSONString(input.name)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendJSONString(input.value)
      }
      bytes.append(UInt8(ascii: "}"))
      hasInputs = true
    }
    for field in fields {
      if !hasInputs, !field.name.utf8.lexicographicallyPrecedes("inputs".utf8) { appendInputs() }
      begin(field.name)
      bytes.appendJSONString(field.value)
    }
    if !hasInputs { appendInputs() }
    if bytes.isEmpty { bytes.append(UInt8(ascii: "{")) }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// Reads what `canonicalBytes` wrote.
  package init(json: JSONValue) throws(DecodingFailure) {
    guard case .object(let members) = json else { throw DecodingFailure(field: "personal", problem: "is no object") }
    for member in members {
      switch member.value {
      case .string(let text): set(member.name, text)
      case .object(let inputs) where member.name == "inputs":
        for input in inputs {
          if case .string(let text) = input.value { setInput(input.name, text) }
        }
      default: throw DecodingFailure(field: member.name, problem: "is not text")
      }
    }
  }

  private static func insert(_ field: Field, into fields: inout [Field]) {
    let place = fields.firstIndex { !$0.name.utf8.lexicographicallyPrecedes(field.name.utf8) } ?? fields.endIndex
    if place < fields.endIndex, fields[place].name.utf8.elementsEqual(field.name.utf8) {
      fields[place] = field
    } else {
      fields.insert(field, at: place)
    }
  }
}
