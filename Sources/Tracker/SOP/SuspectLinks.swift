// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// Something that rests on a version of an SOP that is no longer the newest: somebody has to look whether it still holds.
package struct SuspectLink: Sendable {
  package enum Subject: Sendable, Equatable {
    case key(RecurrenceKey)
    case item(ItemID)
  }

  package let subject: Subject
  /// The version that came in between.
  package let version: SOPVersion
  package let reason: String

  package var json: JSONValue {
    let (kind, value) =
      switch subject {
      case .key(let key): (key.kind.rawValue, key.value)
      case .item(let id): ("item", id.description)
      }
    return .fields([
      "kind": .string(kind), "value": .string(value), "sop": .text(version.reference.path),
      "commit": .text(version.reference.commit), "reason": .string(reason),
    ])
  }
}

/// What rests on SOPs that were changed past the tool: looked up once, asked often.
struct SuspectIndex {
  private var byKey: [RecurrenceKey: SOPVersion] = [:]
  private var byPath: [SOPPath: SOPVersion] = [:]

  init(_ reader: LedgerReader) throws {
    let unapproved = try reader.unapprovedVersions()
    guard !unapproved.isEmpty else { return }
    let taxonomy = try reader.requiredTaxonomy().taxonomy
    for version in unapproved {
      let path = version.reference.path
      byPath[path] = version
      // What the approved version covered, and what the pushed one covers: both are in doubt.
      let approved = try reader.versions(at: path).last { $0.isApproved }
      for key in version.keys + (approved?.keys ?? []) { byKey[key] = version }
      for kind in RecurrenceKey.Kind.allCases {
        for entry in taxonomy.entries(kind) where entry.playbook == path {
          byKey[RecurrenceKey(kind, entry.id)] = version
        }
      }
    }
  }

  var keys: [RecurrenceKey] { byKey.keys.sorted() }

  func link(of key: RecurrenceKey) -> SuspectLink? {
    byKey[key].map { SuspectLink(subject: .key(key), version: $0, reason: SuspectIndex.reason($0)) }
  }

  /// An open item rests on the SOP for its key; a closed one on the SOP that closed it.
  func link(of item: RemediationItem) -> SuspectLink? {
    let version: SOPVersion?
    switch item.state {
    case .closed(.sopChanged(let closing)): version = byPath[closing.sop.path]
    case .closed: version = nil
    default: version = byKey[item.key]
    }
    return version.map { SuspectLink(subject: .item(item.id), version: $0, reason: SuspectIndex.reason($0)) }
  }

  private static func reason(_ version: SOPVersion) -> String {
    let what = version.blob == nil ? "deleted" : "changed"
    return "\(version.reference.path) was \(what) past the tool by \(version.author), and nobody has ratified it."
  }
}

extension Workspace {
  /// Codes, tags and items that rest on an earlier version of an SOP: of one that was changed past the tool, and open items whose SOP
  /// has a newer version in force than when somebody last worked on them.
  package func suspects(by caller: Caller) throws -> [SuspectLink] {
    try ledger.read { reader in
      let index = try SuspectIndex(reader)
      let items = try reader.items().map(\.item).sorted { $0.id < $1.id }
      return try index.keys.compactMap(index.link(of:))
        + items.compactMap { try index.link(of: $0) ?? reader.newerVersion(for: $0, at: caller.now) }
    }
  }
}

extension LedgerReader {
  /// For an open item: that the version in force for its key is not the one that was when somebody last worked on it.
  func newerVersion(for item: RemediationItem, at now: Timestamp) throws -> SuspectLink? {
    guard !item.isClosed, let touched = try history(of: item.id.description).last?.at else { return nil }
    let timeline = try inForceTimeline(of: item.key)
    guard let version = timeline.version(at: now), let before = timeline.version(at: touched),
      version.reference.commit != before.reference.commit
    else { return nil }
    return SuspectLink(
      subject: .item(item.id), version: version,
      reason: "\(version.reference.path) has a newer version in force than when somebody last worked on \(item.id).")
  }
}
