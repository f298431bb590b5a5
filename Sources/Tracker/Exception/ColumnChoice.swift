// SPDX-License-Identifier: Apache-2.0

/// Which column a guess takes for which field of the map, why, and what it would take next.
package struct ColumnChoice: Equatable, Sendable {
  package enum Certainty: String, Sendable {
    /// Its values and its name say the same, and no other column comes near.
    case sure
    case likely
    /// Look at it before you import.
    case unsure
    /// The map was given, so nothing was guessed.
    case given
  }

  /// A column that could be meant instead.
  package struct RunnerUp: Equatable, Sendable {
    package let column: String
    /// What the map's line would be.
    package let line: String
  }

  /// The map's key: `occurred_at`, `code`, …
  package let field: String
  /// Nil where no column fits.
  package let column: String?
  package let certainty: Certainty
  /// A sentence.
  package let reason: String
  /// The line of the map; empty where there is none. A comment where something is missing that only a person knows.
  let line: String
  package var runnersUp: [RunnerUp] = []

  var sentence: String { column.map { "\(field) is \"\($0)\": \(reason)" } ?? reason }
}
