// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The names in a folder, in no order; none where there is no such folder.
/// - Throws: where it cannot be read to its end: what cannot be seen must not pass for absent. Foundation's own list is short then.
package func folderNames(_ path: String) throws(FolderFailure) -> [String] {
  guard let folder = opendir(path) else {
    if errno == ENOENT { return [] }
    throw FolderFailure(path: path, code: errno)
  }
  defer { closedir(folder) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(folder) else {
      guard errno == 0 else { throw FolderFailure(path: path, code: errno) }
      return names
    }
    let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
      field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
}
