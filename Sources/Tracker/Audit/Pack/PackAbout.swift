// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// `pack.json`: which format, of which ledger, and how much of it. Everything in it follows from the other files.
struct PackAbout: Equatable {
  let format: Int
  let branch: String
  let events: Int
  let root: Digest
  let records: Int
  let hasPersonal: Bool

  init(_ reader: LedgerReader, branch: String, hasPersonal: Bool) throws {
    format = PackPart.format
    self.branch = branch
    (events, root) = try reader.treeHead()
    records = try reader.recordCount()
    self.hasPersonal = hasPersonal
  }

  var json: JSONValue {
    .fields([
      "format": .int(format), "branch": .string(branch), "events": .int(events), "root": .string(root.base64),
      "records": .int(records), "personal": .bool(hasPersonal),
    ])
  }

  /// Which format the bytes say, and whether personal fields go along. The rest is compared with what the other files come to.
  static func reading(_ bytes: [UInt8]) throws -> (format: Int, hasPersonal: Bool) {
    let fields = Fields(try JSONValue(parsing: bytes))
    return (try fields.int("format"), try fields.bool("personal"))
  }
}

/// A line of `texts.jsonl`: what a person wrote, with the salt under which events name it.
struct PackText {
  let text: ErasableText

  init(_ text: ErasableText) { self.text = text }

  var json: JSONValue {
    .fields([
      "digest": .text(text.digest), "salt": .string(text.salt.lowerCaseHex), "text": .string(text.text),
    ])
  }

  init(canonicalBytes bytes: [UInt8]) throws {
    let fields = Fields(try JSONValue(parsing: bytes))
    guard let salt = [UInt8](lowerCaseHex: try fields.string("salt")), salt.count == MerkleTree.saltLength else {
      throw DecodingFailure(field: "salt", problem: "is not \(MerkleTree.saltLength) bytes in hexadecimal")
    }
    text = ErasableText(digest: try fields.digest("digest"), salt: salt, text: try fields.string("text"))
    guard json.canonicalBytes == bytes else {
      throw DecodingFailure(field: "(line)", problem: "is not in canonical form")
    }
  }
}

/// A line of `personal.jsonl`: the personal fields of a record, with their salt. `fields` is a text, so that its bytes can be had
/// exactly.
struct PackPersonalFields {
  let record: Int
  let salt: [UInt8]
  let fields: [UInt8]

  init(_ kept: KeptPersonalFields) {
    record = Int(kept.record)
    salt = kept.salt
    fields = kept.fields
  }

  var json: JSONValue {
    .fields([
      "record": .int(record), "salt": .string(salt.lowerCaseHex),
      "fields": .string(String(decoding: fields, as: UTF8.self)),
    ])
  }

  init(canonicalBytes bytes: [UInt8]) throws {
    let fields = Fields(try JSONValue(parsing: bytes))
    guard let salt = [UInt8](lowerCaseHex: try fields.string("salt")), salt.count == MerkleTree.saltLength else {
      throw DecodingFailure(field: "salt", problem: "is not \(MerkleTree.saltLength) bytes in hexadecimal")
    }
    record = try fields.int("record")
    self.salt = salt
    self.fields = Array(try fields.string("fields").utf8)
    guard json.canonicalBytes == bytes else {
      throw DecodingFailure(field: "(line)", problem: "is not in canonical form")
    }
  }
}
