// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Remediation

internal import struct Crypto.SHA256

/// Files and folders below a folder, by their paths in it.
struct WorkspaceFiles {
  /// What a workspace has beside database and repository, and a backup therefore copies.
  static let copied = [Settings.file, "taxonomy", "evidence", "keys"]

  let folder: String

  /// Every file and folder below, sorted by the paths' bytes. Links are not followed.
  /// - Throws: `BackupError.notRegular` for what is neither file nor folder, `.unreadable` for a folder that cannot be read to its end.
  func all() throws -> (folders: [String], files: [String]) {
    var folders: [String] = []
    var files: [String] = []
    var unlisted = [""]
    while let above = unlisted.popLast() {
      for name in try names(above) {
        let path = above.isEmpty ? name : "\(above)/\(name)"
        switch try status(path).st_mode & S_IFMT {
        case S_IFDIR:
          folders.append(path)
          unlisted.append(path)
        case S_IFREG: files.append(path)
        default: throw BackupError.notRegular("\(folder)/\(path)")
        }
      }
    }
    func sorted(_ paths: [String]) -> [String] { paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    return (sorted(folders), sorted(files))
  }

  private func names(_ path: String) throws(BackupError) -> [String] {
    do { return try folderNames("\(folder)/\(path)") } catch {
      throw .unreadable(error.path, error.localizedDescription)
    }
  }

  /// The permissions, as `0600`.
  func mode(_ path: String) throws -> String {
    let octal = String(try status(path).st_mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - octal.utf8.count)) + octal
  }

  /// Reads a file to its end.
  func digest(_ path: String) throws -> (size: Int64, sha256: Digest) {
    let file = "\(folder)/\(path)"
    let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw BackupError.unreadable(file, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var hasher = SHA256()
    var size: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw BackupError.unreadable(file, String(cString: strerror(errno))) }
      guard count > 0 else { break }
      buffer.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      size += Int64(count)
    }
    return (size, hasher.finalize().withUnsafeBytes { Digest($0) })
  }

  /// Copies a file, with its permissions.
  func copy(_ path: String, to target: String) throws {
    do {
      try FileManager.default.copyItem(atPath: "\(folder)/\(path)", toPath: "\(target)/\(path)")
    } catch { throw BackupError.unwritable("\(target)/\(path)", systemReason(for: error)) }
  }

  /// Makes a folder with these permissions.
  func makeFolder(_ path: String, mode: Int) throws {
    do {
      try makeFolders(to: "\(folder)/\(path)")
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(folder)/\(path)")
    } catch { throw BackupError.unwritable("\(folder)/\(path)", systemReason(for: error)) }
  }

  func setMode(_ mode: String, of path: String) throws {
    // No file of a workspace is run under the rights of its owner.
    guard let mode = mode_t(mode, radix: 8), chmod("\(folder)/\(path)", mode & 0o777) == 0 else {
      throw BackupError.unwritable("\(folder)/\(path)", String(cString: strerror(errno)))
    }
  }

  private func status(_ path: String) throws -> stat {
    var status = stat()
    guard lstat("\(folder)/\(path)", &status) == 0 else {
      throw BackupError.unreadable("\(folder)/\(path)", String(cString: strerror(errno)))
    }
    return status
  }
}
