// SPDX-License-Identifier: Apache-2.0

/// By what a list of items is sorted. Whatever it is, equal ones stand as by when they are due.
package enum ItemOrder: String, CaseIterable, Sendable {
  /// Live items before historic ones, then by when they are due; closed ones last.
  case due
  /// The newest first.
  case item
  case key, owner
  /// What has the most exceptions first.
  case exceptions

  var sql: String {
    let byDue = "items.closed_at IS NOT NULL, historic, due_at, number"
    return switch self {
    case .due: byDue
    case .item: "number DESC"
    case .key: "items.value, items.kind, \(byDue)"
    case .owner: "items.owner, \(byDue)"
    case .exceptions: "(SELECT sum(occurrences) FROM segments WHERE segments.item = items.number) DESC, \(byDue)"
    }
  }
}
