// SPDX-License-Identifier: Apache-2.0

/// Personal data was deleted. The event says nothing of what it was or whose, but for a person's id, which is a
/// pseudonym; the list of what is gone, by digests and numbers, is a document.
package struct PersonalDataErased: Equatable, Sendable {
  /// SHA-256 of an `ErasedRows`.
  package var rows: Digest
  /// Of the text that says why.
  package var reason: Digest
  /// The person of the workspace whose name, address and logins went; nil where it was about somebody else.
  package var person: PersonID?
  /// How many records lost their personal fields.
  package var records: Int
  /// How many rows that were held back are gone.
  package var heldBack: Int
  /// How many texts that people wrote are gone.
  package var texts: Int

  package init(rows: Digest, reason: Digest, person: PersonID?, records: Int, heldBack: Int, texts: Int) {
    self.rows = rows
    self.reason = reason
    self.person = person
    self.records = records
    self.heldBack = heldBack
    self.texts = texts
  }

  static let kind = "personal_data_erased"

  var json: JSONValue {
    .fields([
      "rows": .text(rows), "reason": .text(reason), "person": person.map(JSONValue.text), "records": .int(records),
      "held_back": .int(heldBack), "texts": .int(texts),
    ])
  }

  init(fields: Fields) throws(DecodingFailure) {
    self.init(
      rows: try fields.digest("rows"), reason: try fields.digest("reason"), person: try fields.optionalPerson("person"),
      records: try fields.int("records"), heldBack: try fields.int("held_back"), texts: try fields.int("texts"))
  }
}

/// What an erasure deleted, so that it can be told from damage, and done again in a copy from before it.
package struct ErasedRows: Equatable, Sendable {
  /// Salted digests of personal fields.
  package var personal: Set<Digest> = []
  /// Salted digests of texts.
  package var texts: Set<Digest> = []
  /// Salted digests of logins.
  package var logins: Set<Digest> = []
  /// Numbers of rows that were held back.
  package var heldBack: Set<Int> = []

  package init() {}

  package var isEmpty: Bool { personal.isEmpty && texts.isEmpty && logins.isEmpty && heldBack.isEmpty }

  package mutating func formUnion(_ other: ErasedRows) {
    personal.formUnion(other.personal)
    texts.formUnion(other.texts)
    logins.formUnion(other.logins)
    heldBack.formUnion(other.heldBack)
  }

  package var json: JSONValue {
    func list(_ digests: Set<Digest>) -> JSONValue { .array(digests.map(\.description).sorted().map(JSONValue.string)) }
    return .fields([
      "personal": list(personal), "texts": list(texts), "logins": list(logins),
      "held_back": .array(heldBack.sorted().map(JSONValue.int)),
    ])
  }

  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    func digests(_ name: String) throws(DecodingFailure) -> Set<Digest> {
      var digests: Set<Digest> = []
      for text in try fields.strings(name) {
        guard let digest = Digest(text) else {
          throw DecodingFailure(field: name, problem: "is not a list of SHA-256 values")
        }
        digests.insert(digest)
      }
      return digests
    }
    personal = try digests("personal")
    texts = try digests("texts")
    logins = try digests("logins")
    for value in try fields.array("held_back") {
      guard case .integer(let number) = value else {
        throw DecodingFailure(field: "held_back", problem: "is not a list of numbers")
      }
      heldBack.insert(Int(number))
    }
  }
}
