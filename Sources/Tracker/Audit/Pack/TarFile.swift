// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import Remediation

/// A folder of files as one file, in the format that every `tar` reads (POSIX.1-2017, pax, "ustar Interchange Format").
enum TarFile {
  private static let block = 512
  /// What eleven octal digits say.
  private static let largest: Int64 = 0o777_7777_7777

  /// Writes every file below a folder, by the order of their paths' bytes.
  /// - Parameters:
  ///   - top: the folder that unpacking makes.
  ///   - time: when each file is said to have been written, so that the same files give the same bytes.
  /// - Returns: the size, in bytes.
  /// - Throws: `PackError.unwritable`, also for what the format cannot hold: a file of 8 GiB, a path of over 100 bytes.
  static func write(_ folder: String, as top: String, at time: Timestamp, to path: String) throws -> Int64 {
    var size: Int64 = 0
    let tar = try PackFile(at: path)
    for name in try WorkspaceFiles(folder: folder).all().files {
      let source = "\(folder)/\(name)"
      let descriptor = open(source, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { throw PackError.unwritable(source, String(cString: strerror(errno))) }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw PackError.unwritable(source, String(cString: strerror(errno)))
      }
      let length = Int64(status.st_size)
      guard length <= largest, let header = header("\(top)/\(name)", length: length, seconds: time.seconds) else {
        throw PackError.unwritable(path, "\(name) is too large for one file, or its name too long")
      }
      try tar.write(header)
      try copy(descriptor, length, source, to: tar)
      let padding = Int((Int64(block) - length % Int64(block)) % Int64(block))
      try tar.write(repeatElement(0, count: padding))
      size += Int64(block) + length + Int64(padding)
    }
    try tar.write(repeatElement(0, count: 2 * block))
    _ = try tar.finish()
    return size + Int64(2 * block)
  }

  private static func copy(_ descriptor: Int32, _ length: Int64, _ source: String, to tar: PackFile) throws {
    var left = length
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while left > 0 {
      let count = read(descriptor, &buffer, Int(min(left, Int64(buffer.count))))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw PackError.unwritable(source, "It was cut off while it was read") }
      try tar.write(buffer[..<count])
      left -= Int64(count)
    }
  }

  /// Nil where the name is too long.
  private static func header(_ name: String, length: Int64, seconds: Int64) -> [UInt8]? {
    guard name.utf8.count <= 100 else { return nil }
    var bytes = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at place: Int) { bytes.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    func octal(_ number: Int64, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.utf8.count) + text
    }
    put(name, at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(length, digits: 11), at: 124)
    put(octal(max(0, seconds), digits: 11), at: 136)
    put("        ", at: 148)  // as which the sum is counted in
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    let sum = bytes.reduce(0) { $0 + Int64($1) }
    put(octal(sum, digits: 6) + "\u{0} ", at: 148)
    return bytes
  }
}
