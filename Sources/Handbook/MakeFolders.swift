// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why a folder could not be made: the system's own words.
package struct FolderFailure: LocalizedError, Equatable {
  package let path: String
  package let code: Int32

  package var errorDescription: String? { String(cString: strerror(code)) }
}

/// Makes a folder, and those above it that are missing; one that is there stays as it is. Foundation's own goes up for ever where the
/// system cannot say what is there, as on a disk that fails, until the stack is used up.
/// - Parameter mode: of each that is made, before the process's mask.
package func makeFolders(to path: String, mode: UInt32 = 0o777) throws(FolderFailure) {
  guard mkdir(path, mode) != 0 else { return }
  let code = errno
  switch code {
  case ENOENT:
    let above = (path as NSString).deletingLastPathComponent
    guard !above.isEmpty, above != path else { throw FolderFailure(path: path, code: code) }
    try makeFolders(to: above, mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FolderFailure(path: path, code: errno) }
  case EEXIST:
    // A name that cannot be looked at fails here, and ends it.
    guard access("\(path)/.", F_OK) == 0 else { throw FolderFailure(path: path, code: errno) }
  default: throw FolderFailure(path: path, code: code)
  }
}
