// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// The bytes of a file that somebody hands in, at most one more than `limit`: whoever reads them then says that they are too many. So a
/// file without end, or of many gigabytes, costs no more than one that is too large.
/// - Throws: `FileProblem` where it cannot be read.
package func foreignBytes(at path: String, atMost limit: Int) throws -> [UInt8] {
  guard let handle = FileHandle(forReadingAtPath: path) else {
    throw FileProblem(file: path, "There is no such file, or it may not be read.")
  }
  return try foreignBytes(of: handle, called: path, atMost: limit)
}

/// The same of what is open already, as standard input.
package func foreignBytes(of handle: FileHandle, called name: String, atMost limit: Int) throws -> [UInt8] {
  do { return [UInt8](try handle.read(upToCount: limit + 1) ?? Data()) } catch {
    throw FileProblem(file: name, "It cannot be read: \(error.localizedDescription)")
  }
}
