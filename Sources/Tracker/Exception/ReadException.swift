// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// One exception with everything that was ever reported of it.
package struct ExceptionHistory: Sendable {
  package let listed: ExceptionView
  /// The newest first.
  package let revisions: [Revision]

  /// What was reported at one time.
  package struct Revision: Sendable {
    package let record: KeptRecord
    /// By their names, as the hash covers them.
    package let fields: [JSONValue.Member]
    package let personal: Personal
  }

  /// What of a record identifies people or is free text.
  package enum Personal: Sendable {
    case none, erased
    /// It is there, but not for whom asks.
    case withheld
    case kept([JSONValue.Member])
  }

  package var json: JSONValue {
    .array(
      revisions.map { revision in
        JSONValue.fields([
          "received_at": .text(revision.record.receivedAt), "batch": .int(revision.record.batch),
          "leaf": .text(revision.record.leaf), "fields": .object(revision.fields),
          "personal": revision.personal.json,
        ])
      })
  }
}

extension ExceptionHistory.Personal {
  fileprivate var json: JSONValue {
    switch self {
    case .none: .null
    case .erased: "erased"
    case .withheld: "withheld"
    case .kept(let fields): .object(fields)
    }
  }
}

/// Why no exception is found that somebody names, or not one alone.
package enum ReadingError: Error, Equatable {
  case unknownException(String)
  case severalSources(String, [String])

  package var sentence: String {
    switch self {
    case .unknownException(let reference): "There is no exception \(reference)."
    case .severalSources(let reference, let sources):
      "\(sources.joined(separator: " and ")) have an exception \(reference) each. Say which one you mean."
    }
  }

  /// See `Rejection.command`.
  var command: String? {
    switch self {
    case .unknownException: "sopwright exceptions"
    case .severalSources(_, let sources): sources.first.map { "--source \($0)" }
    }
  }
}

extension LedgerReader {
  /// The source of the one exception that is meant.
  /// - Parameter name: nil where only one has the reference.
  /// - Throws: `ReadingError`.
  func source(of reference: String, named name: String?) throws -> String {
    let sources = try sources(of: reference).filter { name == nil || $0 == name }
    guard let source = sources.first else { throw ReadingError.unknownException(reference) }
    guard sources.count == 1 else { throw ReadingError.severalSources(reference, sources) }
    return source
  }
}

extension Workspace {
  /// One exception with its revisions. Personal fields are shown to those who work with it, and not to auditors.
  /// - Parameter source: nil where only one has the reference.
  /// - Throws: `ReadingError`.
  package func exception(_ reference: String, source: String?, by caller: Caller) throws -> ExceptionHistory {
    try readOldVersions { _, _ in }
    return try ledger.read { reader in
      let source = try reader.source(of: reference, named: source)
      let mayRead = try !reader.actor(caller).roles.contains(.auditor)
      let records = try reader.records(of: reference, source: source)
      var listed: ExceptionView?
      try ExceptionLister(reader).forEach(records.prefix(1).map(\.id)) { listed = ExceptionView($0) }
      guard let listed else { throw ReadingError.unknownException(reference) }
      return ExceptionHistory(
        listed: listed,
        revisions: try records.map { record in
          ExceptionHistory.Revision(
            record: record, fields: try JSONValue(parsing: record.canonicalBytes).members,
            personal: try personal(of: record, mayRead, reader))
        })
    }
  }

  private func personal(
    of record: KeptRecord, _ mayRead: Bool, _ reader: LedgerReader
  ) throws -> ExceptionHistory.Personal {
    guard record.personal != nil else { return .none }
    guard let fields = try reader.personalFields(of: record.id) else { return .erased }
    return mayRead ? .kept(try JSONValue(parsing: fields.fields).members) : .withheld
  }
}

extension JSONValue {
  fileprivate var members: [Member] { if case .object(let members) = self { members } else { [] } }
}
