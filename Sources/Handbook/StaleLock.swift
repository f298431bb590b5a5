// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Lock files of git that outlived the process that made them.
enum StaleLock {
  /// A ref's lock is held for milliseconds; git closes it a moment before it renames it, hence an age at all.
  static let age = 10
  /// Where not every process could be looked into.
  static let ageUnseen = 600

  /// Removes the lock if it is a regular file, old enough, and no process has it open.
  static func remove(_ path: String) -> Bool {
    var before = stat()
    guard lstat(path, &before) == 0, before.st_mode & S_IFMT == S_IFREG else { return false }
    let seconds = time(nil) - before.st_mtim.tv_sec
    guard seconds > age else { return false }
    switch holder(of: before) {
    case .somebody: return false
    case .unknown where seconds <= ageUnseen: return false
    case .unknown, .nobody: break
    }
    // Still the same file? Somebody may have released it, and another taken it, meanwhile.
    var after = stat()
    guard lstat(path, &after) == 0, after.st_ino == before.st_ino, after.st_dev == before.st_dev,
      after.st_mtim.tv_sec == before.st_mtim.tv_sec, after.st_mtim.tv_nsec == before.st_mtim.tv_nsec
    else { return false }
    return unlink(path) == 0
  }

  private enum Holder { case somebody, nobody, unknown }

  /// Looks through the open files of all processes.
  private static func holder(of file: stat) -> Holder {
    guard let processes = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return .unknown }
    var sawAll = true
    for process in processes where process.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      let folder = "/proc/\(process)/fd"
      guard let descriptors = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        // A process that has ended in the meantime holds nothing.
        if access("/proc/\(process)", F_OK) == 0 { sawAll = false }
        continue
      }
      for descriptor in descriptors {
        var open = stat()
        guard stat("\(folder)/\(descriptor)", &open) == 0 else { continue }
        if open.st_ino == file.st_ino && open.st_dev == file.st_dev { return .somebody }
      }
    }
    return sawAll ? .nobody : .unknown
  }
}
