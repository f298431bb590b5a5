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

  private static let now = Timestamp(seconds: 1_780_315_200)

  private func session(_ person: PersonID, _ number: UInt8 = 1) -> Session {
    Session(
      digest: MerkleTree.sha256([number]), person: person, formToken: "", beganAt: AccountKeyTests.now,
      seenAt: AccountKeyTests.now)
  }

  private func person(_ name: String) throws -> PersonID { try #require(PersonID(name)) }

  /// A store in which somebody has an authenticator.
  private func prepared(_ folder: Folder, _ person: PersonID) throws -> AccountStore {
    let store = try folder.store()
    try store.set(AccountSecret(salt: [1], key: [2]), of: person)
    try store.offer(totp: AccountKeyTests.secret, in: session(person), at: AccountKeyTests.now)
    let offered = try #require(try store.secret(of: person)?.totpOffered)
    #expect(try store.confirm(offered, step: 7, of: person, removesTokens: false))
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
    try other.offer(totp: AccountKeyTests.secret, in: session(ana), at: AccountKeyTests.now)
    #expect(try other.secret(of: ana)?.totpOffered?.key != secret.totp)
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
    try store.checkKey()
    unlink(folder.key)
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.key(sealed, of: ana) }
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.checkKey() }
    // No new one is made, which would open nothing that was sealed.
    #expect(throws: AccountKeyError.isAnother(folder.key)) {
      try store.offer(totp: AccountKeyTests.secret, in: session(ana), at: AccountKeyTests.now)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.key))
    let other = String(repeating: "0", count: 64)
    try DurableFile.replace(folder.key, mode: 0o600, Array(other.utf8))
    #expect(throws: AccountKeyError.isAnother(folder.key)) { try store.checkKey() }
    try DurableFile.replace(folder.key, mode: 0o600, [UInt8](kept))
    #expect(try store.key(sealed, of: ana) == AccountKeyTests.secret)
    // By hand, in capitals.
    try DurableFile.replace(folder.key, mode: 0o600, Array(String(decoding: kept, as: UTF8.self).uppercased().utf8))
    #expect(try store.key(sealed, of: ana) == AccountKeyTests.secret)
    for text in ["", "0123", String(repeating: "x", count: 64), String(repeating: "0", count: 66)] {
      try DurableFile.replace(folder.key, mode: 0o600, Array(text.utf8))
      #expect {
        try store.key(sealed, of: ana)
      } throws: { error in
        (error as? AccountKeyError)?.sentence == "\(folder.key) is not a key of 64 hexadecimal digits."
      }
    }
    try DurableFile.replace(folder.key, mode: 0o644, [UInt8](kept))
    #expect {
      try store.key(sealed, of: ana)
    } throws: { error in
      (error as? AccountKeyError)?.sentence.contains("can be read by others (mode 644)") ?? false
    }
  }

  @Test func aPlaceWhereNoKeyCanBeIsNamedBeforeItIsNeeded() throws {
    let folder = try Folder()
    let place = "\(folder.path)/nowhere/accounts.key"
    let store = try AccountStore(at: "\(folder.path)/accounts.sqlite", key: AccountKey(at: place))
    #expect {
      try store.checkKey()
    } throws: { error in
      (error as? AccountKeyError)?.sentence.contains("\(place), which seals the keys of authenticators, is not there")
        ?? false
    }
    // A link that leads nowhere says where the key is to lie, so none is put in its place.
    let ana = try person("ana")
    try FileManager.default.createSymbolicLink(atPath: folder.key, withDestinationPath: place)
    let linked = try folder.store()
    try linked.set(AccountSecret(salt: [1], key: [2]), of: ana)
    #expect(throws: AccountKeyError.unusable("\(folder.key) is a link to a file that is not there.")) {
      try linked.offer(totp: AccountKeyTests.secret, in: session(ana), at: AccountKeyTests.now)
    }
  }

  /// Two windows set one up; the code of the one that was shown first confirms nothing.
  @Test func onlyTheKeyThatWasOfferedLastIsConfirmed() throws {
    let (folder, ana) = (try Folder(), try person("ana"))
    let store = try folder.store()
    try store.set(AccountSecret(salt: [1], key: [2]), of: ana)
    let (here, elsewhere) = (session(ana), session(ana, 2))
    for session in [here, elsewhere] { try store.begin(session) }
    try store.offer(totp: AccountKeyTests.secret, in: here, at: AccountKeyTests.now)
    let first = try #require(try store.secret(of: ana)?.totpOffered)
    #expect(first.session == here.digest && first.at == AccountKeyTests.now)
    try store.offer(totp: AccountKeyTests.secret.reversed(), in: here, at: AccountKeyTests.now)
    #expect(try !store.confirm(first, step: 7, of: ana, removesTokens: true))
    #expect(try !store.hasAuthenticator(ana))
    #expect(try store.session(elsewhere.digest) != nil)
    let offered = try #require(try store.secret(of: ana)?.totpOffered)
    #expect(try store.confirm(offered, step: 7, of: ana, removesTokens: true))
    #expect(try store.hasAuthenticator(ana))
    // Who is signed in without a code of it no longer is.
    #expect(try store.session(elsewhere.digest) == nil)
    #expect(try store.session(here.digest) != nil)
    try store.removeTOTP(of: ana)
    #expect(try !store.hasAuthenticator(ana))
  }
}
