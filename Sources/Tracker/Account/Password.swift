// SPDX-License-Identifier: Apache-2.0

internal import CryptoExtras
internal import Foundation
internal import Ledger

/// What a password becomes: scrypt (RFC 7914) with N = 2^15, r = 8, p = 3 and a salt of 16 random bytes. One takes 32 MiB and some
/// tenths of a second, so whoever calls it lets few run at once.
enum Password {
  /// In characters. Long ones are safe; rules about digits and signs make people write them down.
  static let fewest = 12
  static let most = 256

  /// What many have, in small letters.
  private static let common = Set(
    String(decoding: PackageResources.common_passwords_txt, as: UTF8.self).split(separator: "\n").lazy
      .filter { !$0.hasPrefix("#") }.map(String.init))

  static func secret(for password: String) throws -> AccountSecret {
    let salt = randomBytes(16)
    return AccountSecret(salt: salt, key: try key(password, salt: salt))
  }

  static func fits(_ password: String, _ secret: AccountSecret) throws -> Bool {
    let isOne = password.count <= most
    let found = try key(isOne ? password : "", salt: secret.salt)
    // In the same time, wherever they differ.
    return zip(found, secret.key).reduce(found.count ^ secret.key.count) { $0 | Int($1.0 ^ $1.1) } == 0 && isOne
  }

  private static func key(_ password: String, salt: [UInt8]) throws -> [UInt8] {
    // The same letters in two forms of Unicode are the same password.
    let bytes = Data(password.precomposedStringWithCanonicalMapping.utf8)
    let key = try KDF.Scrypt.deriveKey(
      from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << 15, blockSize: 8, parallelism: 3,
      maxMemory: 64 << 20)
    return key.withUnsafeBytes { [UInt8]($0) }
  }

  /// Why nobody should have it; nil where it will do.
  static func problem(with password: String, of person: String) -> AccountError? {
    if password.count < fewest { return .passwordTooShort }
    if password.count > most { return .passwordTooLong }
    let folded = password.lowercased()
    let isObvious =
      Set(folded).count < 5 || common.contains(folded) || folded.contains("password") || folded.contains("sopwright")
      || (person.count > 3 && folded.contains(person.lowercased()))
    return isObvious ? .passwordObvious : nil
  }
}
