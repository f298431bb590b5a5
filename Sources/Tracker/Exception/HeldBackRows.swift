// SPDX-License-Identifier: Apache-2.0

internal import Ledger

/// Rows of an import that were held back: the first of them, and how many there are of each kind.
package struct HeldBackRows: Equatable, Sendable {
  package struct Row: Equatable, Sendable {
    package let line: Int
    package let field: String
    package let reason: String
  }

  package struct Kind: Hashable, Sendable {
    package let field: String
    /// The reason, with `"…"` for what it quotes from the row.
    package let reason: String
  }

  /// At most `listed`, in the file's order.
  package private(set) var first: [Row] = []
  package static let listed = 20

  private var counts: [Kind: Int] = [:]
  /// Kinds beyond these are not told apart; a file that has as many is no export.
  private static let kinds = 1_000

  init() {}

  mutating func add(_ row: QuarantinedRow) {
    if first.count < HeldBackRows.listed { first.append(Row(line: row.line, field: row.field, reason: row.reason)) }
    var kind = Kind(field: row.field, reason: HeldBackRows.withoutQuotes(row.reason))
    if counts.count >= HeldBackRows.kinds, counts[kind] == nil {
      kind = Kind(field: "(row)", reason: "Something else.")
    }
    counts[kind, default: 0] += 1
  }

  /// The most frequent first.
  package var ranked: [(kind: Kind, count: Int)] {
    counts.map { (kind: $0.key, count: $0.value) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : ($0.kind.field, $0.kind.reason) < ($1.kind.field, $1.kind.reason)
    }
  }

  private static func withoutQuotes(_ reason: String) -> String {
    guard let start = reason.utf8.firstIndex(of: UInt8(ascii: "\"")),
      let end = reason.utf8.lastIndex(of: UInt8(ascii: "\"")), start < end
    else { return reason }
    return reason[...start] + "…" + reason[end...]
  }
}
