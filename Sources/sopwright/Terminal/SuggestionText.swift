// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

/// A suggested taxonomy as a process owner reads it.
struct SuggestionText {
  private let suggestion: TaxonomySuggestion

  init(_ suggestion: TaxonomySuggestion) {
    self.suggestion = suggestion
  }

  var text: String {
    var parts = [columns, entries("Codes", "code", suggestion.codes), tags, rules, catchAll]
    parts.append(alike)
    parts.append(readiness)
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private func heading(_ text: String) -> String { Terminal.styled(text, .bold) }

  // MARK: Columns

  private var columns: String {
    var lines = [heading("Columns")]
    let source = suggestion.source
    lines.append(
      "source is \"\(source.column ?? "")\"\(source.certainty == .given ? "" : " (\(source.certainty.rawValue))"): "
        + source.reason)
    for column in suggestion.columns {
      let choice = column.choice
      let sure = choice.certainty == .given ? "" : " (\(choice.certainty.rawValue))"
      lines.append(
        choice.column.map { "\(choice.field) is \"\($0)\"\(sure): \(choice.reason)" } ?? choice.reason)
      guard let place = column.place, choice.certainty != .given else { continue }
      if choice.runnersUp.isEmpty {
        if choice.certainty == .unsure { lines.append("  Line \(place.line) of the map: \(place.text)") }
        continue
      }
      lines.append("  Line \(place.line) of the map: \(place.text)   Or it is:")
      for other in choice.runnersUp { lines.append("    \(other.line)") }
    }
    if !suggestion.people.isEmpty {
      lines.append("personal, because they name people: \(suggestion.people.joined(separator: ", ")).")
    }
    if suggestion.columns.contains(where: { $0.choice.field == "code" && !$0.choice.runnersUp.isEmpty }) {
      lines.append("Where you take another column for code or root_cause, delete the values: below it.")
    }
    return lines.map(Terminal.safe).joined(separator: "\n")
  }

  // MARK: Codes and tags

  private var tags: String { entries("Tags", "tag", suggestion.rootCauses) }

  private func entries(_ title: String, _ column: String, _ entries: [TaxonomySuggestion.Entry]) -> String {
    guard !entries.isEmpty else { return "" }
    let rules = suggestion.openings.map(\.rule)
    var columns: [Table.Column] = [
      .init(title: column), .init(title: "value", isElastic: true), .init(title: "count", isNumber: true),
      .init(title: "share", isNumber: true), .init(title: "up to here", isNumber: true),
    ]
    columns += rules.map { .init(title: $0.description) }
    if suggestion.comparedWith != nil { columns.append(.init(title: "in force")) }
    columns.append(.init(title: ""))
    var table = Table(columns)
    for entry in entries {
      var cells = [entry.id, entry.value, String(entry.count), share(entry.share), share(entry.cumulative)]
      cells += rules.map { entry.opens.contains($0) ? "opens" : "" }
      if suggestion.comparedWith != nil { cells.append(entry.standing.rawValue.replacing("_", with: "-")) }
      table.add(cells + [entry.isVague ? "by its name a catch-all" : ""])
    }
    return "\(heading(title))\n\(table.text)"
  }

  private var rules: String {
    var head = Words.count(suggestion.exceptions, "exception")
    if let first = suggestion.first, let last = suggestion.last { head += ", from \(first.date) to \(last.date)" }
    var table = Table([
      .init(title: "rule"), .init(title: "codes", isNumber: true), .init(title: "tags", isNumber: true),
    ])
    for opening in suggestion.openings {
      table.add([opening.rule.description, String(opening.codes), String(opening.rootCauses)])
    }
    var lines = ["\(head). What a rule would open:", table.text]
    if let version = suggestion.comparedWith {
      let known = suggestion.codes.count { $0.standing == .known }
      let new = suggestion.codes.count { $0.standing == .new }
      lines.append("Version \(version) of the taxonomy knows \(known) of these codes; \(new) are new.")
    }
    return lines.joined(separator: "\n")
  }

  private func share(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  // MARK: The catch-all

  private var catchAll: String {
    let catchAll = suggestion.catchAll
    guard catchAll.count > 0 else {
      return "\(heading("Without a code of their own"))\nNone: every exception gets one."
    }
    var lines = [
      heading("Without a code of their own"),
      "\(Words.count(catchAll.count, "exception")), \(share(catchAll.share)) of all; \(catchAll.withoutValue) of them without any value "
        + "or with one that means no more.",
    ]
    if !catchAll.values.isEmpty {
      var table = Table([
        .init(title: "value", isElastic: true), .init(title: "count", isNumber: true), .init(title: "recurs under"),
      ])
      for value in catchAll.values {
        table.add([value.value, String(value.count), value.opens.map(\.description).joined(separator: " ")])
      }
      lines += ["These recur enough for a code of their own:", table.text]
    }
    if let column = catchAll.textColumn {
      if catchAll.phrases.isEmpty {
        lines.append("No words of \"\(Terminal.safe(column))\" stand in many of them.")
      } else {
        let words = catchAll.phrases.map { "\($0.text) (\($0.count))" }.joined(separator: ", ")
        lines.append("Words that often stand in \"\(Terminal.safe(column))\": \(Terminal.safe(words))")
      }
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Values that are probably one

  private static let shownGroups = 15

  private var alike: String {
    guard !suggestion.alike.isEmpty else { return "" }
    var lines = [
      heading("Probably one"),

      "Nothing is joined by itself. Where you agree, put the lines below values: in the map; a line that is there is replaced.",
    ]
    for alike in suggestion.alike.prefix(SuggestionText.shownGroups) {
      let others = alike.group.others.map { "\"\($0.value.text)\" \($0.value.count) (\(words($0.difference)))" }
      let kind = alike.kind == .code ? "" : "tag "
      lines.append(
        Terminal.safe(
          "\(kind)\"\(alike.group.kept.text)\" \(alike.group.kept.count): \(others.joined(separator: ", "))")
          + (alike.opensTogether ? ". Only together do they recur." : ""))
      lines += alike.lines.map { "    \(Terminal.safe($0))" }
    }
    let rest = suggestion.alike.count - SuggestionText.shownGroups
    if rest > 0 { lines.append("and \(Words.count(rest, "more group")); --format json has all of them.") }
    return lines.joined(separator: "\n")
  }

  private func words(_ difference: NearDuplicates.Difference) -> String {
    switch difference {
    case .spelling: "spelling"
    case .plural: "plural"
    case .wordOrder: "order of words"
    case .form: "form of a word"
    case .typing: "a slip?"
    }
  }

  // MARK: Is it enough to begin with?

  private var readiness: String {
    var table = Table([.init(title: "check"), .init(title: ""), .init(title: "finding")])
    for line in suggestion.readiness {
      table.add([
        line.check, line.verdict.rawValue, [line.finding, line.remedy].filter { !$0.isEmpty }.joined(separator: " "),
      ])
    }
    return "\(heading("Is it enough to begin with?"))\n\(table.text)"
  }
}
