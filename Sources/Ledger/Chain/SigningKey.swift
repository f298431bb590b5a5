// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation
package import Remediation

/// An Ed25519 key that signs notes, kept in a file that its owner alone can read.
///
/// The file holds one line, `PRIVATE+KEY+name+id+base64(kind ‖ seed)`: the form of golang.org/x/mod/sumdb/note, so that other tools can
/// sign with it.
package struct SigningKey: Sendable {
  package let verifier: VerifierKey
  private let key: Curve25519.Signing.PrivateKey

  private static let prefix = "PRIVATE+KEY+"
  private static let largestFile = 4096

  private init(name: String, kind: SignatureKind, key: Curve25519.Signing.PrivateKey) {
    verifier = VerifierKey(name: name, kind: kind, publicKey: [UInt8](key.publicKey.rawRepresentation))
    self.key = key
  }

  /// Reads the text of a key file; white space around it is passed over.
  package init(_ text: String) throws(NoteError) {
    let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard line.hasPrefix(SigningKey.prefix) else { throw .key("it does not begin with \(SigningKey.prefix)") }
    let parts = line.dropFirst(SigningKey.prefix.count).utf8.split(
      separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .key("it is not of the form \(SigningKey.prefix)name+id+key") }
    let (kind, seed) = try VerifierKey.material(Substring(parts[2]), of: "private key")
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw .key("its private key does not have 32 bytes")
    }
    self.init(name: String(Substring(parts[0])), kind: kind, key: key)
    try verifier.mustBeNamed(id: Substring(parts[1]))
  }

  private var text: String {
    let seed = [verifier.kind.rawValue] + [UInt8](key.rawRepresentation)
    return "\(SigningKey.prefix)\(verifier.name)+\(verifier.idText)+\(seed.base64)\n"
  }

  /// Makes a key and its file, mode 0600, which is on the disk when this returns. A crash midway leaves no file, or one that is not
  /// whole: delete it and begin again.
  /// - Throws: `KeyFileError.name` where the name cannot be one; `FileFailure.exists` rather than overwrite anything.
  package static func make(at path: String, name: String, kind: SignatureKind) throws -> SigningKey {
    guard VerifierKey.isName(name) else { throw KeyFileError.name(name) }
    let made = SigningKey(name: name, kind: kind, key: Curve25519.Signing.PrivateKey())
    try DurableFile.create(path, mode: 0o600, Array(made.text.utf8))
    return made
  }

  /// Reads a key file.
  /// - Throws: `KeyFileError.readableByOthers` where anybody but its owner may read or write it.
  package init(at path: String) throws(KeyFileError) {
    let bytes = try KeyFile.read(path, most: SigningKey.largestFile)
    do {
      try self.init(String(decoding: bytes, as: UTF8.self))
    } catch {
      throw .malformed(path, reason: error.sentence)
    }
  }

  /// Signs a note's text, by the key's kind: a cosignature has the time in it, the other has none.
  package func sign(_ text: [UInt8], at time: Timestamp) throws -> NoteSignature {
    switch verifier.kind {
    case .note: NoteSignature(by: verifier, content: [UInt8](try key.signature(for: text)))
    case .cosignature:
      NoteSignature(
        by: verifier,
        content: Cosignature.content(
          [UInt8](try key.signature(for: Cosignature.message(text, at: time))), at: time))
    }
  }
}
