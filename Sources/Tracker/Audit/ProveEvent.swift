// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
package import Remediation

/// Why there is no receipt.
package enum ProofError: Error, Equatable {
  case notClosed(String)

  package var sentence: String {
    switch self {
    case .notClosed(let id):
      "\(id) has no outcome yet: there is a receipt for an item that is closed and for a change that is committed. See "
        + "how far it is."
    }
  }

  /// See `Rejection.command`.
  var command: String? { if case .notClosed(let id) = self { "sopwright show \(id)" } else { nil } }
}

extension Workspace {
  /// The receipt for how an item ended: that its closing or its rejection stands in a signed tree.
  package func receipt(for id: ItemID, by caller: Caller) throws -> Receipt {
    try receipt(of: id.description, by: caller) { event in
      switch event {
      case .item(id, .closed), .item(id, .rejected): true
      default: false
      }
    }
  }

  /// The receipt for a change: that its commit stands in a signed tree.
  package func receipt(for id: ChangeID, by caller: Caller) throws -> Receipt {
    try receipt(of: id.description, by: caller) { event in
      if case .change(id, .committed) = event { true } else { false }
    }
  }

  /// By the newest checkpoint that an auditor signed, or else the newest; signs one where the event is in none.
  private func receipt(
    of subject: String, by caller: Caller, _ isOutcome: (Event) -> Bool
  ) throws -> Receipt {
    let outcome = try ledger.read { reader in
      if let item = ItemID(subject) { _ = try reader.requiredItem(item) }
      if let change = ChangeID(subject) { _ = try reader.requiredChange(change) }
      return try reader.history(of: subject).last { isOutcome($0.event) }
    }
    guard let position = outcome?.position else { throw ProofError.notClosed(subject) }
    if try ledger.read({ try $0.checkpoint(covering: position) }) == nil { _ = try publishCheckpoint(by: caller) }
    return try ledger.read { reader in
      guard let checkpoint = try reader.checkpoint(covering: position), let leaf = try reader.leaf(at: position) else {
        throw LedgerError.noCheckpoint
      }
      let receipt = Receipt(
        leaf: leaf, proof: try reader.inclusionProof(of: position, inTreeOf: checkpoint.size),
        note: checkpoint.cosignedNote)
      // A ledger that was changed has nodes that do not fit its leaves; nobody should carry such a receipt away.
      _ = try receipt.verified(by: verifierKey())
      return receipt
    }
  }
}

extension Receipt {
  /// With the event's bytes, and the key by which it is checked.
  package func json(key: VerifierKey) -> JSONValue {
    .fields([
      "receipt": .string(String(decoding: bytes, as: UTF8.self)), "position": .int(proof.index),
      "leaf": .string(String(decoding: leaf ?? [], as: UTF8.self)), "key": .text(key),
    ])
  }
}

/// What a receipt proves, for people and scripts.
package struct CheckedReceipt: Sendable {
  package let verified: VerifiedReceipt
  package let event: RecordedEvent
  /// What the event says beside its envelope.
  package let data: JSONValue

  /// Checks a receipt without a workspace.
  /// - Parameters:
  ///   - key: a verifier key, or the path of a file with one; so are `cosigners`.
  ///   - leaf: the path of a file with the event's bytes; nil where those in the receipt are enough.
  /// - Throws: `FileProblem` where a file cannot be read; `NoteError` where the receipt proves nothing.
  package init(at path: String, key: String, cosigners: [String], leaf: String?) throws {
    let ledgerKey = try CheckedReceipt.key(key)
    let others = try cosigners.map(CheckedReceipt.key)
    let kept = try leaf.map { try foreignBytes(at: $0, atMost: Receipt.largest) }
    verified = try Receipt(foreignBytes(at: path, atMost: Receipt.largest)).verified(
      by: ledgerKey, and: others, leaf: kept)
    do {
      event = try RecordedEvent(canonicalBytes: verified.leaf)
      data = try JSONValue(parsing: verified.leaf)["data"] ?? .null
    } catch let error as DecodingFailure {
      throw NoteError.receipt("what it proves is no event: \(error.sentence)")
    }
    guard event.position == verified.index else {
      throw NoteError.notIncluded(index: event.position, size: verified.checkpoint.size)
    }
  }

  /// A verifier key, or that in the file of this name.
  static func key(_ text: String) throws -> VerifierKey {
    if let key = try? VerifierKey(text) { return key }  // otherwise it is the name of a file
    do {
      return try VerifierKey(String(decoding: foreignBytes(at: text, atMost: SignedNote.largest), as: UTF8.self))
    } catch let error as NoteError {
      throw FileProblem(file: text, error.sentence)
    }
  }

  package var json: JSONValue {
    .fields([
      "ok": .bool(true), "origin": .string(verified.checkpoint.origin), "size": .int(verified.checkpoint.size),
      "root": .string(verified.checkpoint.root.base64), "position": .int(event.position),
      "subject": .string(event.event.subject), "kind": .string(event.event.kind), "at": .text(event.at),
      "actor": .text(event.actor), "data": data,
      "signatures": .array(
        verified.signatures.map { .fields(["key": .text($0.key), "at": .text($0.time)]) }),
    ])
  }
}
