// SPDX-License-Identifier: Apache-2.0

/// What happened to an SOP change. Its encoded names never change; a new meaning is a new kind.
package enum ChangeEvent: Equatable, Sendable {
  case proposed(ChangeDraft)
  case revised(ChangeDraft)
  /// `inPlaceOf` is who was away, and by whose right it was approved; nil where it was by the approver's own.
  case approved(revision: Int, content: Digest, by: PersonID, inPlaceOf: PersonID? = nil)
  case returned(note: Digest)
  case withdrawn
  case closingIntended(ClosingIntent)
  /// Somebody changed the same file since the base: the approval is void.
  case conflicted(intent: String, tip: CommitID)
  case closingAbandoned(intent: String)
  case committed(ChangeCommitted)
}
