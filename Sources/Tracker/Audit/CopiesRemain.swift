// SPDX-License-Identifier: Apache-2.0

internal import Ledger

/// Copies that must go and cannot be removed.
struct CopiesRemain: Error, Equatable {
  struct File: Equatable {
    let path: String
    let reason: String
  }

  let files: [File]

  var sentence: String {
    let list = files.map { "\($0.path): \($0.reason)" }.joined(separator: " ")
    return
      "A copy of the record that nobody may have any more cannot be removed; it is offered to nobody. Let it be removed. \(list)"
  }
}

extension Workspace {
  private var shelves: [CopyShelf] { [packs, backups] }

  func wasErased(since size: Int) throws -> Bool { try ledger.read { try $0.wasErased(since: size) } }

  /// Removes the packs and backups that the server keeps, whoever had them made.
  /// - Returns: what could not be removed.
  func removeCopies() -> [Erasure.Remainder] { onShelves { try $0.empty() } }

  /// Removes those from which something was erased since, and what is left of broken-off ones.
  /// - Returns: what could not be removed.
  func clearErasedCopies() -> [Erasure.Remainder] { onShelves { try $0.clearErased() } }

  /// Whether a copy that must go is still there.
  func hasErasedCopies() throws -> Bool { try shelves.contains { try $0.holdsErased() } }

  private func onShelves(_ remove: (CopyShelf) throws -> Void) -> [Erasure.Remainder] {
    shelves.flatMap { shelf -> [Erasure.Remainder] in
      do {
        try remove(shelf)
        return []
      } catch let error as CopiesRemain {
        return error.files.map { .copy(path: $0.path, reason: $0.reason) }
      } catch {
        return [.copy(path: shelf.folder, reason: sentence(for: error))]
      }
    }
  }
}
