// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension PackAudit {
  /// The key that signatures are checked with: the one that the caller gave, or else the pack's own.
  func readKey(_ given: VerifierKey?) -> VerifierKey? {
    var own: VerifierKey?
    check(PackPart.key) {
      let bytes = try folder.bytes(of: PackPart.key)
      let key = try VerifierKey(String(decoding: bytes, as: UTF8.self))
      own = key
      if Array("\(key)\n".utf8) != bytes { find("key", PackPart.key, "It holds more than one key on a line.") }
    }
    if let given, let own, given != own {
      find("key", PackPart.key, "The pack has another key than the one that you gave: \(own), not \(given).")
    }
    if given == nil, let own {
      notices.append(
        Finding(
          "own_key", own.name,
          "The signatures were checked with the key in the pack. Whoever made the pack chose it: compare it with the one that you "
            + "know from elsewhere, or give that with --key."))
    }
    return given ?? own
  }

  /// The pack's checkpoints, as far as they are what they should be: signed, in order, and of this ledger's trees.
  func readCheckpoints(_ chain: PackChain, _ key: VerifierKey?) -> [(note: SignedNote, checkpoint: Checkpoint)] {
    guard let key else { return [] }
    var good: [(note: SignedNote, checkpoint: Checkpoint)] = []
    var last: SignedNote?
    check(PackPart.checkpoints) {
      let lines = try PackLines(folder, PackPart.checkpoints)
      var size = 0
      while let line = try lines.next() {
        let subject = "\(PackPart.checkpoints) line \(lines.count)"
        do {
          let listed = try PackCheckpoint(canonicalBytes: line)
          last = listed.note
          _ = try listed.note.verified(by: key, and: listed.cosigners)
          let checkpoint = try listed.note.checkpoint(signedBy: key)
          guard checkpoint.size > size else {
            find("checkpoint_order", subject, "It is not larger than the one before it.")
            continue
          }
          let keys = Set(([key] + listed.cosigners).map(\.description))
          if keys.count != 1 + listed.cosigners.count || listed.note.signatures.count != keys.count {
            find(
              "checkpoint_signatures", subject, "It has signatures of keys that are not named, or names a key twice.")
          }
          size = checkpoint.size
          if isOf(chain, checkpoint, subject, after: good.last?.checkpoint.size ?? 0) {
            good.append((listed.note, checkpoint))
          }
        } catch let error as NoteError {
          find("checkpoint_signature", subject, error.sentence)
        }
      }
    }
    check(PackPart.checkpoint) {
      if let last, try folder.bytes(of: PackPart.checkpoint) != last.bytes {
        find("checkpoint_last", PackPart.checkpoint, "It is not the last one of \(PackPart.checkpoints).")
      }
    }
    let signed = good.last?.checkpoint.size ?? 0
    if signed == 0 {
      find("checkpoint_missing", PackPart.checkpoints, "No checkpoint covers any event: nothing here is signed.")
    } else if signed < chain.frontier.size {
      notices.append(
        Finding(
          "unsigned_events", "events \(signed) to \(chain.frontier.size - 1)",
          "They came after the last checkpoint, so no signature covers them."))
    }
    return good
  }

  /// Whether the pack begins with the tree of a checkpoint that somebody kept.
  func compare(_ chain: PackChain, _ kept: SignedNote, _ key: VerifierKey?) throws {
    guard let key else { return }
    let checkpoint = try kept.checkpoint(signedBy: key)
    if checkpoint.size > chain.frontier.size {
      find(
        "kept_checkpoint", "events \(chain.frontier.size) to \(checkpoint.size - 1)",
        "The checkpoint that you kept has them, and the pack has not: they were taken out, or the pack is older.")
    } else if chain.roots[checkpoint.size] != checkpoint.root {
      find(
        "kept_checkpoint", "events 0 to \(checkpoint.size - 1)",
        "They are not those of the checkpoint that you kept: at least one was changed since.")
    }
  }

  /// Whether the checkpoint's tree is that of the pack's first events. Where it is not, what was changed stands after the last one that is.
  private func isOf(_ chain: PackChain, _ checkpoint: Checkpoint, _ subject: String, after good: Int) -> Bool {
    guard let root = chain.roots[checkpoint.size] else {
      find(
        "checkpoint_ahead", subject,
        "It was signed over \(checkpoint.size) events, and the pack has \(chain.frontier.size): some were taken out.")
      return false
    }
    guard root == checkpoint.root else {
      find(
        "checkpoint_root", "events \(good) to \(checkpoint.size - 1)",
        "One of them was changed, taken out or added: their tree is not the one that was signed (\(subject)).")
      return false
    }
    return true
  }
}
