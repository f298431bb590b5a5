// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// When something was done to keep the workspace alive, and by whom.
package struct UpkeepNote: Equatable, Sendable {
  package let at: Timestamp
  package let by: PersonID
  /// Whether the server did it, for somebody with a browser.
  package let isInBrowser: Bool
  /// How many events a backup has. Nil of what is none, and in notes from before this was noted.
  package let events: Int?

  package init(at: Timestamp, by: PersonID, isInBrowser: Bool, events: Int? = nil) {
    (self.at, self.by, self.isInBrowser, self.events) = (at, by, isInBrowser, events)
  }

  package var json: JSONValue {
    .fields([
      "at": .text(at), "by": .text(by), "in_browser": .bool(isInBrowser), "events": events.map(JSONValue.int),
    ])
  }

  fileprivate init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    at = try fields.time("at")
    by = try fields.person("by")
    isInBrowser = try fields.value("in_browser") == .bool(true)
    events = try fields.optionalInt("events")
  }
}

/// What of upkeep is noted.
package enum UpkeepKind: String, Sendable {
  case backup, maintenance
}

/// How the workspace is kept alive, as far as it knows: notes lie beside the record, and prove nothing.
package struct UpkeepState: Sendable {
  package let room: Maintenance.Room
  /// Nil where none is known of: what others copied, and what was done before a restore, is not noted here.
  package let backup: UpkeepNote?
  package let maintenance: UpkeepNote?
  package let verification: KeptVerification?
  package let tree: TreeState
  /// Whether bytes of what was erased may still be in the database, or in a copy that the server kept.
  package let mustPurge: Bool
  /// When somebody's data were erased last; nil where nobody's were.
  package let erasedAt: Timestamp?
  /// Whether that was after the backup that is known of, which then still holds them.
  package let isErasedSinceBackup: Bool
  /// The backup that waits to be downloaded, for who had it made.
  package let copy: KeptCopy?

  package var json: JSONValue {
    .fields([
      "backup": backup?.json ?? .null, "maintenance": maintenance?.json ?? .null,
      "verification": verification?.json ?? .null,
      "checkpoint": tree.checkpoint.map { .fields(["size": .int($0.size), "published_at": .text($0.at)]) } ?? .null,
      "events": .int(tree.size), "database": .integer(room.database), "log": .integer(room.log),
      "repository": .integer(room.repository), "loose_objects": .int(room.looseObjects), "packs": .int(room.packs),
      "purged": .bool(!mustPurge), "erased_at": .text(erasedAt),
      "erased_since_backup": .bool(isErasedSinceBackup), "copy": copy?.json ?? .null,
    ])
  }
}

extension Workspace {
  var upkeepFolder: String { "\(folder)/upkeep" }

  private func noteFile(_ kind: UpkeepKind) -> String { "\(upkeepFolder)/\(kind.rawValue).json" }

  /// - Throws: `Rejection.needsRole` for anybody but administrators.
  package func upkeep(by caller: Caller) throws -> UpkeepState {
    try mustKeepUp(caller, to: "see to the upkeep")
    let backup = noted(.backup)
    let (mustPurge, erasure) = try ledger.read { reader in
      (try reader.mustPurge(), try reader.erasures().last.flatMap { try reader.event(at: $0.position) })
    }
    let isErasedSince = erasure.map { erasure in backup.map { !$0.knows(of: erasure) } ?? false } ?? false
    let copy = try keptBackup(by: caller)  // clears away one that must go
    return UpkeepState(
      room: try room(), backup: backup, maintenance: noted(.maintenance), verification: lastVerification(),
      tree: try treeState(), mustPurge: try mustPurge || hasErasedCopies(), erasedAt: erasure?.at,
      isErasedSinceBackup: isErasedSince, copy: copy)
  }

  /// - Throws: `Rejection.needsRole` for anybody but administrators, whatever they want to do.
  package func mustKeepUp(_ caller: Caller, to action: String) throws {
    guard try ledger.read({ try $0.actor(caller).roles }).contains(.administrator) else {
      throw Rejection.needsRole(.administrator, person: caller.person, action: action)
    }
  }

  /// The last one; nil where none is known of.
  func noted(_ kind: UpkeepKind) -> UpkeepNote? {
    FileManager.default.contents(atPath: noteFile(kind))
      .flatMap { try? UpkeepNote(json: JSONValue(parsing: [UInt8]($0))) }
  }

  /// Remembers a backup that somebody has, unless a newer one is known of.
  func note(backup: UpkeepNote) {
    if let known = noted(.backup), known.at > backup.at { return }
    note(backup, as: .backup)
  }

  /// Remembers that it was done. What was done stays done where that cannot be written.
  func note(_ note: UpkeepNote, as kind: UpkeepKind) {
    try? makeFolders(to: upkeepFolder, mode: 0o700)
    try? DurableFile.replace(noteFile(kind), mode: 0o666, note.json.compactBytes)
  }
}

extension UpkeepNote {
  /// Whether an event is in the backup. Of one without a number of events, the times are compared: both were asked for then, and either
  /// may have been done first.
  fileprivate func knows(of recorded: RecordedEvent) -> Bool {
    events.map { recorded.position < $0 } ?? (recorded.at < at)
  }
}
