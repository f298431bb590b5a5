// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What adopting a taxonomy did, or would do.
package struct AdoptionReport: Sendable {
  package let adoption: Adoption
  /// From the version that was in force.
  package let difference: TaxonomyDifference
  /// Items that opened by the new rules, in the order of their numbers.
  package var opened: [OpenedItem] = []
  /// Open items that went over to the code or tag that took over from theirs.
  package var inherited: [InheritedItem] = []
  /// Only in a rehearsal: whether another administrator has to give the same command.
  package var needsSecondAdministrator = false

  /// For a rehearsal.
  package var jsonOfRehearsal: JSONValue {
    let version: JSONValue = if case .adopted(let version, _) = adoption { .int(version) } else { .null }
    return .fields([
      "adopted": false, "dry_run": true, "version": version,
      "waits_for": needsSecondAdministrator ? "a second administrator" : .null,
      "would_open": .array(opened.map(\.json)),
      "would_inherit": .array(inherited.map(\.json)),
      "difference": difference.json,
    ])
  }
}

/// An item that opened by a new rule.
package struct OpenedItem: Sendable {
  package let item: RemediationItem
  package let title: String

  /// Without its number: in a rehearsal nobody was given that.
  fileprivate var json: JSONValue {
    .fields([
      "key": .fields([
        "kind": .string(item.key.kind.rawValue), "value": .string(item.key.value), "title": .string(title),
      ]),
      "cause": .string(item.cause.rawValue),
      "owner": .text(item.owner),
      "historic": .bool(item.isHistoric),
      "opened_because": ItemViews.because(item.because),
      "follows": .text(item.follows),
    ])
  }
}

/// An open item that went over.
package struct InheritedItem: Equatable, Sendable {
  package let item: ItemID
  package let from: RecurrenceKey
  package let heir: RecurrenceKey

  fileprivate var json: JSONValue {
    .fields([
      "item": .text(item), "kind": .string(heir.kind.rawValue), "from": .string(from.value),
      "to": .string(heir.value),
    ])
  }
}
