// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What was recorded by hand.
package struct RecordedException: Equatable, Sendable {
  package let reference: String
  /// False where its reference was known: then it is the same as before, or amends it.
  package let isNew: Bool
  /// Its reference was known, with other content.
  package let isAmended: Bool
  package let opened: [ItemID]
  package let joined: [ItemID]
}

extension Workspace {
  /// - Throws: `Rejection.reference` where it is no line that a person could write on another ticket.
  private static func check(_ reference: String) throws(Rejection) {
    guard reference.utf8.count <= ExceptionRecord.longestReference, !reference.allSatisfy(\.isWhitespace),
      !reference.unicodeScalars.contains(where: {
        [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
      })
    else { throw .reference(reference) }
  }

  /// - Throws: `Rejection` where the caller may not record exceptions.
  package func mustBeAllowedToRecord(_ caller: Caller) throws { try ledger.read { try $0.actor(caller).mayWork() } }

  /// The source of what people record by hand.
  package static let manualSource = "manual"

  /// Records one exception. With a reference of the caller's it is idempotent; without, it gets the next number.
  /// - Throws: `Rejection.unknownEntry` where the code or a tag is not in the taxonomy in force, `Rejection.retiredEntry` where it was
  ///   retired when the exception occurred: a person knows which one to name instead; `Rejection.reference`.
  package func recordException(
    _ record: ExceptionRecord, personal: PersonalFields, reference: String?, by caller: Caller
  ) throws -> RecordedException {
    let told = ToldException(record: record, personal: personal, reference: reference)
    return try recordExceptions([told], by: caller)[0].get()
  }

  /// Records several in one transaction, as one batch: what cannot be recorded is refused, and the rest is kept.
  /// - Returns: for each, in their order, what `recordException` would return or throw.
  package func recordExceptions(
    _ told: [ToldException], by caller: Caller
  ) throws -> [Result<RecordedException, any Error>] {
    try recordExceptions(
      told, from: BatchOrigin(source: Workspace.manualSource, file: nil, map: nil), line: 0, by: caller)
  }

  /// - Parameter line: of the file that they are of, at which a row is held back; 0 where there is none.
  /// - Throws: `MendingError.notHeldBack` where the row was read or corrected meanwhile.
  func recordExceptions(
    _ told: [ToldException], from origin: BatchOrigin, line: Int, by caller: Caller
  ) throws -> [Result<RecordedException, any Error>] {
    try command(by: caller) { transaction, actor in
      try actor.mayWork()
      if let file = origin.file, try transaction.reader.heldBackRow(file: file, line: line) == nil {
        throw MendingError.notHeldBack(line: line)
      }
      var references = ReferenceNumbers(transaction.reader, besides: Set(told.compactMap(\.reference)))
      let rules = try RecordingRules(transaction.reader.requiredTaxonomy().taxonomy, zone: settings.zone)
      var preparer = RecordPreparer()
      var prepared: [PreparedRecord] = []
      let taken = told.map { told in
        Result<ExceptionRecord, any Error> {
          if let reference = told.reference { try Workspace.check(reference) }
          try rules.check(told.record)
          var record = told.record
          record.source = origin.source
          record.reference = try told.reference ?? references.next()
          prepared.append(preparer.prepare(ReceivedRecord(record: record, personal: told.personal, line: line)))
          return record
        }
      }
      let outcome = try transaction.receive(prepared, quarantined: [], from: origin)
      let opened = try openItems(transaction)
      // An item may have the exceptions of codes and tags that took over from its own.
      let keys = try Dictionary(
        uniqueKeysWithValues: outcome.joined.union(opened).map { id in
          (id, Set(try transaction.reader.ranges(of: id).map(\.key)))
        })
      var fates = zip(outcome.stored, outcome.amends).makeIterator()
      return taken.map { taken in
        taken.map { record in
          let (isStored, isAmended) = fates.next() ?? (false, false)
          func ours(_ items: some Sequence<ItemID>) -> [ItemID] {
            items.filter { id in !(keys[id] ?? []).isDisjoint(with: record.keys) }.sorted()
          }
          return RecordedException(
            reference: record.reference, isNew: isStored && !isAmended, isAmended: isAmended,
            opened: isStored ? ours(opened) : [],
            joined: isStored ? ours(outcome.joined.subtracting(opened)) : [])
        }
      }
    }
  }
}

/// An exception that a person or a script tells.
package struct ToldException: Sendable {
  package let record: ExceptionRecord
  package let personal: PersonalFields
  /// The caller's own; nil asks for the next number.
  package let reference: String?
}

/// What may be recorded by hand.
private struct RecordingRules {
  private let taxonomy: Taxonomy
  private let retired: RetiredEntries

  init(_ taxonomy: Taxonomy, zone: Zone) {
    self.taxonomy = taxonomy
    retired = RetiredEntries(taxonomy, zone: zone)
  }

  func check(_ record: ExceptionRecord) throws {
    for key in record.keys {
      guard taxonomy.entry(key) != nil else { throw Rejection.unknownEntry(key) }
      switch retired.successor(of: key, at: record.occurredAt) {
      case nil: break
      case .heir(let heir): throw Rejection.retiredEntry(key, heirs: [heir])
      case .undecided(let heirs): throw Rejection.retiredEntry(key, heirs: heirs)
      }
    }
  }
}

/// `EXC-1`, `EXC-2` and so on, from the number of records on, that nobody has used.
private struct ReferenceNumbers {
  private let reader: LedgerReader
  /// What is about to be recorded.
  private let others: Set<String>
  private var last: Int?

  init(_ reader: LedgerReader, besides others: Set<String>) {
    self.reader = reader
    self.others = others
  }

  mutating func next() throws -> String {
    var number = try (last ?? reader.exceptionCount(source: Workspace.manualSource)) + 1
    while try others.contains("EXC-\(number)") || reader.isKnown("EXC-\(number)", source: Workspace.manualSource) {
      number += 1
    }
    last = number
    return "EXC-\(number)"
  }
}
