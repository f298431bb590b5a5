// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why bytes could not be written: the system's own words.
package struct WriteFailure: LocalizedError, Equatable {
  package let path: String
  /// The system's error; 0 where it takes nothing and gives none.
  package let code: Int32

  package var errorDescription: String? { code == 0 ? "nothing is taken any more" : String(cString: strerror(code)) }
}

/// Writes all of these bytes where an open file stands. Foundation's own asks without end a system that takes nothing.
/// - Parameter path: of the file, for the error.
package func writeWhole(
  _ bytes: UnsafeRawBufferPointer, into descriptor: Int32, at path: String
) throws(WriteFailure) {
  var rest = bytes
  while !rest.isEmpty {
    errno = 0
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { throw WriteFailure(path: path, code: errno) }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
}

/// Makes a file of these bytes, or gives them to the one that is there. A crash midway leaves a part.
/// - Parameter isDurable: whether its bytes are on the disk when this returns.
package func writeFile(
  _ path: String, _ bytes: some Sequence<UInt8>, isDurable: Bool = false
) throws(WriteFailure) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw WriteFailure(path: path, code: errno) }
  defer { close(descriptor) }
  try Array(bytes).withUnsafeBufferPointer { (bytes) throws(WriteFailure) in
    try writeWhole(UnsafeRawBufferPointer(bytes), into: descriptor, at: path)
  }
  guard !isDurable || fsync(descriptor) == 0 else { throw WriteFailure(path: path, code: errno) }
}
