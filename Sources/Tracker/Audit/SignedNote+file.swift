// SPDX-License-Identifier: Apache-2.0

package import Ledger

extension SignedNote {
  /// A note that somebody kept in a file.
  /// - Throws: `FileProblem` where it cannot be read, or is no signed note.
  package init(at path: String) throws {
    do { try self.init(foreignBytes(at: path, atMost: SignedNote.largest)) } catch let error as NoteError {
      throw FileProblem(file: path, error.sentence)
    }
  }
}
