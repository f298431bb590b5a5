// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

/// The events of a pack, as far as they can be read.
struct PackChain {
  /// Those that can be read, in order.
  var events: [RecordedEvent] = []
  /// Over all lines, whatever is in them.
  var frontier = MerkleFrontier()
  /// Whether every line is the event of its position.
  var isWhole = true
  /// By size, of every tree on the way.
  var roots: [Int: Digest] = [:]
}

extension PackAudit {
  /// Hashes every line and reads it.
  func readChain() -> PackChain {
    var chain = PackChain()
    check(PackPart.events) {
      let lines = try PackLines(folder, PackPart.events)
      do {
        while let leaf = try lines.next() {
          let position = chain.frontier.size
          chain.frontier.append(MerkleTree.leaf(leaf))
          chain.roots[chain.frontier.size] = chain.frontier.root
          do {
            let event = try RecordedEvent(canonicalBytes: leaf)
            if event.position != position {
              chain.isWhole = false
              find(
                "events_missing", "event \(position)",
                "The line at this place is event \(event.position): lines were taken out, added or moved.")
            }
            chain.events.append(event)
          } catch let error as DecodingFailure {
            chain.isWhole = false
            find("event_bytes", "event \(position)", error.sentence)
          }
        }
      } catch {
        chain.isWhole = false
        throw error
      }
    }
    if chain.frontier.size == 0 {
      chain.isWhole = false
      find("events_missing", PackPart.events, "It has no event.")
    }
    return chain
  }

  /// Makes a repository out of the bundle; nil where that cannot be done.
  func readBundle(_ events: [RecordedEvent]) -> Handbook? {
    var handbook: Handbook?
    check(PackPart.bundle) {
      try folder.forEachPiece(of: PackPart.bundle) { _ in progress() }
      let made = try Handbook.make(from: "\(folder.path)/\(PackPart.bundle)", at: "\(scratch)/sop.git")
      progress()
      let known = events.handbookTip?.text
      for ref in made.refs {
        if ref.name == Handbook.ledgerRef || ref == made.refs.first {
          if ref == made.refs.first, let branch = events.handbookBranch, !ref.name.utf8.elementsEqual(branch.utf8) {
            find(
              "bundle_refs", ref.name, "The bundle's branch is this one, and the workspace was founded on \(branch).")
          }
          guard ref.id != known else { continue }
          find(
            "bundle_refs", ref.name,
            "The bundle has it at \(ref.id), and the ledger saw \(known ?? "no commit") last.")
        } else if ref.name != Handbook.checkpointsRef {
          find("bundle_refs", ref.name, "A pack's bundle has no such ref: it was added.")
        }
      }
      if !made.refs.contains(where: { $0.name == Handbook.ledgerRef }) {
        find("bundle_refs", Handbook.ledgerRef, "The bundle lacks it: it was taken out.")
      }
      let reached = try made.handbook.objectCount(reachedBy: made.refs)
      if reached != made.objects {
        find(
          "bundle_objects", PackPart.bundle,
          "It has \(made.objects) objects, and its refs reach \(reached): some were added.")
      }
      handbook = made.handbook
    }
    return handbook
  }
}
