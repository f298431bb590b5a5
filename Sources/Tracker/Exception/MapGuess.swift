// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// A map proposed out of the columns of an export, by what is in them first and by their names second. See
/// `ColumnRoles`, and docs/decisions/0028.
struct MapGuess {
  /// Which system the export is of: `SourceName`.
  let source: ColumnChoice
  let roles: ColumnRoles

  /// - Parameter name: what the file is called where it comes from; nil takes the path's.
  /// - Throws: `FileProblem` where no column can be the time or the code.
  init(_ path: String, named name: String? = nil) throws {
    source = SourceName.guess(file: name ?? path)
    roles = try ColumnRoles(ExportSample(path))
  }

  /// The map's text.
  var text: String {
    var lines = [
      "# SPDX-License-Identifier: Apache-2.0",
      "# Proposed out of the columns of the export. Correct what is wrong, then import again.",
      source.line,
    ]
    // What only a person knows stands at the end: a comment below a key would be taken for part of it.
    let known = roles.choices.filter { !$0.line.hasPrefix("#") }
    for choice in known { lines += choice.line.split(separator: "\n").map(String.init) }
    let people = roles.people.map(\.name.text)
    if !people.isEmpty { lines.append("personal: \(YAMLText.list(people))") }
    lines.append("missing: [\(missing.map(YAMLText.quoted).joined(separator: ", "))]")
    let delimiter = roles.sample.delimiter
    if delimiter != UInt8(ascii: ",") {
      lines.append(MapGuess.line(delimiter))
    }
    if roles.sample.encoding != .utf8 { lines.append("encoding: \(roles.sample.encoding.rawValue)") }
    lines += roles.choices.map(\.line).filter { $0.hasPrefix("#") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The line of a map that names what stands between the fields.
  static func line(_ delimiter: UInt8) -> String {
    "delimiter: \(YAMLText.quoted(delimiter == 9 ? "\\t" : String(UnicodeScalar(delimiter))))"
  }

  /// A sentence for each guess.
  var reasons: [String] {
    ([source] + roles.choices).map(\.sentence)
      + (roles.people.isEmpty
        ? []
        : ["personal, because they name people: \(roles.people.map { "\"\($0.name.text)\"" }.joined(separator: ", "))."])
  }

  /// What stands for no value, as it stands in the columns that the map reads.
  private var missing: [String] {
    let usual = ["?", "n/a", "N/A", ""]
    let read = Set(roles.choices.compactMap(\.column))
    var seen: Set<String> = []
    for profile in roles.profiles where read.contains(profile.name.text) {
      for row in roles.sample.rows {
        for index in profile.indexes where ColumnProfile.isMissing(row[index]) { seen.insert(row[index]) }
      }
    }
    return usual + seen.subtracting(usual).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(20)
  }
}
