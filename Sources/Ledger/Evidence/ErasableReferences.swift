// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// Something that can be erased, as people know it.
package struct ErasableReference: Hashable, Comparable, Sendable {
  /// The source of an exception or of a row that was held back; the kind of an event.
  package let place: String
  /// An exception's reference, a row's line, an event's subject.
  package let name: String

  package static func < (left: ErasableReference, right: ErasableReference) -> Bool {
    (left.place, left.name) < (right.place, right.name)
  }
}

// Where the rows stand that would be erased.
extension LedgerReader {
  /// The exceptions whose records these are.
  package func exceptions(of records: Set<Int64>) throws -> Set<ErasableReference> {
    var found: Set<ErasableReference> = []
    for record in records {
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT name, ref FROM exceptions JOIN sources ON sources.id = source WHERE exceptions.id = ?"),
        arguments: [record])
      if let row { found.insert(ErasableReference(place: try row["name"], name: try row["ref"])) }
    }
    return found
  }

  /// The lines that rows were held back from.
  package func lines(ofHeldBack numbers: Set<Int>) throws -> [ErasableReference] {
    try numbers.sorted().compactMap { number in
      try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT name, line FROM quarantine JOIN batches ON batches.id = batch
            JOIN sources ON sources.id = batches.source WHERE quarantine.id = ?
            """), arguments: [number]
      ).map { ErasableReference(place: try $0["name"], name: String(try $0["line"] as Int)) }
    }
  }

  /// The events that name texts. Reads all events.
  package func events(naming texts: Set<Digest>) throws -> [ErasableReference] {
    guard !texts.isEmpty else { return [] }
    var found: [ErasableReference] = []
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT position, leaf FROM events ORDER BY position"))
    while let row = try rows.next() {
      let event = try LedgerReader.event(leaf: row["leaf"], at: row["position"]).event
      if event.texts.contains(where: texts.contains) {
        found.append(ErasableReference(place: event.kind, name: event.subject))
      }
    }
    return found
  }
}
