// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook

/// A folder on its way to its place: it is filled as `PLACE.unfinished` and gets its name when everything is in it and
/// on the disk. So what stands at the place is whole. A crash midway leaves the unfinished folder, which the next one
/// for the same place empties.
struct UnfinishedFolder: ~Copyable {
  static let ending = ".unfinished"
  /// Where to put things.
  let path: String
  private let place: String
  private let descriptor: Int32
  private var isFinished = false

  /// - Parameters:
  ///   - mode: its permissions, less the umask.
  ///   - mayReplace: whether the place may be taken, because what stands there is to be exchanged.
  /// - Throws: `BackupError` where the place is taken, cannot be written to, or somebody else is filling a folder for
  ///   it.
  init(for place: String, mode: mode_t = 0o777, mayReplace: Bool = false) throws {
    guard mayReplace || UnfinishedFolder.isFree(place) else { throw BackupError.notEmpty(place) }
    let path = place + UnfinishedFolder.ending
    descriptor = try UnfinishedFolder.lockedAndEmptied(path, mode)
    self.path = path
    self.place = place
  }

  private static func lockedAndEmptied(_ path: String, _ mode: mode_t) throws -> Int32 {
    let files = FileManager.default
    do {
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
      try makeFolders(to: parent.path)
    } catch { throw BackupError.unwritable(path, systemReason(for: error)) }
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
      throw BackupError.unwritable(path, String(cString: strerror(errno)))
    }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BackupError.unwritable(path, String(cString: strerror(errno))) }
    do {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw BackupError.busy(path) }
      for name in try files.contentsOfDirectory(atPath: path) { try files.removeItem(atPath: "\(path)/\(name)") }
      return descriptor
    } catch let error {
      close(descriptor)
      throw error is BackupError ? error : BackupError.unwritable(path, systemReason(for: error))
    }
  }

  deinit {
    if !isFinished { try? FileManager.default.removeItem(atPath: path) }  // what stays, the next one removes
    close(descriptor)
  }

  /// Whether nothing, or an empty folder, stands there.
  static func isFree(_ place: String) -> Bool {
    guard let present = try? FileManager.default.contentsOfDirectory(atPath: place) else {
      return access(place, F_OK) != 0
    }
    return present.isEmpty
  }

  /// Puts the folder into its place, which is free. When this returns, that survives a power cut.
  mutating func finish() throws {
    try Handbook.sync(fileSystemOf: path)
    guard rename(path, place) == 0 else {
      throw BackupError.unwritable(place, String(cString: strerror(errno)))
    }
    isFinished = true
    try Handbook.sync(fileSystemOf: place)
  }

  /// Puts the folder into its place, and what stands there beside it, in one step where the file system can.
  /// - Returns: where that is now.
  mutating func exchange(suffix: String) throws -> String {
    try Handbook.sync(fileSystemOf: path)
    var aside = place + suffix
    while access(aside, F_OK) == 0 { aside += "-again" }
    guard rename(path, aside) == 0 else { throw BackupError.unwritable(aside, String(cString: strerror(errno))) }
    isFinished = true
    if !Handbook.exchange(aside, with: place) {
      guard rename(place, path) == 0, rename(aside, place) == 0, rename(path, aside) == 0 else {
        throw BackupError.unwritable(place, String(cString: strerror(errno)))
      }
    }
    try Handbook.sync(fileSystemOf: place)
    return aside
  }
}
