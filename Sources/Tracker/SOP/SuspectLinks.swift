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

  /// Whether nobody approved the version; otherwise it is only newer than the one that somebody last worked with.
  package var isUnapproved: Bool { !version.isApproved }

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

/// What rests on SOPs that were changed past the tool. Each SOP is looked up once, when somebody asks.
final class SuspectIndex {
  private let reader: LedgerReader
  private let taxonomy: Taxonomy
  /// Where the newest version is unapproved; nil before it is known that many will be asked for.
  private let unapproved: Set<SOPPath>?
  private var doubts: [SOPPath: Doubt?] = [:]

  /// An SOP whose newest version nobody approved, and what it or the approved one before covers: both are in doubt.
  private struct Doubt {
    let version: SOPVersion
    let keys: Set<RecurrenceKey>
  }

  /// - Parameter isForMany: whether more than a page of items will be asked for: then all SOPs are looked through at once.
  init(_ reader: LedgerReader, isForMany: Bool) throws {
    self.reader = reader
    taxonomy = try reader.requiredTaxonomy().taxonomy
    unapproved = isForMany ? Set(try reader.unapprovedVersions().map(\.reference.path)) : nil
  }

  private func doubt(_ path: SOPPath) throws -> Doubt? {
    if let unapproved, !unapproved.contains(path) { return nil }
    if let known = doubts[path] { return known }
    var doubt: Doubt?
    let versions = try reader.versions(at: path)
    if let newest = versions.last, !newest.isApproved {
      doubt = Doubt(version: newest, keys: Set(newest.keys + (versions.last { $0.isApproved }?.keys ?? [])))
    }
    doubts[path] = doubt
    return doubt
  }

  private func version(inDoubtFor key: RecurrenceKey) throws -> SOPVersion? {
    if let unapproved, unapproved.isEmpty { return nil }
    let playbook = taxonomy.entry(key)?.playbook
    let paths = Set(try reader.paths(covering: key) + [playbook].compactMap { $0 })
    for path in paths.sorted() {
      if let doubt = try doubt(path), path == playbook || doubt.keys.contains(key) { return doubt.version }
    }
    return nil
  }

  /// Every code and tag in doubt.
  func keys() throws -> [RecurrenceKey] {
    let playbooks = RecurrenceKey.Kind.allCases.flatMap { kind in
      taxonomy.entries(kind).compactMap { entry in entry.playbook.map { ($0, RecurrenceKey(kind, entry.id)) } }
    }
    let byPath = Dictionary(grouping: playbooks) { $0.0 }
    return try Set(
      (unapproved ?? []).flatMap { path in
        try (doubt(path)?.keys ?? []) + (byPath[path] ?? []).map(\.1)
      }
    ).sorted()
  }

  func link(of key: RecurrenceKey) throws -> SuspectLink? {
    try version(inDoubtFor: key).map {
      SuspectLink(subject: .key(key), version: $0, reason: SuspectIndex.reason($0))
    }
  }

  /// An open item rests on the SOP for its key; a closed one on the SOP that closed it.
  func link(of item: RemediationItem) throws -> SuspectLink? {
    let version: SOPVersion?
    switch item.state {
    case .closed(.sopChanged(let closing)): version = try doubt(closing.sop.path)?.version
    case .closed: version = nil
    default: version = try self.version(inDoubtFor: item.key)
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
      // Which version is in force changes with time.
      try reader.once("suspects", at: caller.now) { try suspects(reader, at: caller.now) }
    }
  }

  private func suspects(_ reader: LedgerReader, at now: Timestamp) throws -> [SuspectLink] {
    let index = try SuspectIndex(reader, isForMany: true)
    let items = try reader.items().map(\.item).sorted { $0.id < $1.id }
    return try index.keys().compactMap(index.link(of:))
      + items.compactMap { try index.link(of: $0) ?? reader.newerVersion(for: $0, at: now) }
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
