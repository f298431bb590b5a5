// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// The bytes of a file that somebody hands in, at most one more than `limit`: whoever reads them then says that they are too many. So a
/// file without end, or of many gigabytes, costs no more than one that is too large. A pipe that a shell made is read to its end; one that
/// has a name is refused, for nobody may ever write into it.
/// - Throws: `FileProblem` where it cannot be read.
package func foreignBytes(at path: String, atMost limit: Int) throws -> [UInt8] {
  var status = stat()
  guard stat(path, &status) == 0 else {
    let reason =
      switch errno {
      case EACCES: notPermitted
      case ENOENT, ENOTDIR: "There is no such file."
      case let code: "It cannot be read: \(String(cString: strerror(code)))."
      }
    throw FileProblem(file: path, reason)
  }
  switch status.st_mode & S_IFMT {
  case S_IFDIR: throw FileProblem(file: path, "It is a folder. Name a file.")
  case S_IFIFO where hasName(path):
    throw FileProblem(file: path, "It is a pipe with a name. Write into a file what comes out of it, and name that.")
  default: break
  }
  guard let handle = FileHandle(forReadingAtPath: path) else { throw FileProblem(file: path, notPermitted) }
  return try foreignBytes(of: handle, called: path, atMost: limit)
}

private let notPermitted = "You may not read it. See to its permissions, or to those of its folder."

/// Whether it stands in a folder: what a shell makes of `<(…)` leads to no place.
private func hasName(_ path: String) -> Bool {
  guard let real = realpath(path, nil) else { return false }
  free(real)
  return true
}

/// The same of what is open already, as standard input.
package func foreignBytes(of handle: FileHandle, called name: String, atMost limit: Int) throws -> [UInt8] {
  do { return [UInt8](try handle.read(upToCount: limit + 1) ?? Data()) } catch {
    throw FileProblem(file: name, "It cannot be read: \(error.localizedDescription)")
  }
}
