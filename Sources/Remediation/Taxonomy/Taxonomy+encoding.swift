// SPDX-License-Identifier: Apache-2.0

extension Taxonomy {
  /// The document that a version's digest is over. Entries, people and policies are sorted by id, so that the order in
  /// which somebody wrote them down is no change.
  package var json: JSONValue {
    .fields([
      "codes": .array(codes.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }.map(\.json)),
      "root_causes": .array(rootCauses.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }.map(\.json)),
      "people": .array(people.sorted { $0.id < $1.id }.map(\.json)),
      "sla": .array(policies.sorted { $0.id < $1.id }.map(\.json)),
      "calendars": calendars.isEmpty ? nil : .array(calendars.sorted { $0.id < $1.id }.map(\.json)),
    ])
  }

  /// Reads what `json` wrote.
  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    try self.init(
      codes: fields.array("codes").map(TaxonomyEntry.init(json:)),
      rootCauses: fields.array("root_causes").map(TaxonomyEntry.init(json:)),
      people: fields.array("people").map { value throws(DecodingFailure) in
        let person = Fields(value)
        return Person(
          id: try person.person("id"),
          roles: Set(try person.choices("roles")),
          remit: Remit(only: try person.optionalStrings("only") ?? []),
          standsIn: try (person.optionalArray("stands_in") ?? []).map(StandIn.init(json:)))
      },
      policies: fields.array("sla").map(SLAPolicy.init(json:)),
      calendars: (fields.optionalArray("calendars") ?? []).map(BusinessCalendar.init(json:)))
  }
}

extension Taxonomy.Person {
  package var json: JSONValue {
    .fields([
      "id": .text(id), "roles": .array(roles.sorted().map { .string($0.rawValue) }),
      "only": remit.isEverything ? nil : .array(remit.names.map(JSONValue.string)),
      "stands_in": standsIn.isEmpty ? nil : .array(standsIn.map(\.json)),
    ])
  }
}

extension TaxonomyEntry {
  package var json: JSONValue {
    .fields([
      "id": .string(id),
      "title": .string(title),
      "definition": .string(definition),
      "severity": .string(severity.rawValue),
      "owner": owner.map(JSONValue.text),
      "playbook": playbook.map(JSONValue.text),
      "sla": .string(sla),
      "recurrence": .text(recurrence),
      "leakage": .bool(isLeakage),
      "catch_all": .bool(isCatchAll),
      "retired": retired.map(JSONValue.text),
      "replaces": .array(replaces.map(JSONValue.string)),
    ])
  }

  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    self.init(
      id: try fields.string("id"),
      title: try fields.string("title"),
      definition: try fields.string("definition"),
      severity: try fields.choice("severity"),
      owner: try fields.optionalPerson("owner"),
      playbook: try fields.optionalPath("playbook"),
      sla: try fields.string("sla"),
      recurrence: try fields.rule("recurrence"),
      isLeakage: try fields.bool("leakage"),
      isCatchAll: try fields.bool("catch_all"),
      retired: try fields.optionalDate("retired"),
      replaces: try fields.strings("replaces"))
  }
}
