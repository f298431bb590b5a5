// SPDX-License-Identifier: Apache-2.0

/// Somebody looked through what was decided since the review before, and says what they found.
package struct AuditReviewed: Equatable, Sendable {
  package enum Result: String, CaseIterable, Sendable {
    case inOrder = "in_order"
    /// Something has to be followed up; the note says what.
    case objections
  }

  /// The first event that was looked at: where the review before ended; 0 where there was none.
  package var from: Int
  /// The size of the tree that was looked at: the event at this position is not in it any more.
  package var to: Int
  /// The root of that tree.
  package var root: Digest
  package var result: Result
  /// Of the text that says what was found; nil where nothing was written.
  package var note: Digest?

  package init(from: Int, to: Int, root: Digest, result: Result, note: Digest?) {
    self.from = from
    self.to = to
    self.root = root
    self.result = result
    self.note = note
  }

  /// What recording a review comes to.
  /// - Parameters:
  ///   - last: the review before; nil where there is none.
  ///   - size: of the tree that was looked at, whose root is `root`.
  /// - Throws: `Rejection.needsRole` for anybody but auditors and administrators; `.reviewedAlready` where nothing came after the review
  ///   before; `.textMissing` for objections that nobody wrote down.
  package init(
    after last: AuditReviewed?, upTo size: Int, root: Digest, result: Result, note: ErasableText?, by actor: Actor
  ) throws(Rejection) {
    try actor.mayReviewRecord()
    let from = last?.to ?? 0
    guard size > from else { throw .reviewedAlready(from) }
    let isBlank = note?.text.allSatisfy(\.isWhitespace) ?? true
    guard result == .inOrder || !isBlank else { throw .textMissing("note") }
    self.init(from: from, to: size, root: root, result: result, note: isBlank ? nil : note?.digest)
  }

  package static let subject = "audit"
  package static let kind = "audit_reviewed"

  var json: JSONValue {
    .fields([
      "from": .int(from), "to": .int(to), "root": .text(root), "result": .string(result.rawValue),
      "note": note.map(JSONValue.text),
    ])
  }

  init(fields: Fields) throws(DecodingFailure) {
    guard let result = Result(rawValue: try fields.string("result")) else {
      throw DecodingFailure(field: "result", problem: "is neither in_order nor objections")
    }
    self.init(
      from: try fields.int("from"), to: try fields.int("to"), root: try fields.digest("root"), result: result,
      note: try fields.optionalDigest("note"))
  }
}

extension Actor {
  /// Auditors read everything and change nothing; what they found is theirs to record. So may administrators: a small
  /// team has no auditor, and the event says who it was.
  package func mayReviewRecord() throws(Rejection) {
    guard !roles.isDisjoint(with: [.auditor, .administrator]) else {
      throw .needsRole(.auditor, person: id, action: "review the record")
    }
  }
}
