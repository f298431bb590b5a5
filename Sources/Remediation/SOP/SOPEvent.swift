// SPDX-License-Identifier: Apache-2.0

/// What people say of a version of an SOP that is in force, without changing it.
package enum SOPEvent: Equatable, Sendable {
  /// A second person stands by a version that came past the tool. `author` is the person who pushed it; nil where the commit's
  /// address is nobody's, `inPlaceOf` who was away and by whose right it was ratified.
  case ratified(SOPReference, author: PersonID?, note: Digest, inPlaceOf: PersonID? = nil)
  /// Somebody read it and found it right as it is; `next` is the day on which it is due again.
  case reviewed(SOPReference, next: CalendarDate, note: Digest)
  /// The actor has read it.
  case read(SOPReference)
  /// The day of its review has come.
  case reviewDue(SOPReference, due: CalendarDate)

  package var reference: SOPReference {
    switch self {
    case .ratified(let reference, _, _, _), .reviewed(let reference, _, _), .read(let reference),
      .reviewDue(let reference, _):
      reference
    }
  }

  package var kind: String {
    switch self {
    case .ratified: "sop_ratified"
    case .reviewed: "sop_reviewed"
    case .read: "sop_read"
    case .reviewDue: "sop_review_due"
    }
  }

  package var data: JSONValue {
    switch self {
    case .ratified(let reference, let author, let note, let principal):
      .fields([
        "sop": reference.json, "author": author.map(JSONValue.text), "note": .text(note),
        "in_place_of": principal.map(JSONValue.text),
      ])
    case .reviewed(let reference, let next, let note):
      .fields(["sop": reference.json, "next": .text(next), "note": .text(note)])
    case .read(let reference): .fields(["sop": reference.json])
    case .reviewDue(let reference, let due): .fields(["sop": reference.json, "due": .text(due)])
    }
  }

  package init?(kind: String, data: Fields) throws(DecodingFailure) {
    switch kind {
    case "sop_ratified":
      self = .ratified(
        try SOPReference(fields: data.object("sop")), author: try data.optionalPerson("author"),
        note: try data.digest("note"), inPlaceOf: try data.optionalPerson("in_place_of"))
    case "sop_reviewed":
      self = .reviewed(
        try SOPReference(fields: data.object("sop")), next: try data.date("next"), note: try data.digest("note"))
    case "sop_read": self = .read(try SOPReference(fields: data.object("sop")))
    case "sop_review_due":
      self = .reviewDue(try SOPReference(fields: data.object("sop")), due: try data.date("due"))
    default: return nil
    }
  }
}
