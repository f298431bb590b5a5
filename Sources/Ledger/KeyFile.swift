// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why a file with a private key cannot be used.
package enum KeyFileError: Error, Equatable, Sendable {
  case missing(String)
  case unusable(String, reason: String)
  case readableByOthers(String, mode: String)
  case malformed(String, reason: String)
  case name(String)

  package var sentence: String {
    switch self {
    case .missing(let path):
      "The key \(path) is missing. Put it back from a backup; without it nothing can be signed."
    case .unusable(let path, let reason): "The key \(path) cannot be used: \(reason)."
    case .readableByOthers(let path, let mode):
      "The key \(path) can be read by others (mode \(mode)), so anybody may have signed with it. Take that away with: "
        + "chmod 600 \(path)"
    case .malformed(let path, let reason): "\(path): \(reason)"
    case .name(let name): "\"\(name)\" cannot name a key: leave out spaces and +, as in example.org/audit."
    }
  }
}

/// Files that hold a secret, which their owner alone can read.
enum KeyFile {
  /// The first `most` bytes of the file.
  /// - Throws: `KeyFileError.readableByOthers` where anybody but its owner may read or write it.
  static func read(_ path: String, most: Int) throws(KeyFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing(path) : .unusable(path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unusable(path, reason: "it is not a regular file")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw .readableByOthers(path, mode: String(status.st_mode & 0o777, radix: 8))
    }
    var bytes = [UInt8](repeating: 0, count: most)
    let count = Foundation.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw .unusable(path, reason: String(cString: strerror(errno))) }
    return Array(bytes.prefix(count))
  }
}
