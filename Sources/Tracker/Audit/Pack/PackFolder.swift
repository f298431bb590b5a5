// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import Handbook
internal import Remediation

internal import struct Crypto.SHA256

/// A pack that somebody hands in: nothing in it is trusted. Only regular files are opened, links are not followed.
struct PackFolder {
  let path: String
  /// Files of a pack are read whole up to this many bytes; larger ones line by line.
  static let largestFile = 64 << 20

  init(_ path: String) { self.path = path }

  /// The names of all files, by their bytes; what is neither a regular file nor a folder is in `strange`.
  func names() throws(PackError) -> (files: [String], strange: [String]) {
    var files: [String] = []
    var strange: [String] = []
    func list(_ prefix: String, depth: Int) throws(PackError) {
      let folder = prefix.isEmpty ? path : "\(path)/\(prefix)"
      let listed: [String]
      do { listed = try folderNames(folder) } catch { throw .unreadable(folder, error.localizedDescription) }
      // Where no item is over there are no receipts; else a pack has no empty folder.
      if listed.isEmpty, !["", "\(PackPart.proofs)/"].contains(prefix) { strange.append(String(prefix.dropLast())) }
      for name in listed.map({ prefix + $0 }) {
        // What is no UTF-8 cannot be opened by the name that is shown for it.
        guard !name.contains("\u{FFFD}") else {
          strange.append(name)
          continue
        }
        var status = stat()
        guard lstat("\(path)/\(name)", &status) == 0 else { throw .unreadable(name, String(cString: strerror(errno))) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: files.append(name)
        case S_IFDIR where depth < 1: try list(name + "/", depth: depth + 1)
        default: strange.append(name)
        }
      }
    }
    try list("", depth: 0)
    return (files.sorted(), strange.sorted())
  }

  /// Opens a regular file for reading; the caller closes it.
  fileprivate func open(_ name: String) throws(PackError) -> Int32 {
    let descriptor = Glibc.open("\(path)/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(name, String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(name, "it is no regular file")
    }
    return descriptor
  }

  /// Calls `body` with the bytes of a file, piece by piece.
  func forEachPiece(of name: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let descriptor = try open(name)
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw PackError.unreadable(name, String(cString: strerror(errno))) }
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  func sum(of name: String) throws -> Digest {
    var hasher = SHA256()
    try forEachPiece(of: name) { hasher.update(bufferPointer: $0) }
    return hasher.finalize().withUnsafeBytes { Digest($0) }
  }

  /// - Throws: `PackError.unreadable` where it is larger than `largestFile`.
  func bytes(of name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachPiece(of: name) { piece in
      guard bytes.count + piece.count <= PackFolder.largestFile else {
        throw PackError.unreadable(name, "it is larger than \(PackFolder.largestFile) bytes")
      }
      bytes.append(contentsOf: piece)
    }
    return bytes
  }
}

/// The lines of a file of a pack, one after the other, without their line feeds. The last line has one too, or the file was cut.
final class PackLines {
  private let name: String
  private let file: FileHandle
  private var buffer: [UInt8] = []
  private var start = 0
  private var hasEnded = false
  /// Lines given so far.
  private(set) var count = 0
  /// No line of a pack is longer.
  static let longest = 32 << 20

  init(_ folder: PackFolder, _ name: String) throws {
    self.name = name
    file = FileHandle(fileDescriptor: try folder.open(name), closeOnDealloc: true)
  }

  /// Nil at the end.
  /// - Parameter isCSV: whether a line feed within quotes belongs to a cell and ends no line.
  func next(ofCSV isCSV: Bool = false) throws -> [UInt8]? {
    var searched = start
    var isQuoted = false
    /// Each byte is looked at once, however many line feeds are within the quotes.
    func pass(_ bytes: ArraySlice<UInt8>) {
      if isCSV, bytes.count(where: { $0 == UInt8(ascii: "\"") }) % 2 == 1 { isQuoted.toggle() }
    }
    while true {
      while let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        pass(buffer[searched..<end])
        searched = end + 1
        guard !isQuoted else { continue }
        defer { start = end + 1 }
        count += 1
        return Array(buffer[start..<end])
      }
      pass(buffer[searched...])
      searched = buffer.count - start
      if start > 0 {
        buffer.removeFirst(start)
        start = 0
      }
      guard buffer.count <= PackLines.longest else {
        throw PackError.unreadable(name, "its line \(count + 1) is longer than \(PackLines.longest) bytes")
      }
      guard let chunk = try file.read(upToCount: 1 << 18), !chunk.isEmpty else {
        guard buffer.isEmpty else { throw PackError.unreadable(name, "its last line does not end: it was cut") }
        return nil
      }
      buffer.append(contentsOf: chunk)
    }
  }
}
