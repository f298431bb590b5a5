// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// What an export suggests: which column is what, which codes and tags, what hides in the catch-all, what is probably
/// one, and whether it is enough to begin with. A person decides about all of it.
package struct TaxonomySuggestion: Sendable {
  /// Which system the export is of: its name stands where a column would.
  package let source: ColumnChoice
  /// How the columns are read, in the map's order.
  package let columns: [Column]
  /// Columns that the map leaves out because they name people.
  package let people: [String]
  package let exceptions: Int
  /// Rows that the map cannot read.
  package let unreadable: Int
  package let first: Timestamp?
  package let last: Timestamp?
  package let codes: [Entry]
  package let rootCauses: [Entry]
  /// What each rule would open among the codes and tags.
  package let openings: [(rule: RecurrenceRule, codes: Int, rootCauses: Int)]
  package let catchAll: CatchAll
  /// Of the codes, then of the tags.
  package let alike: [Alike]
  package let readiness: [ReadinessLine]
  /// The version of the taxonomy that it was compared with; nil where there is no workspace.
  package let comparedWith: Int?
  /// The map, with the values filled in.
  package let mapText: String

  /// A choice with its place in the map.
  package struct Column: Sendable {
    package let choice: ColumnChoice
    /// The line of `mapText` to change, from 1 on, and what stands there; nil where nothing does.
    package let place: (line: Int, text: String)?
  }

  /// A value that becomes a code or a tag.
  package struct Entry: Sendable {
    package let value: String
    package let id: String
    package let count: Int
    /// Of all exceptions, or of all tags that were given; and that of all down to this one.
    package let share: Double
    package let cumulative: Double
    /// Which of the rules it would open an item under.
    package let opens: [RecurrenceRule]
    package let standing: Standing
    /// It says no more than that somebody did not know: `Other`, `To be determined`.
    package let isVague: Bool
  }

  /// Whether the taxonomy in force knows a value.
  package enum Standing: String, Sendable {
    case known, new, retired
    case catchAll = "catch_all"
    /// There is no taxonomy to compare with.
    case unknown
  }

  /// What is in the exceptions that get no code of their own.
  package struct CatchAll: Sendable {
    package let count: Int
    package let share: Double
    /// Exceptions without any value, and with one that means no more than that.
    package let withoutValue: Int
    /// Values that recur in it enough for a code of their own, the most frequent first.
    package let values: [(value: String, count: Int, opens: [RecurrenceRule])]
    /// The column that people write into; nil where there is none.
    package let textColumn: String?
    /// Words and pairs of words that stand in many of its exceptions, the most frequent first.
    package let phrases: [(text: String, count: Int)]
  }

  /// Values that are probably one.
  package struct Alike: Sendable {
    package let kind: RecurrenceKey.Kind
    package let id: String
    package let group: NearDuplicates.Group
    /// Lines for `values:` in the map. A value that stands there already gets this id instead of its own.
    package let lines: [String]
    /// None opens an item alone under 3/30d, all of them together do.
    package let opensTogether: Bool
  }
}

/// One answer to whether an export is enough to begin with.
package struct ReadinessLine: Equatable, Sendable {
  package enum Verdict: String, Sendable { case ok, attention, missing }

  /// A short name, as `volume`.
  package let check: String
  package let verdict: Verdict
  /// What was found, a sentence.
  package let finding: String
  /// What to do; empty where nothing is to be done.
  package let remedy: String

  init(_ check: String, _ verdict: Verdict, _ finding: String, _ remedy: String = "") {
    self.check = check
    self.verdict = verdict
    self.finding = finding
    self.remedy = remedy
  }
}
