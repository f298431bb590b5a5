// SPDX-License-Identifier: Apache-2.0

/// One committed version of an SOP, by everything that identifies it.
package struct SOPReference: Hashable, Sendable {
  /// The id in its front matter; the path where it has none.
  package let id: String
  package let path: SOPPath
  package let version: Int
  package let commit: CommitID
  /// SHA-256 of the file's bytes: git's own ids are SHA-1.
  package let content: Digest

  package init(id: String, path: SOPPath, version: Int, commit: CommitID, content: Digest) {
    self.id = id
    self.path = path
    self.version = version
    self.commit = commit
    self.content = content
  }
}
