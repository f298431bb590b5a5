// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What a key takes over from those that it replaces.
enum Lineage {
  /// The items that become a key's own when a taxonomy is adopted that says what it replaces: of the first one named that has an open
  /// item, else of the first that has had items. Nil where there is none.
  /// - Parameters:
  ///   - itemsOf: numbers of the items that a key has had, those that it took over itself among them.
  ///   - isOpen: whether an item is not closed.
  static func inherited(
    by heir: RecurrenceKey, in taxonomy: Taxonomy, itemsOf: (RecurrenceKey) throws -> [Int],
    isOpen: (Int) throws -> Bool
  ) rethrows -> [Int]? {
    let before = (taxonomy.entry(heir)?.replaces ?? []).map { RecurrenceKey(heir.kind, $0) }
    // One that never was in force itself hands on what it would have taken over.
    let had = try before.map { key in
      let items = try itemsOf(key)
      return try items.isEmpty ? inherited(by: key, in: taxonomy, itemsOf: itemsOf, isOpen: isOpen) ?? [] : items
    }.filter { !$0.isEmpty }
    return try had.first { try $0.last.map(isOpen) ?? false } ?? had.first
  }
}
