// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
internal import Remediation

/// The key of an authenticator, as the accounts' file holds it: only `AccountKey` can open it.
package struct SealedKey: Equatable, Sendable {
  let bytes: [UInt8]
}

/// Why the key of an authenticator cannot be read.
package enum AccountKeyError: Error, Equatable, Sendable {
  case isAnother(_ path: String)

  package var sentence: String {
    switch self {
    case .isAnother(let path):
      "The key of the authenticator cannot be read: \(path) is gone, or another than it was sealed with. Put the right one back; or an "
        + "administrator makes a link, with which the person signs in and sets up an authenticator again."
    }
  }
}

/// What the keys of authenticators are sealed with: 256 random bits in a file of its owner alone, in hexadecimal digits. Whoever has only
/// one of the two files, this and the accounts, can make no code.
///
/// Sealed by AES-GCM (NIST SP 800-38D) with a random nonce of 96 bits, and bound to the person: one put into another's row does not open.
package struct AccountKey: Sendable {
  private let path: String

  private static let count = 32

  package init(at path: String) { self.path = path }

  /// Makes the file where it is not there; the caller lets nobody else do so at the same time. A crash midway leaves it whole or not there.
  func seal(_ key: [UInt8], of person: PersonID) throws -> SealedKey {
    let own: SymmetricKey
    do { own = try read() } catch KeyFileError.missing {
      own = SymmetricKey(size: .bits256)
      let digits = own.withUnsafeBytes { [UInt8]($0) }.lowerCaseHex
      try DurableFile.replace(path, mode: 0o600, Array("\(digits)\n".utf8))
    }
    guard let sealed = try AES.GCM.seal(key, using: own, authenticating: AccountKey.context(of: person)).combined else {
      preconditionFailure("a nonce of 96 bits was not given otherwise")
    }
    return SealedKey(bytes: [UInt8](sealed))
  }

  /// - Throws: `AccountKeyError.isAnother` where it was sealed with another key, or for another person; `KeyFileError`.
  func open(_ sealed: SealedKey, of person: PersonID) throws -> [UInt8] {
    do {
      let box = try AES.GCM.SealedBox(combined: sealed.bytes)
      return [UInt8](try AES.GCM.open(box, using: try read(), authenticating: AccountKey.context(of: person)))
    } catch KeyFileError.missing {
      throw AccountKeyError.isAnother(path)
    } catch is CryptoKitError {
      throw AccountKeyError.isAnother(path)
    }
  }

  private func read() throws -> SymmetricKey {
    let text = String(decoding: try KeyFile.read(path, most: 2 * AccountKey.count + 2), as: UTF8.self)
    guard let bytes = [UInt8](lowerCaseHex: text.trimmingCharacters(in: .newlines)), bytes.count == AccountKey.count
    else {
      throw KeyFileError.malformed(path, reason: "This is not a key of \(2 * AccountKey.count) hexadecimal digits.")
    }
    return SymmetricKey(data: bytes)
  }

  private static func context(of person: PersonID) -> [UInt8] {
    Array("sopwright authenticator of \(person.text)".utf8)
  }
}
