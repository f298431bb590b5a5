// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// Who has read the newest version of an SOP, and who has not.
package struct Readership: Sendable {
  package let version: SOPVersion
  /// Everybody who works here, by id; the time is nil of those who have not read this version.
  package let people: [(person: PersonID, at: Timestamp?)]

  package var json: JSONValue {
    .fields([
      "id": .string(version.reference.id), "path": .text(version.reference.path),
      "version": .int(version.reference.version), "commit": .text(version.reference.commit),
      "readers": .array(
        people.compactMap { person, at in at.map { .fields(["person": .text(person), "at": .text($0)]) } }),
      "missing": .array(people.filter { $0.at == nil }.map { .text($0.person) }),
    ])
  }
}

extension Workspace {
  /// Records that the caller has read the newest version of an SOP; saying so twice is one acknowledgement.
  /// - Parameter seen: the commit of the version that was looked at; nil takes the newest, whichever it is.
  package func acknowledgeReading(
    of sop: String, seen: CommitID? = nil, by caller: Caller
  ) throws -> SOPVersion {
    try command(by: caller) { transaction, actor in
      try adoptPushes(transaction)
      let version = try newestText(sop, transaction.reader, seen: seen)
      let hasRead = try transaction.reader.decisions(at: version.reference.path).contains {
        $0.kind == .read && $0.commit == version.reference.commit && $0.person == actor.id
      }
      for event in try standing(of: version, transaction.reader).acknowledge(hasRead: hasRead, by: actor) {
        try transaction.append(.sop(version.reference.path, event))
      }
      return version
    }
  }

  /// Who has read the newest version of an SOP. Auditors are not asked to.
  package func readership(of sop: String) throws -> Readership {
    try ledger.read { reader in
      let version = try newest(sop, reader)
      let reads = try reader.decisions(at: version.reference.path).filter {
        $0.kind == .read && $0.commit == version.reference.commit
      }
      let people = try reader.requiredTaxonomy().taxonomy.people.filter { !$0.roles.contains(.auditor) }
      return Readership(
        version: version,
        people: people.map(\.id).sorted().map { id in (person: id, at: reads.first { $0.person == id }?.at) })
    }
  }
}
