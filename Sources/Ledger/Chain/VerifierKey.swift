// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
internal import Remediation

/// What a key signs, and the byte that says so in C2SP's signed notes.
package enum SignatureKind: UInt8, Sendable {
  /// The note's text, Ed25519: the ledger's own signature.
  case note = 0x01
  /// The note's text and a time, Ed25519: cosignature/v1, by somebody who saw that the ledger only grew.
  case cosignature = 0x04
}

/// A public key with its name, as c2sp.org/signed-note has it. Its text is `name+id+base64(kind ‖ key)`, the id in hexadecimal.
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
  package let name: String
  package let kind: SignatureKind
  /// 32 bytes, RFC 8032.
  package let publicKey: [UInt8]

  init(name: String, kind: SignatureKind, publicKey: [UInt8]) {
    self.name = name
    self.kind = kind
    self.publicKey = publicKey
  }

  /// Reads a verifier key; white space around it is passed over.
  package init(_ text: String) throws(NoteError) {
    let parts = text.trimmingCharacters(in: .whitespacesAndNewlines).utf8.split(
      separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .key("it is not of the form name+id+key") }
    let (kind, key) = try VerifierKey.material(Substring(parts[2]), of: "public key")
    self.init(name: String(Substring(parts[0])), kind: kind, publicKey: key)
    try mustBeNamed(id: Substring(parts[1]))
  }

  /// The type byte and 32 bytes in base64: what public and private keys have in common.
  static func material(_ text: Substring, of what: String) throws(NoteError) -> (SignatureKind, [UInt8]) {
    guard let bytes = [UInt8](strictBase64: text), let first = bytes.first else {
      throw .key("its \(what) is not base64")
    }
    guard let kind = SignatureKind(rawValue: first), bytes.count == 33 else {
      throw .key("only Ed25519 keys of the types 1 and 4 are known")
    }
    return (kind, Array(bytes.dropFirst()))
  }

  /// Throws unless the name can be one, and the id is the one that follows from name and key.
  func mustBeNamed(id text: Substring) throws(NoteError) {
    guard VerifierKey.isName(name) else { throw .key("its name is empty, or has a space, a + or a control character") }
    guard text.utf8.elementsEqual(idText.utf8) else { throw .key("its id does not fit its name and its key") }
  }

  /// Not empty, no Unicode white space, no plus, no control character.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255
      && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
  }

  /// The first four bytes of SHA-256(name ‖ 0x0A ‖ kind ‖ public key). Not unique by itself: name and id together say whose it is.
  package var id: [UInt8] {
    Array(MerkleTree.sha256(Array(name.utf8) + [0x0A, kind.rawValue] + publicKey).bytes.prefix(4))
  }

  var idText: String { id.lowerCaseHex }

  package var description: String { "\(name)+\(idText)+\(([kind.rawValue] + publicKey).base64)" }

  /// Whether the key made this signature (64 bytes) over these bytes.
  func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
      return false  // 32 bytes that are no key have signed nothing
    }
    return key.isValidSignature(signature, for: message)
  }
}
