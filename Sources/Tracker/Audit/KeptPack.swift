// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

// Audit packs that the server keeps to be downloaded, for a day.
extension Workspace {
  private var packs: CopyShelf {
    CopyShelf(
      folder: auditsFolder, about: "pack.json", prefix: "sopwright-pack", top: "sopwright-pack", isExact: false,
      lasts: 86_400_000)
  }

  /// Writes an audit pack without personal fields, packs it into one file, and keeps that in place of the one before.
  /// - Parameter progress: exceptions written, of all.
  /// - Throws: `Rejection.needsRole` for anybody but auditors and administrators; `PackError`.
  package func keepPack(by caller: Caller, progress: (Int, Int) -> Void) throws -> KeptCopy {
    try mustTakePacks(caller)
    return try packs.keep(by: caller, unless: wasErased) { try export(to: $0, progress: progress).events }
  }

  package func mayTakePacks(_ caller: Caller) throws -> Bool {
    let roles = try ledger.read { try $0.actor(caller).roles }
    return !roles.isDisjoint(with: [.auditor, .administrator])
  }

  /// - Throws: `Rejection.needsRole` for anybody but auditors and administrators.
  package func keptPack(by caller: Caller) throws -> KeptCopy? {
    try mustTakePacks(caller)
    return packs.kept(at: caller.now)
  }

  private func mustTakePacks(_ caller: Caller) throws {
    if try !mayTakePacks(caller) {
      throw Rejection.needsRole(.auditor, person: caller.person, action: "take audit packs")
    }
  }

  /// Removes the pack whose time is over, and what is left of one whose making was broken off. Not while one is being made.
  package func clearPacks(at now: Timestamp) {
    try? packs.clear(at: now)  // what stays is tried again
  }

  /// Removes the pack that is kept.
  func removePacks() throws { try packs.remove(but: nil) }
}
