// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

/// Lists as people read them, of the JSON that a server gives.
enum Lists {
  static func items(_ items: JSONValue) -> String {
    guard !items.elements.isEmpty else { return "No item fits." }
    var table = Items.emptyTable
    for item in items.elements {
      let key = item["key"] ?? .null
      let isClosed = item["state"] == "closed"
      table.add([
        item.words("id"), item.words("state") + (item.isTrue("historic") && !isClosed ? ", historic" : ""),
        key.words("value"), key.words("title"), item.words("owner"),
        isClosed ? "" : item.date("due_at") + (ItemText.urgency(item).map { " \($0)" } ?? ""),
        item.words("occurrences"), item.money("money"),
      ])
    }
    return table.text
  }

  static func exceptions(_ exceptions: JSONValue) -> String {
    guard !exceptions.elements.isEmpty else { return "No exceptions." }
    var table = Table(Exceptions.columns)
    for exception in exceptions.elements {
      let amount = exception.object("amount").map { JSONValue.fields(["amount": .array([$0])]).money("amount") }
      let sop = exception.object("sop_in_force").map { "\($0.words("path")) v\($0.words("version"))" }
      table.add([
        exception.time("occurred_at"), exception.words("ref"), exception.words("code"),
        exception.words("root_causes"), amount ?? "", exception.list("items").map(\.words).joined(separator: " "),
        sop ?? "",
      ])
    }
    return table.text
  }

  static func heldBack(_ rows: JSONValue) -> String {
    guard !rows.elements.isEmpty else { return "Nothing is held back." }
    return rows.elements.map { row in
      let file = row.words("file")
      return "\(Terminal.styled("line \(row.words("line"))", .bold)) of \(row.words("source"))"
        + "\(file.isEmpty ? "" : " (file \(file.prefix(12)))"), \(row.words("field")): \(row.words("reason"))\n  "
        + row.words("raw").prefix(160)
    }.joined(separator: "\n")
  }

  static func sops(_ sops: JSONValue) -> String {
    guard !sops.elements.isEmpty else { return "There is none." }
    var table = SOP.List.emptyTable
    for sop in sops.elements {
      table.add([
        sop.words("path"), "v\(sop.words("version"))", sop.time("in_force_from"), sop.words("owner"),
        sop.isTrue("retired") ? "retired" : sop.isTrue("approved") ? "" : "unapproved", sop.words("title"),
      ])
    }
    return table.text
  }

  static func versions(_ versions: JSONValue) -> String {
    var table = SOP.History.emptyTable
    for version in versions.elements {
      let change = version.words("change")
      table.add([
        "v\(version.words("version"))", version.time("in_force_from"), version.commit("commit"),
        version.words("author"), change.isEmpty ? version.state("origin") : change,
      ])
    }
    return table.text
  }

  static func hits(_ hits: JSONValue) -> String {
    guard !hits.elements.isEmpty else { return "Nothing found." }
    var table = SOP.Search.emptyTable
    for hit in hits.elements {
      let line = hit.words("line")
      table.add([
        hit.words("path") + (line.isEmpty ? "" : ":\(line)"), "v\(hit.words("version"))",
        line.isEmpty ? hit.words("title") : hit.words("text"),
      ])
    }
    return table.text
  }

  static func people(_ people: JSONValue) -> String {
    var table = Table([
      .init(title: "id"), .init(title: "name", isElastic: true), .init(title: "roles", isElastic: true),
      .init(title: "decides about", isElastic: true), .init(title: "stands in", isElastic: true),
      .init(title: "logins", isElastic: true), .init(title: "address", isElastic: true),
    ])
    for person in people.elements {
      let standsIn = person.list("stands_in").map {
        "for \($0.words("for")) from \($0.words("from")) until \($0.words("until"))"
      }
      table.add([
        person.words("id"), person.words("name"), person.words("roles"), person.words("only"),
        standsIn.joined(separator: "; "), person.words("logins"), person.words("address"),
      ])
    }
    return table.text
  }
}
