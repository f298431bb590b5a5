// SPDX-License-Identifier: Apache-2.0

/// Why stored bytes do not say what their kind must say. Seen only where something was changed outside the tool, or was
/// written by a newer version of it.
package struct DecodingFailure: Error, Equatable, Sendable {
  package let field: String
  package let problem: String

  package init(field: String, problem: String) {
    self.field = field
    self.problem = problem
  }

  package var sentence: String { "The field \"\(field)\" \(problem)." }
}

/// The members of an object, read by type. Each accessor throws a `DecodingFailure` that names the field.
package struct Fields: Sendable {
  private let value: JSONValue

  package init(_ value: JSONValue) {
    self.value = value
  }

  private func require<Value>(_ name: String, _ what: String, _ value: Value?) throws(DecodingFailure) -> Value {
    guard let value else {
      throw DecodingFailure(field: name, problem: self.value[name] == nil ? "is missing" : "is not \(what)")
    }
    return value
  }

  private func optional<Value>(
    _ name: String, _ read: (Fields) throws(DecodingFailure) -> Value
  ) throws(DecodingFailure) -> Value? {
    self.value[name] == nil ? nil : try read(self)
  }

  package func string(_ name: String) throws(DecodingFailure) -> String {
    guard case .string(let text)? = value[name] else { return try require(name, "text", nil) }
    return text
  }

  package func optionalString(_ name: String) throws(DecodingFailure) -> String? {
    try optional(name) { fields throws(DecodingFailure) in try fields.string(name) }
  }

  package func int(_ name: String) throws(DecodingFailure) -> Int {
    guard case .integer(let number)? = value[name], number.magnitude < 1 << 53 else {
      return try require(name, "a whole number within ±(2^53−1)", nil)
    }
    return Int(number)
  }

  package func optionalInt(_ name: String) throws(DecodingFailure) -> Int? {
    try optional(name) { fields throws(DecodingFailure) in try fields.int(name) }
  }

  package func bool(_ name: String) throws(DecodingFailure) -> Bool {
    guard case .bool(let flag)? = value[name] else { return try require(name, "true or false", nil) }
    return flag
  }

  package func array(_ name: String) throws(DecodingFailure) -> [JSONValue] {
    guard case .array(let values)? = value[name] else { return try require(name, "a list", nil) }
    return values
  }

  package func optionalArray(_ name: String) throws(DecodingFailure) -> [JSONValue]? {
    try optional(name) { (fields) throws(DecodingFailure) in try fields.array(name) }
  }

  package func strings(_ name: String) throws(DecodingFailure) -> [String] {
    var texts: [String] = []
    for element in try array(name) {
      guard case .string(let text) = element else { return try require(name, "a list of texts", nil) }
      texts.append(text)
    }
    return texts
  }

  package func optionalStrings(_ name: String) throws(DecodingFailure) -> [String]? {
    try optional(name) { fields throws(DecodingFailure) in try fields.strings(name) }
  }

  package func object(_ name: String) throws(DecodingFailure) -> Fields {
    guard case .object? = value[name], let object = value[name] else { return try require(name, "an object", nil) }
    return Fields(object)
  }

  package func optionalObject(_ name: String) throws(DecodingFailure) -> Fields? {
    try optional(name) { fields throws(DecodingFailure) in try fields.object(name) }
  }

  package func choice<Choice: RawRepresentable<String>>(_ name: String) throws(DecodingFailure) -> Choice {
    try require(name, "one of the known words", Choice(rawValue: try string(name)))
  }

  package func choices<Choice: RawRepresentable<String>>(_ name: String) throws(DecodingFailure) -> [Choice] {
    try strings(name).map { text throws(DecodingFailure) in
      try require(name, "a list of known words", Choice(rawValue: text))
    }
  }

  package func time(_ name: String) throws(DecodingFailure) -> Timestamp {
    try require(name, "a time", Timestamp(canonical: try string(name)))
  }

  package func optionalTime(_ name: String) throws(DecodingFailure) -> Timestamp? {
    try optional(name) { fields throws(DecodingFailure) in try fields.time(name) }
  }

  package func date(_ name: String) throws(DecodingFailure) -> CalendarDate {
    try require(name, "a date", CalendarDate(try string(name)))
  }

  package func optionalDate(_ name: String) throws(DecodingFailure) -> CalendarDate? {
    try optional(name) { fields throws(DecodingFailure) in try fields.date(name) }
  }

  package func digest(_ name: String) throws(DecodingFailure) -> Digest {
    try require(name, "a SHA-256 value", Digest(try string(name)))
  }

  package func optionalDigest(_ name: String) throws(DecodingFailure) -> Digest? {
    try optional(name) { fields throws(DecodingFailure) in try fields.digest(name) }
  }

  package func person(_ name: String) throws(DecodingFailure) -> PersonID {
    let text = try string(name)
    return text == PersonID.rules.text ? .rules : try require(name, "a person's id", PersonID(text))
  }

  package func optionalPerson(_ name: String) throws(DecodingFailure) -> PersonID? {
    try optional(name) { fields throws(DecodingFailure) in try fields.person(name) }
  }

  package func people(_ name: String) throws(DecodingFailure) -> [PersonID] {
    var people: [PersonID] = []
    for text in try strings(name) { people.append(try require(name, "a list of people's ids", PersonID(text))) }
    return people
  }

  package func optionalPeople(_ name: String) throws(DecodingFailure) -> [PersonID]? {
    try optional(name) { fields throws(DecodingFailure) in try fields.people(name) }
  }

  package func item(_ name: String) throws(DecodingFailure) -> ItemID {
    try require(name, "the id of an item", ItemID(try string(name)))
  }

  package func optionalItem(_ name: String) throws(DecodingFailure) -> ItemID? {
    try optional(name) { fields throws(DecodingFailure) in try fields.item(name) }
  }

  package func items(_ name: String) throws(DecodingFailure) -> [ItemID] {
    var ids: [ItemID] = []
    for text in try strings(name) { ids.append(try require(name, "a list of items", ItemID(text))) }
    return ids
  }

  package func change(_ name: String) throws(DecodingFailure) -> ChangeID {
    try require(name, "the id of an SOP change", ChangeID(try string(name)))
  }

  /// Any value that is there.
  package func value(_ name: String) throws(DecodingFailure) -> JSONValue {
    try require(name, "there", value[name])
  }

  package func commit(_ name: String) throws(DecodingFailure) -> CommitID {
    try require(name, "the id of a commit", CommitID(try string(name)))
  }

  package func optionalCommit(_ name: String) throws(DecodingFailure) -> CommitID? {
    try optional(name) { fields throws(DecodingFailure) in try fields.commit(name) }
  }

  package func path(_ name: String) throws(DecodingFailure) -> SOPPath {
    let text = try string(name)
    do { return try SOPPath(text) } catch { return try require(name, "the path of an SOP", nil) }
  }

  package func optionalPath(_ name: String) throws(DecodingFailure) -> SOPPath? {
    try optional(name) { fields throws(DecodingFailure) in try fields.path(name) }
  }

  package func rule(_ name: String) throws(DecodingFailure) -> RecurrenceRule {
    let text = try string(name)
    do { return try RecurrenceRule(text) } catch { return try require(name, "a rule such as 3/30d", nil) }
  }

  package func optionalRule(_ name: String) throws(DecodingFailure) -> RecurrenceRule? {
    try optional(name) { fields throws(DecodingFailure) in try fields.rule(name) }
  }

  package func key(_ name: String) throws(DecodingFailure) -> RecurrenceKey {
    let fields = try object(name)
    return RecurrenceKey(try fields.choice("kind"), try fields.string("value"))
  }
}
