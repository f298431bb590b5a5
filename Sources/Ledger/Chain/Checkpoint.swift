// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// What a checkpoint says, in the form of c2sp.org/tlog-checkpoint: at this size, the tree of this ledger had this root.
package struct Checkpoint: Hashable, Sendable {
  /// Which ledger.
  package let origin: String
  /// How many events.
  package let size: Int
  package let root: Digest

  package init(origin: String, size: Int, root: Digest) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Which ledger that of a workspace is.
  /// - Parameter id: of the founding event.
  package static func origin(ofWorkspace id: String) -> String { "sopwright/\(id)" }

  /// The text of the note that is signed: origin, size, root, a line each.
  package var text: [UInt8] { Array("\(origin)\n\(size)\n\(root.base64)\n".utf8) }

  /// Reads a note's text. Lines after the third are extensions: they must not be empty, and are passed over.
  package init(text: [UInt8]) throws(NoteError) {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard lines.count >= 4, lines.last == "" else { throw .checkpoint("it has fewer than three lines") }
    guard lines.dropLast().allSatisfy({ !$0.isEmpty }) else { throw .checkpoint("one of its lines is empty") }
    guard let size = Int(plainDecimal: lines[1]) else {
      throw .checkpoint("its second line is not a number of events")
    }
    guard let bytes = [UInt8](strictBase64: lines[2]), let root = Digest(bytes: bytes) else {
      throw .checkpoint("its third line is not a SHA-256 in base64")
    }
    self.init(origin: lines[0], size: size, root: root)
  }
}

extension SignedNote {
  /// What the note says, if the ledger's key signed it.
  /// - Throws: `NoteError.otherOrigin` where it is about a ledger that the key is not of: a ledger's key has its origin as name.
  package func checkpoint(signedBy key: VerifierKey) throws(NoteError) -> Checkpoint {
    _ = try verified(by: key)
    let checkpoint = try Checkpoint(text: text)
    guard checkpoint.origin.utf8.elementsEqual(key.name.utf8) else {
      throw .otherOrigin(found: checkpoint.origin, expected: key.name)
    }
    return checkpoint
  }
}

extension Int {
  /// Nil unless the text is a decimal number from 0 on, without leading zeros, sign or spaces.
  init?(plainDecimal text: some StringProtocol) {
    guard let first = text.utf8.first, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      first != UInt8(ascii: "0") || text.utf8.count == 1
    else { return nil }
    self.init(text)
  }
}
