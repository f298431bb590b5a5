// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import Remediation

/// A folder of files as one file, in the format that every `tar` reads (POSIX.1-2017, pax, "ustar Interchange Format"). What this has no room
/// for, a name of more than 100 bytes or a file of 8 GiB, stands before the file in a record of its own ("pax Interchange Format").
enum TarFile {
  private static let block = 512
  /// What eleven octal digits say.
  private static let largest: Int64 = 0o777_7777_7777

  /// Writes every file below a folder, by the order of their paths' bytes.
  /// - Parameters:
  ///   - top: the folder that unpacking makes.
  ///   - time: when each file is said to have been written, so that the same files give the same bytes.
  ///   - isExact: whether folders, empty ones too, and all permissions are written; otherwise everybody may read what is unpacked.
  /// - Returns: the size, in bytes.
  /// - Throws: `PackError.unwritable`.
  static func write(
    _ folder: String, as top: String, at time: Timestamp, isExact: Bool, to path: String
  ) throws -> Int64 {
    var size: Int64 = 0
    let tar = try PackFile(at: path)
    let content = WorkspaceFiles(folder: folder)
    func add(_ entry: Entry) throws {
      let header = headers(entry, seconds: time.seconds)
      try tar.write(header)
      size += Int64(header.count)
    }
    func mode(_ path: String) throws -> Int64 { Int64(try content.mode(path), radix: 8) ?? 0o600 }
    let (folders, files) = try content.all()
    if isExact {
      try add(Entry(name: "\(top)/", isFolder: true, mode: try mode("."), length: 0))
      for name in folders { try add(Entry(name: "\(top)/\(name)/", isFolder: true, mode: try mode(name), length: 0)) }
    }
    for name in files {
      let source = "\(folder)/\(name)"
      let descriptor = open(source, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { throw PackError.unwritable(source, String(cString: strerror(errno))) }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw PackError.unwritable(source, String(cString: strerror(errno)))
      }
      let length = Int64(status.st_size)
      try add(
        Entry(name: "\(top)/\(name)", isFolder: false, mode: isExact ? try mode(name) : 0o644, length: length))
      try copy(descriptor, length, source, to: tar)
      let padding = Int((Int64(block) - length % Int64(block)) % Int64(block))
      try tar.write(repeatElement(0, count: padding))
      size += length + Int64(padding)
    }
    try tar.write(repeatElement(0, count: 2 * block))
    _ = try tar.finish()
    return size + Int64(2 * block)
  }

  /// What a header says.
  struct Entry {
    let name: String
    let isFolder: Bool
    let mode: Int64
    let length: Int64
    /// As a header says it.
    var kind: String { isFolder ? "5" : "0" }
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

  /// The header of an entry, and before it what that has no room for.
  static func headers(_ entry: Entry, seconds: Int64) -> [UInt8] {
    let parts = divided(entry.name)
    let isLarge = entry.length > largest
    // Whoever reads the record passes over what stands in its place.
    let own = header(
      parts ?? ("", entry.isFolder ? "long-path/" : "long-path"), entry.kind, mode: entry.mode,
      length: isLarge ? 0 : entry.length, seconds: seconds)
    let path = parts == nil ? record("path", entry.name) : ""
    let records = Array((path + (isLarge ? record("size", String(entry.length)) : "")).utf8)
    guard !records.isEmpty else { return own }
    let padding = (block - records.count % block) % block
    return header(("", "PaxHeaders/path"), "x", mode: 0o644, length: Int64(records.count), seconds: seconds) + records
      + [UInt8](repeating: 0, count: padding) + own
  }

  /// `LENGTH NAME=VALUE` and a line feed, where the length counts its own digits too.
  private static func record(_ name: String, _ value: String) -> String {
    let rest = " \(name)=\(value)\n"
    var length = rest.utf8.count
    while length != rest.utf8.count + String(length).utf8.count { length = rest.utf8.count + String(length).utf8.count }
    return "\(length)\(rest)"
  }

  /// - Parameter kind: "0" for a file, "5" for a folder, "x" for what is said about the next entry.
  private static func header(
    _ path: (prefix: String, name: String), _ kind: String, mode: Int64, length: Int64, seconds: Int64
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at place: Int) { bytes.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    func octal(_ number: Int64, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.utf8.count) + text
    }
    put(path.name, at: 0)
    put(octal(mode, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(length, digits: 11), at: 124)
    put(octal(max(0, seconds), digits: 11), at: 136)
    put("        ", at: 148)  // as which the sum is counted in
    put(kind, at: 156)
    put("ustar\u{0}00", at: 257)
    put(path.prefix, at: 345)
    let sum = bytes.reduce(0) { $0 + Int64($1) }
    put(octal(sum, digits: 6) + "\u{0} ", at: 148)
    return bytes
  }

  /// A path of more than 100 bytes is divided at a slash: 155 before it at most. Nil where that cannot be.
  private static func divided(_ path: String) -> (prefix: String, name: String)? {
    if path.utf8.count <= 100 { return ("", path) }
    for slash in path.indices where path[slash] == "/" {
      let (prefix, name) = (path[..<slash], path[path.index(after: slash)...])
      if !name.isEmpty, prefix.utf8.count <= 155, name.utf8.count <= 100 { return (String(prefix), String(name)) }
    }
    return nil
  }
}
