// SPDX-License-Identifier: Apache-2.0

/// A JSON value with exact numbers. One type serves the ledger's canonical bytes and what people's scripts read.
///
/// Foundation's encoder is not used for either: it orders keys by UTF-16, escapes slashes, rounds large integers, and
/// takes duplicate keys. See docs/formats/ledger.md.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number that is no whole number, as its digits: `2.75`. Never in canonical bytes.
  case decimal(String)
  case string(String)
  case array([JSONValue])
  /// In the order in which it is to be written; canonical bytes sort it.
  case object([Member])

  package struct Member: Equatable, Sendable {
    package var name: String
    package var value: JSONValue
  }

  /// An object; members whose value is nil are left out. For output in which an absent value is written, give `.null`.
  package static func fields(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
  }

  package static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  package static func int(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  /// The value's text as `String`, for ids and instants that describe themselves.
  package static func text(_ value: some CustomStringConvertible) -> JSONValue { .string(value.description) }

  package static func text(_ value: (some CustomStringConvertible)?) -> JSONValue {
    value.map { .string($0.description) } ?? .null
  }

  /// The member of an object; nil where there is none.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue {
  /// An object with one more member at its end.
  package func with(_ name: String, _ value: JSONValue) -> JSONValue {
    merging(.object([Member(name: name, value: value)]))
  }

  /// An object with the members of another at its end.
  package func merging(_ other: JSONValue) -> JSONValue {
    guard case .object(let mine) = self, case .object(let others) = other else { return self }
    return .object(mine + others)
  }
}
