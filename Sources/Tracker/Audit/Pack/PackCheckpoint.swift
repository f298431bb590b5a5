// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// A line of `checkpoints.jsonl`: a signed note, and the keys of the auditors who signed it, too.
struct PackCheckpoint {
  let note: SignedNote
  let cosigners: [VerifierKey]

  init(_ published: PublishedCheckpoint) {
    note = published.cosignedNote
    cosigners = published.cosignatures.map(\.key)
  }

  var json: JSONValue {
    .fields([
      "cosigners": cosigners.isEmpty ? nil : .array(cosigners.map(JSONValue.text)), "note": .string(note.description),
    ])
  }

  init(canonicalBytes bytes: [UInt8]) throws {
    let json = try JSONValue(parsing: bytes)
    let fields = Fields(json)
    note = try SignedNote(Array(try fields.string("note").utf8))
    cosigners = try json["cosigners"] == nil ? [] : fields.strings("cosigners").map { try VerifierKey($0) }
    guard self.json.canonicalBytes == bytes else {
      throw DecodingFailure(field: "(line)", problem: "is not in canonical form")
    }
  }
}
