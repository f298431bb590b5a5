// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger

/// The file `init.unfinished`: the first in a folder that becomes a workspace, and the last to go. While it is there, no command takes
/// the folder for a workspace, so that whatever is in it was seen by nobody, and the next `init` may begin anew.
struct MakingMark: ~Copyable {
  private static let file = "init.unfinished"
  /// All that the making of a workspace leaves in its folder.
  private static let made = [
    "taxonomy", "evidence", "keys", "sop.git", "sop.git.unfinished", Settings.file, "sopwright.lock",
    "sopwright.sqlite",
    "sopwright.sqlite-wal", "sopwright.sqlite-shm", "sopwright.sqlite-journal", Workspace.seenFileName,
  ]
  private let path: String
  private let lock: WorkspaceLock
  /// Whether the folder was not there before.
  private let hasMadeFolder: Bool

  static func stands(in folder: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(file)")
  }

  /// Makes the folder where it is not there, and sets the mark. What an interrupted making left is cleared away first.
  /// - Throws: `MakingError` where the folder holds anything else, or somebody is making a workspace in it at this moment.
  static func set(in folder: String) throws -> MakingMark {
    let path = "\(folder)/\(MakingMark.file)"
    if !MakingMark.stands(in: folder) { try MakingMark.mustBeEmpty(folder, but: []) }
    let isThere = FileManager.default.fileExists(atPath: folder)
    do {
      try makeFolders(to: folder)
    } catch { throw MakingError.unwritable(folder, error.localizedDescription) }
    guard let lock = try WorkspaceLock.ifFree(path) else { throw MakingError.busy(folder) }
    // With the lock in hand, look again: somebody may have finished in between. A mark that was made just now has no words yet, and
    // one that is gone was taken away by its owner, who finished.
    let words = try? String(contentsOfFile: path, encoding: .utf8)
    if words?.isEmpty == false { try clear(folder) }
    do {
      try MakingMark.mustBeEmpty(folder, but: [MakingMark.file])
    } catch {
      // A mark without words was not there before.
      if words?.isEmpty == true { unlink(path) }
      throw error
    }
    try write("sopwright init began to make a workspace here and has not finished. Give the command again.\n", to: path)
    return MakingMark(path: path, lock: lock, hasMadeFolder: !isThere)
  }

  private init(path: String, lock: consuming WorkspaceLock, hasMadeFolder: Bool) {
    self.path = path
    self.lock = lock
    self.hasMadeFolder = hasMadeFolder
  }

  private static func clear(_ folder: String) throws {
    for name in MakingMark.made {
      let left = "\(folder)/\(name)"
      if FileManager.default.fileExists(atPath: left) { try FileManager.default.removeItem(atPath: left) }
    }
  }

  private static func mustBeEmpty(_ folder: String, but known: Set<String>) throws {
    // An absent folder is as good as an empty one; one that cannot be looked into is not.
    let present: Set<String>
    do { present = Set(try folderNames(folder)) } catch {
      throw MakingError.unwritable(folder, error.localizedDescription)
    }
    if present.contains("sopwright.sqlite") { throw MakingError.exists(folder) }
    if !present.subtracting(known).isEmpty { throw MakingError.notEmpty(folder) }
  }

  /// The words are on the disk when this returns: an empty mark would not say that the rest may go.
  private static func write(_ words: String, to path: String) throws {
    do {
      try writeFile(path, words.utf8, isDurable: true)
    } catch { throw MakingError.unwritable(path, error.localizedDescription) }
  }

  /// Takes away what was made, where it came to nothing. What cannot be taken away stays behind the mark, and the next `init` begins anew.
  func giveUp() {
    let folder = (path as NSString).deletingLastPathComponent
    // A disk that fails may say of a file that it is not there: the mark goes only where a listing shows nothing else.
    guard (try? MakingMark.clear(folder)) != nil, (try? folderNames(folder)) == [MakingMark.file], unlink(path) == 0
    else {
      return
    }
    if hasMadeFolder { rmdir(folder) }
  }

  /// The folder is a workspace from here on.
  consuming func remove() throws {
    guard unlink(path) == 0 else { throw MakingError.unwritable(path, String(cString: strerror(errno))) }
  }
}
