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

  static func takenBack(_ outcome: JSONValue) -> String {
    "Held back again: \(Words.count(Int(outcome.words("taken_back")) ?? 0, "row"))."
  }

  static func rowsSetAside(_ rows: JSONValue) -> String {
    guard !rows.elements.isEmpty else { return "Nothing was set aside." }
    return rows.elements.map { row in
      "\(heldBack(.array([row])))\n  set aside \(row.time("set_aside_at")) UTC by \(row.words("set_aside_by")): \(row.words("set_aside_because"))"
    }.joined(separator: "\n")
  }

  static func setAside(_ outcome: JSONValue) -> String {
    "Set aside as no exceptions: \(Words.count(Int(outcome.words("set_aside")) ?? 0, "row"))."
  }

  static func sops(_ sops: JSONValue, isUnapproved: Bool) -> String {
    guard !sops.elements.isEmpty else {
      return isUnapproved ? "Nothing came past the tool that nobody has approved." : "There is none."
    }
    var table = Table([
      .init(title: "path", isElastic: true), .init(title: "version"), .init(title: "in force from (UTC)"),
      .init(title: "owner"), .init(title: ""), .init(title: "title", isElastic: true),
    ])
    for sop in sops.elements {
      let standing =
        sop.isTrue("deleted")
        ? "deleted" : sop.isTrue("retired") ? "retired" : sop.isTrue("approved") ? "" : "unapproved"
      table.add([
        sop.words("path"), "v\(sop.words("version"))", sop.time("in_force_from"), sop.words("owner"), standing,
        sop.words("title"),
      ])
    }
    return table.text
  }

  static func leftAlone(_ files: JSONValue) -> String {
    var table = Table([.init(title: "path", isElastic: true), .init(title: "why", isElastic: true)])
    for file in files.elements { table.add([file.words("path"), file.words("reason")]) }
    return table.text
  }

  static func versions(_ versions: JSONValue) -> String {
    var table = Table([
      .init(title: "version"), .init(title: "in force from (UTC)"), .init(title: "commit"),
      .init(title: "author", isElastic: true), .init(title: "change"),
    ])
    for version in versions.elements {
      table.add([
        label(of: version, among: versions.elements), version.time("in_force_from"), version.commit("commit"),
        version.words("author"), origin(of: version),
      ])
    }
    return table.text
  }

  /// A version as people name it; with the commit where others have the same number.
  private static func label(of version: JSONValue, among versions: [JSONValue]) -> String {
    let isAlone = versions.count { $0["version"] == version["version"] } == 1
    let number = "v\(version.words("version"))"
    return isAlone || version["change"]?.text != nil ? number : "\(number)+\(version.commit("commit"))"
  }

  /// How a version came to be there.
  static func origin(of version: JSONValue) -> String {
    if let change = version["change"]?.text { return change }
    if version["origin"] == "founding" { return "there at the start" }
    let person = version.words("ratified_by")
    if !person.isEmpty { return "pushed, ratified by \(person)" }
    return version.isTrue("approved") ? "pushed, as approved before" : "unapproved"
  }

  static func hits(_ hits: JSONValue, isOfAllVersions: Bool) -> String {
    guard !hits.elements.isEmpty else {
      return "Nothing found.\(isOfAllVersions ? "" : " Older versions are searched with --all-versions.")"
    }
    var table = Table([.init(title: "where"), .init(title: "version"), .init(title: "text", isElastic: true)])
    for hit in hits.elements {
      let line = hit.words("line")
      table.add([
        hit.words("path") + (line.isEmpty ? "" : ":\(line)"),
        isOfAllVersions ? hit.commit("commit") : "v\(hit.words("version"))",
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
