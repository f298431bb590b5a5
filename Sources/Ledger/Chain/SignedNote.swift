// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// A text with the signatures of one or more keys, in the form of c2sp.org/signed-note. What it says counts only after `verified`.
package struct SignedNote: Hashable, Sendable {
  /// UTF-8, ends in a newline.
  package let text: [UInt8]
  /// In their order, those of unknown keys too.
  package private(set) var signatures: [NoteSignature]

  package static let largest = 1_000_000
  package static let mostSignatures = 100

  init(text: [UInt8], signatures: [NoteSignature]) {
    self.text = text
    self.signatures = signatures
  }

  /// Reads foreign bytes. Whatever is accepted, `bytes` gives back as it was.
  package init(_ bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= SignedNote.largest else { throw .tooLarge(bytes: bytes.count, most: SignedNote.largest) }
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\n") }), String(validating: bytes, as: UTF8.self) != nil
    else { throw .notPlainText }
    // The last blank line separates; the text may have some of its own.
    guard bytes.count > 1, let gap = (1..<bytes.count).last(where: { bytes[$0] == 10 && bytes[$0 - 1] == 10 }) else {
      throw .noBlankLine
    }
    text = Array(bytes[..<gap])
    let rest = bytes[(gap + 1)...]
    guard !rest.isEmpty else { throw .noSignature }
    let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count - 1 <= SignedNote.mostSignatures else {
      throw .tooManySignatures(most: SignedNote.mostSignatures)
    }
    signatures = []
    for (offset, line) in lines.dropLast().enumerated() {
      guard let signature = NoteSignature(line: line) else { throw .signatureLine(offset + 1) }
      signatures.append(signature)
    }
    guard lines.last?.isEmpty == true else { throw .signatureLine(lines.count) }
  }

  package var bytes: [UInt8] { text + [UInt8(ascii: "\n")] + signatures.flatMap { Array($0.line.utf8) } }

  /// The note as text; it is valid UTF-8.
  package var description: String { String(decoding: bytes, as: UTF8.self) }

  /// The same note with one more signature at its end.
  package func with(_ signature: NoteSignature) -> SignedNote {
    SignedNote(text: text, signatures: signatures + [signature])
  }

  /// The signatures that these keys made, in the note's order, each key once. Those of other keys are passed over.
  /// - Throws: `wrongSignature` where one that claims to be by one of the keys is not; `notSigned` where `required` is not among them.
  package func verified(
    by required: VerifierKey, and others: [VerifierKey] = []
  ) throws(NoteError) -> [VerifiedSignature] {
    let keys = [required] + others
    var found: [VerifiedSignature] = []
    for signature in signatures {
      guard let key = keys.first(where: { signature.isClaimed(by: $0) }), !found.contains(where: { $0.key == key })
      else { continue }
      guard let verified = signature.verified(by: key, over: text) else { throw .wrongSignature(of: key.name) }
      found.append(verified)
    }
    guard found.contains(where: { $0.key == required }) else { throw .notSigned(by: required.name) }
    return found
  }
}

/// A line below a note's text: who claims to have signed it, and what.
package struct NoteSignature: Hashable, Sendable {
  package let keyName: String
  /// Four bytes, as `VerifierKey.id`.
  package let keyID: [UInt8]
  /// What stands behind the id: an Ed25519 signature, with its time before it in a cosignature; anything by unknown keys.
  package let content: [UInt8]

  init(by key: VerifierKey, content: [UInt8]) {
    keyName = key.name
    keyID = key.id
    self.content = content
  }

  /// Nil unless the line, without its newline, is `— name base64` with at least five bytes in the base64.
  init?(line: ArraySlice<UInt8>) {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].elementsEqual("—".utf8) else { return nil }
    keyName = String(decoding: parts[1], as: UTF8.self)
    guard VerifierKey.isName(keyName),
      let bytes = [UInt8](strictBase64: String(decoding: parts[2], as: UTF8.self)), bytes.count > 4
    else { return nil }
    keyID = Array(bytes.prefix(4))
    content = Array(bytes.dropFirst(4))
  }

  /// With its newline.
  package var line: String { "— \(keyName) \((keyID + content).base64)\n" }

  /// Whether name and id are the key's; nothing is verified yet.
  package func isClaimed(by key: VerifierKey) -> Bool {
    keyName.utf8.elementsEqual(key.name.utf8) && keyID == key.id
  }

  /// Nil unless the key made it over this text.
  package func verified(by key: VerifierKey, over text: [UInt8]) -> VerifiedSignature? {
    guard isClaimed(by: key) else { return nil }
    switch key.kind {
    case .note:
      guard key.isValid(content, over: text) else { return nil }
      return VerifiedSignature(key: key, time: nil)
    case .cosignature:
      guard let (time, signature) = Cosignature.parts(of: content),
        key.isValid(signature, over: Cosignature.message(text, at: time))
      else { return nil }
      return VerifiedSignature(key: key, time: time)
    }
  }
}

/// A signature that was checked. Only `SignedNote` and `NoteSignature` make one.
package struct VerifiedSignature: Equatable, Sendable {
  package let key: VerifierKey
  /// When a cosigner says that it looked; nil for the ledger's own signature.
  package let time: Timestamp?

  fileprivate init(key: VerifierKey, time: Timestamp?) {
    self.key = key
    self.time = time
  }
}
