// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What an erasure came to.
package struct Erasure: Equatable, Sendable {
  /// Where it also stands.
  package struct Rest: Equatable, Sendable {
    package let place: String
    package let count: Int
  }

  /// What could not be removed once the rest was done: tidying up tries it again.
  package enum Remainder: Equatable, Sendable {
    /// Somebody read the database all the time.
    case bytes
    /// The database could not be written anew.
    case database(reason: String)
    /// A copy of the record that the server kept.
    case copy(path: String, reason: String)

    package var sentence: String {
      switch self {
      case .bytes: "Somebody reads the database all the time, so bytes of it may still be in the file."
      case .database(let reason):
        "The database could not be written anew, so bytes of it may still be in the file. \(reason)"
      case .copy(let path, let reason):
        "A copy that the server kept cannot be removed, and holds it. Nobody can download it any more: \(path): \(reason)"
      }
    }
  }

  /// Nil where nothing that is recorded held it: uploads alone are thrown away, or an erasure from before is to be finished.
  package let event: PersonalDataErased?
  /// Empty where every byte is gone.
  package let remains: [Remainder]
  /// Where it also stands, and this erasure does not reach.
  package let rest: [Rest]
  /// Uploads that held it, and are thrown away: their ids.
  package let uploads: [String]

  package var json: JSONValue {
    .fields([
      "records": .int(event?.records ?? 0), "held_back": .int(event?.heldBack ?? 0), "texts": .int(event?.texts ?? 0),
      "person": .text(event?.person), "recorded": .bool(event != nil), "purged": .bool(remains.isEmpty),
      "remains": .array(remains.map { .string($0.sentence) }), "uploads": .int(uploads.count),
      "rest": .array(rest.map { .fields(["place": .string($0.place), "count": .int($0.count)]) }),
    ])
  }
}

/// What takes long about an erasure, in its order.
package enum ErasureStep: String, CaseIterable, Sendable {
  case searching = "looking where it stands"
  case deleting = "deleting and recording it"
  case rewriting = "writing the database anew"
}
