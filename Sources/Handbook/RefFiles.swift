// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Remediation

internal import struct Crypto.SHA256

/// What the file system says of the files that hold a repository's refs, without reading one: `HEAD`, `packed-refs`, and all below
/// `refs`. git replaces such a file when a ref moves, and adds or removes one when it comes or goes, so the repository's refs are what
/// they were if this is what it was.
package struct RefFiles: Equatable, Sendable {
  /// Of each file and folder its path, number, kind, size, and the times of its content and of itself.
  package let digest: Digest
  /// Whether a later change could not have the same times: nothing changed within the last second by the system's clock. File systems
  /// count in steps of up to some milliseconds.
  package let isSettled: Bool

  /// More of them are not looked at: asking git costs no more then.
  private static let most = 1_000

  /// - Parameter path: of a bare repository.
  /// - Returns: nil where something cannot be looked at, is neither file nor folder, or there is too much of it.
  package init?(of path: String) {
    var text = ""
    var newest: Int64 = 0
    var unread = ["HEAD", "packed-refs", "refs"]
    var count = 0
    while let name = unread.popLast() {
      var status = stat()
      count += 1
      guard count <= RefFiles.most else { return nil }
      guard lstat("\(path)/\(name)", &status) == 0 else {
        guard errno == ENOENT, name == "packed-refs" else { return nil }
        text += "\(name)\0 none\n"
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR:
        guard let names = try? folderNames("\(path)/\(name)") else { return nil }
        unread += names.sorted(by: >).map { "\(name)/\($0)" }
      default: return nil
      }
      let (content, own) = (status.st_mtim, status.st_ctim)
      newest = max(newest, Int64(own.tv_sec))
      text += "\(name)\0\(status.st_mode) \(status.st_dev) \(status.st_ino) \(status.st_size) "
      text += "\(content.tv_sec).\(content.tv_nsec) \(own.tv_sec).\(own.tv_nsec)\n"
    }
    digest = SHA256.hash(data: Array(text.utf8)).withUnsafeBytes { Digest($0) }
    isSettled = newest + 1 < Int64(time(nil))
  }
}
