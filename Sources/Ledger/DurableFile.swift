// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why a file cannot be made.
package enum FileFailure: Error, Equatable, Sendable {
  case exists(String)
  case refused(String, reason: String)

  package var sentence: String {
    switch self {
    case .exists(let path): "\(path) exists already and is not overwritten. Name another file."
    case .refused(let path, let reason): "\(path) cannot be written: \(reason)."
    }
  }

  /// In words that stand in somebody else's sentence.
  package var reason: String {
    switch self {
    case .exists: "there is such a file"
    case .refused(_, let reason): reason
    }
  }

  fileprivate static func system(_ path: String) -> FileFailure {
    .refused(path, reason: String(cString: strerror(errno)))
  }
}

/// Small files that must be on the disk before something rests on them.
package enum DurableFile {
  /// Makes a new file with these bytes; file and folder are synced when this returns. A crash midway leaves a part of it, or none.
  /// - Throws: `FileFailure.exists` where there is one, `.refused` where the system refuses.
  package static func create(_ path: String, mode: UInt32, _ bytes: [UInt8]) throws(FileFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw errno == EEXIST ? .exists(path) : .system(path)
    }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw .system(path)
    }
    try syncFolder(of: path)
  }

  /// Puts these bytes at the path, whole or not at all: written beside it and renamed.
  /// - Throws: `FileFailure.refused` where the system refuses; then the file is as it was, or new.
  package static func replace(_ path: String, mode: UInt32, _ bytes: [UInt8]) throws(FileFailure) {
    let unfinished = path + ".unfinished"
    unlink(unfinished)
    try create(unfinished, mode: mode, bytes)
    guard rename(unfinished, path) == 0 else { throw .system(path) }
    try syncFolder(of: path)
  }

  /// What was made or removed under this name is so after a power cut, too.
  /// - Throws: `FileFailure.refused` where the system refuses.
  package static func syncFolder(of path: String) throws(FileFailure) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(path) }
  }
}
