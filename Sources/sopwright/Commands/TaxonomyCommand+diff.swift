// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

extension TaxonomyCommand {
  struct Diff: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "Compare two versions of the taxonomy, or one with the files in taxonomy/.",
      discussion: "Without versions: the one in force, and the files.")

    @Argument(help: ArgumentHelp("A version's number, or files.", valueName: "A")) var from: String?
    @Argument(help: ArgumentHelp("A version's number, or files.", valueName: "B")) var to: String?
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let comparison = try workspace.compareTaxonomies(from: from, to: to)
      guard options.format == .text else {
        Terminal.write(comparison.json)
        return
      }
      let difference = comparison.difference
      guard !difference.isEmpty else {
        Terminal.write("There is no difference between \(comparison.from) and \(comparison.to).")
        return
      }
      Terminal.write("From \(comparison.from) to \(comparison.to):\n")
      Terminal.write(TaxonomyCommand.table(difference).text)
      if difference.governs {
        Terminal.write(
          "\nPeople, roles, policies or calendars change. Adopting that takes a second administrator where there is one."
        )
      }
    }
  }

  /// One row for each thing that came, went, was retired, and for each field that changed.
  static func table(_ difference: TaxonomyDifference) -> Table {
    var table = Table([
      .init(title: ""), .init(title: "kind"), .init(title: "id", isElastic: true), .init(title: "field"),
      .init(title: "before", isElastic: true), .init(title: "after", isElastic: true),
    ])
    func noun(_ kind: TaxonomyDifference.Kind) -> String { kind == .rootCause ? "tag" : kind.rawValue }
    for entry in difference.added {
      let replaces = entry.replaces.isEmpty ? "" : ", replaces \(entry.replaces.joined(separator: ", "))"
      table.add(["added", noun(entry.kind), entry.id, "", "", (entry.title ?? "") + replaces])
    }
    for entry in difference.removed {
      table.add(["removed", noun(entry.kind), entry.id, "", entry.title ?? "", ""])
    }
    for entry in difference.retired {
      let heirs = entry.heirs.map(\.value).joined(separator: ", ")
      let successor = entry.heirs.count == 1 ? "\(heirs) takes over" : "\(heirs) take over"
      table.add([
        "retired", entry.key.kind == .code ? "code" : "tag", entry.key.value, "", entry.title,
        "\(entry.on), \(entry.heirs.isEmpty ? "nothing takes over" : successor)",
      ])
    }
    for change in difference.changed {
      table.add([
        "changed", noun(change.kind), change.id, change.field.replacing("_", with: " "), words(change.from),
        words(change.to),
      ])
    }
    return table
  }

  private static func words(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: "none"
    case .string(let text): text.isEmpty ? "none" : text
    case .bool(let flag): flag ? "yes" : "no"
    case .array(let values): values.isEmpty ? "none" : values.map(words).joined(separator: ", ")
    case .integer, .decimal, .object: value?.compactText ?? ""
    }
  }
}
