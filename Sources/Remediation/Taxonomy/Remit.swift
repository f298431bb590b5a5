// SPDX-License-Identifier: Apache-2.0

/// What an approver decides about: everything, or some codes, tags and areas.
///
/// An area is the beginning of an id up to a dash, a dot or an underscore: `RF` is the area of `RF-07` and `RF-12`, not of `RFX-1`.
package struct Remit: Equatable, Sendable {
  /// Ids and areas; none of them is everything.
  package let names: [String]

  package static let everything = Remit(only: [])

  package init(only names: [String]) {
    self.names = Set(names).sorted()
  }

  package var isEverything: Bool { names.isEmpty }

  package func covers(_ key: RecurrenceKey) -> Bool {
    isEverything || names.contains { Remit.covers($0, key.value) }
  }

  /// What concerns no code and no tag is for those who decide about everything.
  package func covers(_ keys: [RecurrenceKey]) -> Bool {
    isEverything || !keys.isEmpty && keys.allSatisfy(covers)
  }

  private static func covers(_ name: String, _ id: String) -> Bool {
    let (name, id) = (name.utf8, id.utf8)
    guard id.starts(with: name) else { return false }
    guard let next = id.dropFirst(name.count).first else { return true }
    return "-._".utf8.contains(next)
  }
}
