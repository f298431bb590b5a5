// SPDX-License-Identifier: Apache-2.0

/// The version of an SOP that is newest on the branch, and how it came there: what the rules about it need to know.
package struct SOPStanding: Equatable, Sendable {
  package let reference: SOPReference
  /// Whether a second person stands by it, or it was there when the workspace began.
  package let isApproved: Bool
  /// The person whose address its commit bears; nil where that is nobody's.
  package let author: PersonID?
  /// Who wrote any commit that led to it since a version was approved.
  package let authors: Set<PersonID>
  /// The codes and tags whose playbook it is, or that it says it covers, now or when it was approved last.
  package let keys: [RecurrenceKey]

  package init(
    reference: SOPReference, isApproved: Bool, author: PersonID?, authors: Set<PersonID>, keys: [RecurrenceKey]
  ) {
    self.reference = reference
    self.isApproved = isApproved
    self.author = author
    self.authors = authors
    self.keys = keys
  }

  /// The longest that an SOP may go without a review.
  package static let longestReview = Days(366)

  /// A second person stands by what was pushed past the tool.
  package func ratify(note: ErasableText, by actor: Actor) throws(Rejection) -> [SOPEvent] {
    let rights = try actor.approversRights(over: keys, to: "ratify an SOP")
    guard !isApproved else { throw .nothingToRatify(reference.path) }
    let pushedBy = authors.union(author.map { [$0] } ?? [])
    guard !pushedBy.contains(actor.id) else { throw .ownPush(reference.path, actor.id) }
    let right = try actor.right(among: rights, notOf: pushedBy.sorted(), subject: reference.path.text)
    guard !note.text.allSatisfy(\.isWhitespace) else { throw .textMissing("note") }
    return [.ratified(reference, author: author, note: note.digest, inPlaceOf: right.inPlaceOf)]
  }

  /// A periodic review that finds the text right as it is. A text that is not right is changed.
  package func review(
    note: ErasableText, next: CalendarDate, today: CalendarDate, by actor: Actor
  ) throws(Rejection) -> [SOPEvent] {
    try actor.mayWork()
    guard isApproved else { throw .notRatified(reference.path) }
    guard !note.text.allSatisfy(\.isWhitespace) else { throw .textMissing("note") }
    let latest = today + SOPStanding.longestReview
    guard today < next, next <= latest else { throw .reviewOutOfReach(next, latest: latest) }
    return [.reviewed(reference, next: next, note: note.digest)]
  }

  /// - Parameter hasRead: whether the actor has said so of this version before; then nothing happens.
  package func acknowledge(hasRead: Bool, by actor: Actor) throws(Rejection) -> [SOPEvent] {
    try actor.mayWork()
    return hasRead ? [] : [.read(reference)]
  }
}
