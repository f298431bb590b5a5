// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

/// The taxonomy as it stands in the files of `taxonomy/`: what a person edits, checks, and adopts.
package struct TaxonomyFiles {
  package let taxonomy: Taxonomy
  /// Names, addresses and logins: they go into erasable tables, not into the document.
  let people: [PersonDetails]
  /// Where each entry stands.
  private let places: [RecurrenceKey: (file: String, line: Int?)]

  static let codesFile = "codes.yaml"
  static let rootCausesFile = "root_causes.yaml"
  static let peopleFile = "people.yaml"
  static let policiesFile = "policies.yaml"
  /// Optional: without it every SLA counts around the clock.
  static let calendarsFile = "calendars.yaml"

  /// - Throws: `FileProblem`, naming file and line.
  init(folder: String) throws {
    try self.init { name in
      let path = "\(folder)/\(name)"
      guard name != TaxonomyFiles.calendarsFile || FileManager.default.fileExists(atPath: path) else { return nil }
      return try YAMLFile(at: path, named: "taxonomy/\(name)")
    }
  }

  /// - Parameter file: gives the file of a name; nil says nothing.
  init(_ file: (_ name: String) throws -> YAMLFile?) throws {
    func read(_ name: String, _ key: String) throws -> [YAMLValue] {
      guard let file = try file(name) else { return [] }
      return try file.root.mapping([key]).required(key).sequence()
    }
    var places: [RecurrenceKey: (file: String, line: Int?)] = [:]
    func entries(_ kind: RecurrenceKey.Kind, _ name: String, _ key: String) throws -> [TaxonomyEntry] {
      try read(name, key).map { value in
        let entry = try TaxonomyEntry(value)
        let place = RecurrenceKey(kind, entry.id)
        if let other = places[place] {
          throw value.problem("The id \(entry.id) stands in line \(other.line ?? 0) already.")
        }
        places[place] = (value.file, value.line)
        return entry
      }
    }
    let codes = try entries(.code, TaxonomyFiles.codesFile, "codes")
    let rootCauses = try entries(.rootCause, TaxonomyFiles.rootCausesFile, "root_causes")
    var people: [PersonEntry] = []
    var persons: Set<PersonID> = []
    for value in try read(TaxonomyFiles.peopleFile, "people") {
      let person = try PersonEntry(value)
      guard persons.insert(person.id).inserted else {
        throw value.problem("The person \(person.id) stands here twice.")
      }
      people.append(person)
    }
    self.places = places
    self.people = people.map(\.details)
    taxonomy = Taxonomy(
      codes: codes, rootCauses: rootCauses, people: people.map(\.rights),
      policies: try read(TaxonomyFiles.policiesFile, "sla").map(SLAPolicy.init),
      calendars: try read(TaxonomyFiles.calendarsFile, "calendars").map(BusinessCalendar.init))
    if let twice = TaxonomyFiles.firstTwice(taxonomy.policies.map(\.id)) {
      throw FileProblem(file: "taxonomy/\(TaxonomyFiles.policiesFile)", "The SLA \(twice) stands here twice.")
    }
    if let twice = TaxonomyFiles.firstTwice(taxonomy.calendars.map(\.id)) {
      throw FileProblem(file: "taxonomy/\(TaxonomyFiles.calendarsFile)", "The calendar \(twice) stands here twice.")
    }
  }

  private static func firstTwice(_ ids: [String]) -> String? {
    var seen: Set<String> = []
    return ids.first { !seen.insert($0).inserted }
  }

  /// Everybody in people.yaml, in its order.
  var peopleEntries: [PersonEntry] {
    zip(people, taxonomy.people).map { PersonEntry(details: $0, rights: $1) }
  }

  func place(_ key: RecurrenceKey) -> (file: String, line: Int?) {
    places[key] ?? ("taxonomy/\(key.kind == .code ? TaxonomyFiles.codesFile : TaxonomyFiles.rootCausesFile)", nil)
  }
}

extension TaxonomyEntry {
  fileprivate init(_ value: YAMLValue) throws {
    let fields = try value.mapping([
      "id", "title", "definition", "severity", "owner", "playbook", "sla", "recurrence", "leakage", "catch_all",
      "retired", "replaces",
    ])
    let id = try fields.required("id").string()
    guard EntryID.isValid(id) else {
      throw value.problem("\"\(id)\" cannot be an id: use A to Z, 0 to 9, dashes, dots and underscores.")
    }
    self.init(id: id, title: try fields["title"]?.string() ?? id)
    definition = try fields["definition"]?.string() ?? ""
    if let field = fields["severity"] {
      guard let severity = Severity(rawValue: try field.string()) else {
        throw field.problem("There is no such severity. Write critical, major or minor.")
      }
      self.severity = severity
    }
    if let field = fields["owner"] {
      guard let owner = PersonID(try field.string()) else { throw field.problem("This is not the id of a person.") }
      self.owner = owner
    }
    if let field = fields["playbook"] { playbook = try field.refusing { text throws(Rejection) in try SOPPath(text) } }
    if let field = fields["sla"] { sla = try field.string() }
    if let field = fields["recurrence"] {
      recurrence = try field.refusing { text throws(Rejection) in try RecurrenceRule(text) }
    }
    isLeakage = try fields["leakage"]?.bool() ?? false
    isCatchAll = try fields["catch_all"]?.bool() ?? false
    if let field = fields["retired"] {
      guard let date = CalendarDate(try field.string()) else { throw field.problem("Write a date such as 2026-01-31.") }
      retired = date
    }
    replaces = try fields["replaces"]?.list().map { try $0.string() } ?? []
  }
}

extension YAMLValue {
  fileprivate func bool() throws -> Bool {
    switch try string() {
    case "true", "yes": true
    case "false", "no": false
    default: throw problem("Write true or false.")
    }
  }

  fileprivate func refusing<Value>(_ read: (String) throws(Rejection) -> Value) throws -> Value {
    let text = try string()
    do { return try read(text) } catch { throw problem(error.sentence) }
  }
}
