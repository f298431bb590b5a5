// SPDX-License-Identifier: Apache-2.0

/// Why a signed note, a key or a receipt that somebody hands in is not one, or is not what it claims to be. Each sentence stands behind
/// the name of the file that it is about.
package enum NoteError: Error, Equatable, Sendable {
  // Form
  case tooLarge(bytes: Int, most: Int)
  case notPlainText
  case noBlankLine
  case noSignature
  case tooManySignatures(most: Int)
  case signatureLine(Int)
  case checkpoint(String)
  case key(String)
  case receipt(String)
  // Truth
  case notSigned(by: String)
  case wrongSignature(of: String)
  case otherOrigin(found: String, expected: String)
  case notIncluded(index: Int, size: Int)
  case leafMissing
  case otherLeaf

  package var sentence: String {
    switch self {
    case .tooLarge(let bytes, let most): "It has \(bytes) bytes; at most \(most) are read."
    case .notPlainText: "It is not plain text: it holds bytes that are not UTF-8, or control characters."
    case .noBlankLine: "It is no signed note: no blank line separates a text from signatures."
    case .noSignature: "It is no signed note: it has no signature."
    case .tooManySignatures(let most): "It has more than \(most) signatures."
    case .signatureLine(let number):
      "Its signature \(number) is not of the form \"— name base64\", so the note was cut or changed."
    case .checkpoint(let problem): "It is no checkpoint: \(problem)."
    case .key(let problem): "It is no key that can be used here: \(problem)."
    case .receipt(let problem): "It is no receipt: \(problem)."
    case .notSigned(let key): "It bears no signature by \(key)."
    case .wrongSignature(let key): "The signature by \(key) is wrong: the text was changed, or another key made it."
    case .otherOrigin(let found, let expected): "It is about the ledger \(found), not about \(expected)."
    case .notIncluded(let index, let size):
      "The proof is wrong: this is not the event at position \(index) of the tree of \(size) events."
    case .leafMissing: "It does not hold the event's bytes. Name the file that does with --leaf."
    case .otherLeaf: "The event's bytes in it are not those of the file that --leaf names."
    }
  }
}
