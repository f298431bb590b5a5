// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

extension Workspace {
  /// The owner, or somebody for them, says that the item was seen.
  package func acknowledge(_ id: ItemID, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      try transaction.append(item.acknowledge(by: actor), on: item)
    }
  }

  /// Hands an item to another person of the workspace.
  package func assign(_ id: ItemID, to person: PersonID, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      guard try transaction.reader.requiredTaxonomy().taxonomy.person(person) != nil else {
        throw Rejection.unknownPerson(person.text)
      }
      try transaction.append(item.assign(to: person, by: actor), on: item)
    }
  }

  package func comment(on id: ItemID, _ text: String, by caller: Caller) throws {
    let text = erasable(text)
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let events = try item.comment(text, by: actor)
      try transaction.keep(text)
      try transaction.append(events, on: item)
    }
  }
}
