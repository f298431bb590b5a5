// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Remediation

internal import struct Crypto.SHA256

/// A file of a pack while it is written: buffered, and hashed on the way.
final class PackFile {
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var hasher = SHA256()
  private static let bufferSize = 1 << 18

  /// - Throws: `PackError.unwritable` where there is such a file already, or the system refuses.
  init(at path: String) throws(PackError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path, String(cString: strerror(errno))) }
    buffer.reserveCapacity(PackFile.bufferSize)
  }

  deinit { close(descriptor) }

  func write(_ bytes: some Sequence<UInt8>) throws(PackError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= PackFile.bufferSize { try flush() }
  }

  /// The bytes and a line feed.
  func write(line bytes: [UInt8]) throws(PackError) {
    try write(bytes)
    try write(CollectionOfOne(UInt8(ascii: "\n")))
  }

  /// Writes the rest. The file is on the disk when this returns.
  /// - Returns: the SHA-256 of its bytes.
  func finish() throws(PackError) -> Digest {
    try flush()
    guard fsync(descriptor) == 0 else { throw .unwritable(path, String(cString: strerror(errno))) }
    return hasher.finalize().withUnsafeBytes { Digest($0) }
  }

  private func flush() throws(PackError) {
    hasher.update(data: buffer)
    do throws(WriteFailure) {
      try buffer.withUnsafeBufferPointer { (bytes) throws(WriteFailure) in
        try writeWhole(UnsafeRawBufferPointer(bytes), into: descriptor, at: path)
      }
    } catch { throw .unwritable(path, error.localizedDescription) }
    buffer.removeAll(keepingCapacity: true)
  }
}
