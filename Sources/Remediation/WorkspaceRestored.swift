// SPDX-License-Identifier: Apache-2.0

/// The workspace goes on from a backup: what was decided after the backup was made is not in it.
package struct WorkspaceRestored: Equatable, Sendable {
  /// When the backup was made.
  package var madeAt: Timestamp
  /// Of the tree that was restored; this event is the one after it.
  package var size: Int
  package var root: Digest
  /// Size of the newest checkpoint that was known to be published of a larger tree, where somebody accepted that; nil
  /// where there is none.
  package var olderThanCheckpoint: Int?

  package init(madeAt: Timestamp, size: Int, root: Digest, olderThanCheckpoint: Int? = nil) {
    self.madeAt = madeAt
    self.size = size
    self.root = root
    self.olderThanCheckpoint = olderThanCheckpoint
  }

  static let kind = "workspace_restored"

  var json: JSONValue {
    .fields([
      "made_at": .text(madeAt), "size": .int(size), "root": .text(root),
      "older_than_checkpoint": olderThanCheckpoint.map(JSONValue.int),
    ])
  }

  init(fields: Fields) throws(DecodingFailure) {
    self.init(
      madeAt: try fields.time("made_at"), size: try fields.int("size"), root: try fields.digest("root"),
      olderThanCheckpoint: try fields.optionalInt("older_than_checkpoint"))
  }
}
