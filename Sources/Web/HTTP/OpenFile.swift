// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file that is read here and there, and stays readable when somebody removes it.
final class OpenFile: Sendable {
  private let descriptor: Int32

  /// Nil where it cannot be opened.
  init?(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Empty at the end, and where it cannot be read.
  func read(at offset: Int64, upTo count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
    }
  }
}
