// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

/// An audit pack as one file, which the server keeps until somebody makes another, for a day at most.
package struct KeptPack: Equatable, Sendable {
  package let at: Timestamp
  package let by: PersonID
  package let events: Int
  /// In bytes.
  package let size: Int64
  /// Its name in the folder, and of the file that is downloaded.
  package let name: String
  package let path: String

  package var json: JSONValue {
    .fields([
      "at": .text(at), "by": .text(by), "events": .int(events), "size": .int(Int(size)), "name": .string(name),
    ])
  }

  fileprivate init(json: JSONValue, in folder: String) throws(DecodingFailure) {
    let fields = Fields(json)
    at = try fields.time("at")
    by = try fields.person("by")
    events = try fields.int("events")
    size = Int64(try fields.int("size"))
    name = try fields.string("name")
    path = "\(folder)/\(name)"
  }

  fileprivate init(at: Timestamp, by: PersonID, events: Int, size: Int64, name: String, in folder: String) {
    (self.at, self.by, self.events, self.size, self.name) = (at, by, events, size, name)
    path = "\(folder)/\(name)"
  }
}

extension Workspace {
  /// How long a pack is kept, in milliseconds: it is a copy of the record, which erasures do not reach once it is downloaded.
  private static let packLasts: Int64 = 86_400_000

  private var packFile: String { "\(auditsFolder)/pack.json" }

  /// Writes an audit pack without personal fields, packs it into one file, and keeps that in place of the one before. A crash midway
  /// leaves the one before, and files that the next one clears away.
  /// - Parameter progress: exceptions written, of all.
  /// - Throws: `Rejection.needsRole` for anybody but auditors and administrators; `PackError`.
  package func keepPack(by caller: Caller, progress: (Int, Int) -> Void) throws -> KeptPack {
    try mustTakePacks(caller)
    try makeAuditsFolder()
    try clear(at: caller.now)
    let making = "\(auditsFolder)/making"
    let exported = try export(to: making, progress: progress)
    let name = "sopwright-pack-\(exported.events)-\(randomBytes(4).lowerCaseHex).tar"
    let size = try TarFile.write(making, as: "sopwright-pack", at: caller.now, to: "\(auditsFolder)/\(name)")
    let pack = KeptPack(
      at: caller.now, by: caller.person, events: exported.events, size: size, name: name, in: auditsFolder)
    try Data(pack.json.compactBytes).write(to: URL(fileURLWithPath: packFile), options: .atomic)
    try removePacks(but: name)
    // Somebody's data may have been erased while it was written: then it holds what must be gone.
    if try wasErased(since: exported.events) {
      try removePacks(but: nil)
      throw PackError.erasedMeanwhile
    }
    try FileManager.default.removeItem(atPath: making)
    return pack
  }

  package func mayTakePacks(_ caller: Caller) throws -> Bool {
    let roles = try ledger.read { try $0.actor(caller).roles }
    return !roles.isDisjoint(with: [.auditor, .administrator])
  }

  /// - Throws: `Rejection.needsRole` for anybody but auditors and administrators.
  package func keptPack(by caller: Caller) throws -> KeptPack? {
    try mustTakePacks(caller)
    return keptPack(at: caller.now)
  }

  private func mustTakePacks(_ caller: Caller) throws {
    if try !mayTakePacks(caller) {
      throw Rejection.needsRole(.auditor, person: caller.person, action: "take audit packs")
    }
  }

  private func keptPack(at now: Timestamp) -> KeptPack? {
    guard let bytes = FileManager.default.contents(atPath: packFile),
      let pack = try? KeptPack(json: JSONValue(parsing: [UInt8](bytes)), in: auditsFolder),
      now.milliseconds - pack.at.milliseconds < Workspace.packLasts,
      FileManager.default.fileExists(atPath: pack.path)
    else { return nil }
    return pack
  }

  /// Removes the pack whose time is over, and what is left of one whose making was broken off. Not while one is being made.
  package func clearPacks(at now: Timestamp) {
    try? clear(at: now)  // what stays is tried again
  }

  private func clear(at now: Timestamp) throws {
    guard FileManager.default.fileExists(atPath: auditsFolder) else { return }
    try removePacks(but: keptPack(at: now)?.name)
    for name in try FileManager.default.contentsOfDirectory(atPath: auditsFolder) where name.hasPrefix("making") {
      try FileManager.default.removeItem(atPath: "\(auditsFolder)/\(name)")
    }
  }

  private func wasErased(since size: Int) throws -> Bool {
    try ledger.read { reader in
      try (size..<max(size, try reader.treeHead().size)).contains { position in
        if case .erased? = try reader.event(at: position)?.event { true } else { false }
      }
    }
  }

  /// Removes packs that are done.
  /// - Parameter kept: the name of one that stays.
  func removePacks(but kept: String?) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: auditsFolder) else { return }
    for name in try files.contentsOfDirectory(atPath: auditsFolder) where name != kept {
      if name.hasSuffix(".tar") || (kept == nil && name == "pack.json") {
        try files.removeItem(atPath: "\(auditsFolder)/\(name)")
      }
    }
  }
}
