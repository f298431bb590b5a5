// SPDX-License-Identifier: Apache-2.0

/// A text that a person wrote (a rationale, a note, a comment) on its way into the ledger.
///
/// The event holds `digest` = SHA-256(salt ‖ text) alone; salt and text stand in a row of their own, so that the text can be
/// erased while the event still verifies, and nobody can guess a short text from its digest once the salt is gone.
package struct ErasableText: Equatable, Sendable {
  package let digest: Digest
  /// 32 random bytes.
  package let salt: [UInt8]
  package let text: String

  package init(digest: Digest, salt: [UInt8], text: String) {
    self.digest = digest
    self.salt = salt
    self.text = text
  }
}
