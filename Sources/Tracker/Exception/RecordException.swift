// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What was recorded by hand.
package struct RecordedException: Equatable, Sendable {
  package let reference: String
  /// False where the same was recorded before.
  package let isNew: Bool
  package let opened: [ItemID]
  package let joined: [ItemID]
}

extension Workspace {
  /// The first of `EXC-1`, `EXC-2` and so on, from the number of records on, that nobody has used.
  private func nextReference(_ reader: LedgerReader) throws -> String {
    var number = try reader.exceptionCount(source: Workspace.manualSource) + 1
    while try reader.isKnown("EXC-\(number)", source: Workspace.manualSource) { number += 1 }
    return "EXC-\(number)"
  }

  /// - Throws: `Rejection.reference` where it is no line that a person could write on another ticket.
  private static func check(_ reference: String) throws(Rejection) {
    guard reference.utf8.count <= ExceptionRecord.longestReference, !reference.allSatisfy(\.isWhitespace),
      !reference.unicodeScalars.contains(where: {
        [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
      })
    else { throw .reference(reference) }
  }

  /// The source of what people record by hand.
  package static let manualSource = "manual"

  /// Records one exception. With a reference of the caller's it is idempotent; without, it gets the next number.
  /// - Throws: `Rejection.unknownEntry` where the code or a tag is not in the taxonomy in force, `Rejection.retiredEntry` where it was
  ///   retired when the exception occurred: a person knows which one to name instead; `Rejection.reference`.
  package func recordException(
    _ record: ExceptionRecord, personal: PersonalFields, reference: String?, by caller: Caller
  ) throws -> RecordedException {
    if let reference { try Workspace.check(reference) }
    return try command(by: caller) { transaction, actor in
      try actor.mayWork()
      let taxonomy = try transaction.reader.requiredTaxonomy().taxonomy
      let retired = RetiredEntries(taxonomy, zone: settings.zone)
      for key in record.keys {
        guard taxonomy.entry(key) != nil else { throw Rejection.unknownEntry(key) }
        switch retired.successor(of: key, at: record.occurredAt) {
        case nil: break
        case .heir(let heir): throw Rejection.retiredEntry(key, heirs: [heir])
        case .undecided(let heirs): throw Rejection.retiredEntry(key, heirs: heirs)
        }
      }
      var record = record
      record.source = Workspace.manualSource
      record.reference = try reference ?? nextReference(transaction.reader)
      var preparer = RecordPreparer()
      let outcome = try transaction.receive(
        [preparer.prepare(ReceivedRecord(record: record, personal: personal, line: 0))], quarantined: [],
        from: BatchOrigin(source: Workspace.manualSource, file: nil, map: nil))
      let opened = try openItems(transaction)
      return RecordedException(
        reference: record.reference, isNew: outcome.new + outcome.amended > 0, opened: opened,
        joined: outcome.joined.subtracting(opened).sorted())
    }
  }
}
