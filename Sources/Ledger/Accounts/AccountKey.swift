// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
internal import Remediation

/// The key of an authenticator, as the accounts' file holds it: only `AccountKey` can open it.
package struct SealedKey: Equatable, Sendable {
  let bytes: [UInt8]
}

/// Why the key of an authenticator cannot be read, or sealed.
package enum AccountKeyError: Error, Equatable, Sendable {
  case isAnother(_ path: String)
  /// Why, as a sentence.
  case unusable(_ reason: String)

  /// For whoever runs the server.
  package var sentence: String {
    switch self {
    case .isAnother(let path):
      "\(path) is gone, or another than the keys of authenticators were sealed with. Put the right one back; or make links (people link) "
        + "for those who have an authenticator, with which they set up another."
    case .unusable(let reason): reason
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

  /// - Parameter makingKey: whether the file may be made where it is not there; the caller lets nobody else do so at the same time. A crash
  ///   midway leaves it whole or not there.
  /// - Throws: `AccountKeyError`.
  func seal(_ key: [UInt8], of person: PersonID, makingKey: Bool) throws -> SealedKey {
    let own = try read() ?? (makingKey ? make() : nil)
    guard let own else { throw AccountKeyError.isAnother(path) }
    guard let sealed = try AES.GCM.seal(key, using: own, authenticating: AccountKey.context(of: person)).combined else {
      preconditionFailure("a nonce of 96 bits was not given otherwise")
    }
    return SealedKey(bytes: [UInt8](sealed))
  }

  /// - Throws: `AccountKeyError.isAnother` where it was sealed with another key, or for another person; `.unusable`.
  func open(_ sealed: SealedKey, of person: PersonID) throws -> [UInt8] {
    guard let own = try read() else { throw AccountKeyError.isAnother(path) }
    do {
      let box = try AES.GCM.SealedBox(combined: sealed.bytes)
      return [UInt8](try AES.GCM.open(box, using: own, authenticating: AccountKey.context(of: person)))
    } catch is CryptoKitError {
      throw AccountKeyError.isAnother(path)
    }
  }

  /// Whether it can be used: it is a key, or can be made.
  /// - Throws: `AccountKeyError.unusable`.
  func check() throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if try read() == nil, access(folder, W_OK) != 0 {
      throw AccountKeyError.unusable(
        "\(path), which seals the keys of authenticators, is not there and cannot be made: \(String(cString: strerror(errno)))."
      )
    }
  }

  /// Nil where there is no file.
  private func read() throws -> SymmetricKey? {
    let text: String
    do { text = String(decoding: try KeyFile.read(path, most: 2 * AccountKey.count + 2), as: UTF8.self) } catch {
      switch error {
      case .missing: return nil
      case .readableByOthers(_, let mode):
        throw AccountKeyError.unusable(
          "\(path), which seals the keys of authenticators, can be read by others (mode \(mode)). Take that away with: chmod 600 \(path)"
        )
      default: throw AccountKeyError.unusable(error.sentence)
      }
    }
    guard let bytes = [UInt8](lowerCaseHex: text.trimmingCharacters(in: .newlines).lowercased()),
      bytes.count == AccountKey.count
    else {
      throw AccountKeyError.unusable("\(path) is not a key of \(2 * AccountKey.count) hexadecimal digits.")
    }
    return SymmetricKey(data: bytes)
  }

  private func make() throws -> SymmetricKey {
    let own = SymmetricKey(size: .bits256)
    let digits = own.withUnsafeBytes { [UInt8]($0) }.lowerCaseHex
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw AccountKeyError.unusable("\(path) is a link to a file that is not there.")
    }
    do { try DurableFile.replace(path, mode: 0o600, Array("\(digits)\n".utf8)) } catch {
      throw AccountKeyError.unusable(error.sentence)
    }
    return own
  }

  private static func context(of person: PersonID) -> [UInt8] {
    Array("sopwright authenticator of \(person.text)".utf8)
  }
}
