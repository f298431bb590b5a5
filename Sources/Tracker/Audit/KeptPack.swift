// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

// Audit packs that the server keeps to be downloaded, for a day.
extension Workspace {
  var packs: CopyShelf {
    CopyShelf(
      folder: auditsFolder, about: "pack.json", prefix: "sopwright-pack", top: "sopwright-pack", isExact: false,
      lasts: 86_400_000, wasErased: wasErased)
  }

  /// Writes an audit pack without personal fields, packs it into one file, and keeps that in place of the one before.
  /// - Parameter progress: exceptions written, of all.
  /// - Throws: `Rejection.needsRole` for anybody but auditors and administrators; `PackError`.
  package func keepPack(by caller: Caller, progress: (Int, Int) -> Void) throws -> KeptCopy {
    try mustTakePacks(caller)
    return try packs.keep(by: caller) { try export(to: $0, progress: progress).events }
  }

  package func mayTakePacks(_ caller: Caller) throws -> Bool {
    let roles = try ledger.read { try $0.actor(caller).roles }
    return !roles.isDisjoint(with: [.auditor, .administrator])
  }

  /// - Throws: `Rejection.needsRole` for anybody but auditors and administrators.
  package func keptPack(by caller: Caller) throws -> KeptCopy? {
    try mustTakePacks(caller)
    return try packs.kept(at: caller.now)
  }

  private func mustTakePacks(_ caller: Caller) throws {
    if try !mayTakePacks(caller) {
      throw Rejection.needsRole(.auditor, person: caller.person, action: "take audit packs")
    }
  }

  /// Removes the pack whose time is over or from which something was erased since, and what is left of one whose making was broken off.
  package func clearPacks(at now: Timestamp) {
    try? packs.clear(at: now)  // what stays is tried again
  }
}
