// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// The receipts of a pack: for each item that ended in the tree of its newest checkpoint, that it did.
enum PackReceipts {
  /// Calls `body` with the name and the bytes of each, in the order of the events.
  static func forEach(_ reader: LedgerReader, _ note: SignedNote, _ body: (String, [UInt8]) throws -> Void) throws {
    let size = try Checkpoint(text: note.text).size
    for id in try reader.items().map(\.item).filter(\.isClosed).map(\.id).sorted() {
      let outcome = try reader.history(of: id.description).last { recorded in
        switch recorded.event {
        case .item(id, .closed), .item(id, .rejected): true
        default: false
        }
      }
      guard let outcome, outcome.position < size else { continue }
      let receipt = Receipt(
        leaf: outcome.canonicalBytes, proof: try reader.inclusionProof(of: outcome.position, inTreeOf: size), note: note
      )
      try body(PackPart.proof(id), receipt.bytes)
    }
  }
}
