// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A path without links, as far as it exists: what is yet to be made stands behind the folder that its links lead to.
func resolvedPath(_ path: String) -> String {
  var existing = URL(fileURLWithPath: path).standardizedFileURL.path
  var missing: [Substring] = []
  while true {
    if let real = realpath(existing, nil) {
      defer { free(real) }
      let folder = String(cString: real)
      return ([folder == "/" ? "" : folder] + missing.reversed().map(String.init)).joined(separator: "/")
    }
    guard let slash = existing.lastIndex(of: "/"), existing.count > 1 else { return path }
    missing.append(existing[existing.index(after: slash)...])
    existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
  }
}

extension Workspace {
  /// - Throws: `BackupError.insideWorkspace` where a folder that is to be made would lie in the workspace, links followed, `insideBackup`
  ///   where in a backup, which would be none any more.
  package func mustBeOutside(_ folder: String) throws(BackupError) {
    let place = resolvedPath(folder)
    guard !"\(place)/".hasPrefix("\(resolvedPath(self.folder))/") else { throw .insideWorkspace(folder) }
    var above = (place as NSString).deletingLastPathComponent
    while above.count > 1 {
      if BackupManifest.stands(in: above) { throw .insideBackup(folder, above) }
      above = (above as NSString).deletingLastPathComponent
    }
  }
}
