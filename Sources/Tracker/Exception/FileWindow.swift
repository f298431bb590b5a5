// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file seen through a buffer that moves over it from front to back, each byte read once.
///
/// The buffer grows only where the caller keeps more of it than it holds.
struct FileWindow: ~Copyable {
  /// The bytes at hand are those before `end`; the one at `end` is a line feed, so that a scan needs no other bound.
  private(set) var bytes: UnsafeMutablePointer<UInt8>

  /// How many bytes are at hand.
  private(set) var end = 0

  /// How many bytes were read from the file so far.
  private(set) var bytesRead: Int64 = 0

  /// The file's size in bytes when it was opened.
  let fileSize: Int64

  private let path: String
  private let descriptor: Int32
  private let chunkSize: Int
  private var capacity: Int
  private var hasEnded = false
  private let tap: ((UnsafeRawBufferPointer) -> Void)?

  /// Opens the file and reads nothing yet. No read asks for more than `chunkSize` bytes; `tap` sees each of them, in order.
  init(path: String, chunkSize: Int, tap: ((UnsafeRawBufferPointer) -> Void)?) throws(CSVError) {
    // Without waiting for somebody to write into it, should it be a pipe.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .unreadable(path: path, code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw status.st_mode & S_IFMT == S_IFDIR ? .unreadable(path: path, code: EISDIR) : .notAFile(path: path)
    }
    self.path = path
    self.descriptor = descriptor
    self.fileSize = Int64(status.st_size)
    self.chunkSize = max(1, chunkSize)
    self.capacity = self.chunkSize
    self.tap = tap
    bytes = .allocate(capacity: capacity + 1)
    bytes[0] = UInt8(ascii: "\n")
  }

  deinit {
    bytes.deallocate()
    close(descriptor)
  }

  /// Reads on, and keeps the bytes from `kept` on. Returns by how much they moved towards the front; nil at the end of the
  /// file, where nothing has changed.
  mutating func readOn(keepingFrom kept: Int) throws(CSVError) -> Int? {
    if hasEnded { return nil }
    let shift = makeRoom(keepingFrom: kept)
    var count: Int
    repeat {
      count = read(descriptor, bytes + end, min(chunkSize, capacity - end))
    } while count < 0 && errno == EINTR
    guard count >= 0 else { throw .unreadable(path: path, code: errno) }
    if count == 0 { hasEnded = true } else { tap?(UnsafeRawBufferPointer(start: bytes + end, count: count)) }
    bytesRead += Int64(count)
    end += count
    bytes[end] = UInt8(ascii: "\n")
    return shift
  }

  /// Looks for a byte order mark at the file's beginning; nothing may have been read. Returns how many bytes to pass over.
  /// - Throws: `CSVError.notUTF8` where it is that of UTF-16.
  mutating func readMark() throws(CSVError) -> Int {
    while end < 3, try readOn(keepingFrom: 0) != nil {}
    let head = (bytes[0], end > 1 ? bytes[1] : 0, end > 2 ? bytes[2] : 0)
    if (head.0 == 0xFF && head.1 == 0xFE) || (head.0 == 0xFE && head.1 == 0xFF) { throw .notUTF8(path: path) }
    return head == (0xEF, 0xBB, 0xBF) ? 3 : 0
  }

  /// Leaves room for at least one byte. Moves or copies a byte only when as many were read since, so that the cost of a
  /// record of any length is proportional to its length.
  private mutating func makeRoom(keepingFrom kept: Int) -> Int {
    guard end == capacity else { return 0 }
    let count = end - kept
    if count <= capacity / 2 {
      memmove(bytes, bytes + kept, count)
    } else {
      capacity *= 2
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + 1)
      memcpy(larger, bytes + kept, count)
      bytes.deallocate()
      bytes = larger
    }
    end = count
    bytes[end] = UInt8(ascii: "\n")
    return kept
  }
}
