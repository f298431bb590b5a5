// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Ledger

/// How the keys of authenticators lie on the disk.
struct AccountKeyTests {
  private final class Folder {
    let path = NSTemporaryDirectory() + "sopwright-accounts-\(UUID().uuidString)"
    var key: String { "\(path)/accounts.key" }

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }  // what stays is in the system's temporary folder

    func store() throws -> AccountStore {
      try AccountStore(at: "\(path)/accounts.sqlite", key: AccountKey(at: key))
    }
  }

  private static let secret = Array("12345678901234567890".utf8)

  private func person(_ name: String) throws -> PersonID { try #require(PersonID(name)) }

  /// A store in which somebody has an authenticator.
  private func prepared(_ folder: Folder, _ person: PersonID) throws -> AccountStore {
    let store = try folder.store()
    try store.set(AccountSecret(salt: [1], key: [2]), of: person)
    try store.offer(totp: AccountKeyTests.secret, to: person)
    try store.confirm(totp: try #require(try store.secret(of: person)?.totpOffered), step: 7, of: person)
    return store
  }

  @Test func theAccountsFileAloneMakesNoCode() throws {
    let (folder, ana) = (try Folder(), try person("ana"))
    let store = try prepared(folder, ana)
    let secret = try #require(try store.secret(of: ana))
    #expect(secret.totpStep == 7 && secret.totpOffered == nil)
    #expect(try store.key(try #require(secret.totp), of: ana) == AccountKeyTests.secret)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/accounts.sqlite"))
    #expect(bytes.range(of: Data(AccountKeyTests.secret)) == nil)
    #expect(try FileManager.default.attributesOfItem(atPath: folder.key)[.posixPermissions] as? Int == 0o600)
    // Another process opens it as well, and the same secret never looks the same.
    let other = try folder.store()
    #expect(try other.key(try #require(secret.totp), of: ana) == AccountKeyTests.secret)
    try other.offer(totp: AccountKeyTests.secret, to: ana)
    #expect(try other.secret(of: ana)?.totpOffered != secret.totp)
  }

  @Test func whatIsSealedForOneOpensForNobodyElse() throws {
    let (folder, ana, ben) = (try Folder(), try person("ana"), try person("ben"))
    let store = try prepared(folder, ana)
    let sealed = try #require(try store.secret(of: ana)?.totp)
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.key(sealed, of: ben) }
    var bytes = sealed.bytes
    bytes[20] ^= 1
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.key(SealedKey(bytes: bytes), of: ana) }
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.key(SealedKey(bytes: [1, 2]), of: ana) }
  }

  @Test func aKeyThatIsGoneOrAnotherIsNamed() throws {
    let (folder, ana) = (try Folder(), try person("ana"))
    let store = try prepared(folder, ana)
    let sealed = try #require(try store.secret(of: ana)?.totp)
    let kept = try Data(contentsOf: URL(fileURLWithPath: folder.key))
    unlink(folder.key)
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.key(sealed, of: ana) }
    // A new one is made for the next authenticator; it does not open what another sealed.
    try store.offer(totp: AccountKeyTests.secret, to: ana)
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.key(sealed, of: ana) }
    try DurableFile.replace(folder.key, mode: 0o600, [UInt8](kept))
    #expect(try store.key(sealed, of: ana) == AccountKeyTests.secret)
    for text in ["", "0123", String(repeating: "x", count: 64), String(repeating: "0", count: 66)] {
      try DurableFile.replace(folder.key, mode: 0o600, Array(text.utf8))
      #expect {
        try store.key(sealed, of: ana)
      } throws: { error in
        if case KeyFileError.malformed(folder.key, _) = error { true } else { false }
      }
    }
    try DurableFile.replace(folder.key, mode: 0o644, [UInt8](kept))
    #expect(throws: KeyFileError.readableByOthers(folder.key, mode: "644")) { try store.key(sealed, of: ana) }
  }

  /// Two windows set one up; the code of the one that was shown first confirms nothing.
  @Test func onlyTheKeyThatWasOfferedLastIsConfirmed() throws {
    let (folder, ana) = (try Folder(), try person("ana"))
    let store = try folder.store()
    try store.set(AccountSecret(salt: [1], key: [2]), of: ana)
    try store.offer(totp: AccountKeyTests.secret, to: ana)
    let first = try #require(try store.secret(of: ana)?.totpOffered)
    try store.offer(totp: AccountKeyTests.secret.reversed(), to: ana)
    try store.confirm(totp: first, step: 7, of: ana)
    #expect(try !store.hasAuthenticator(ana))
    try store.confirm(totp: try #require(try store.secret(of: ana)?.totpOffered), step: 7, of: ana)
    #expect(try store.hasAuthenticator(ana))
    try store.removeTOTP(of: ana)
    #expect(try !store.hasAuthenticator(ana))
  }
}
