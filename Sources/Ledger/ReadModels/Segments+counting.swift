// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Remediation

/// What a batch adds to a key and takes from it.
struct KeyMovement {
  struct Occurrence {
    let time: Int64
    let amount: Int64?
    let currency: String?
  }

  var added: [Occurrence] = []
  /// Of records that an amendment superseded.
  var removed: [Occurrence] = []
}

extension LedgerTransaction {
  /// Counts a batch, whose records are in their tables already. For a key whose item is open and whose exceptions come in
  /// after its start this is an addition; otherwise it looks at the neighbours of the new exceptions, never at all of them.
  /// - Returns: items that existed before and were joined.
  func count(_ movements: [RecurrenceKey: KeyMovement]) throws -> Set<ItemID> {
    var joined: Set<ItemID> = []
    for (key, movement) in movements {
      let added = movement.added.sorted { $0.time < $1.time }
      for var segment in try reader.segments(of: key) {
        let mine = added.filter { segment.contains($0.time) }
        let lost = movement.removed.filter { segment.contains($0.time) }
        guard !mine.isEmpty || !lost.isEmpty else { continue }
        let before = segment.occurrences
        if let heldAt = segment.heldAt, lost.contains(where: { $0.time <= heldAt }) {
          try recount(&segment)
        } else if segment.heldAt == nil, segment.item != nil {
          // Its rule no longer holds, or never did: what comes in may make it hold anew.
          try recount(&segment)
        } else {
          segment.add(mine)
          segment.remove(lost)
          try lowerStart(of: &segment, candidates: mine)
        }
        if let item = segment.item, segment.occurrences > before { joined.insert(ItemID(item)) }
        try save(segment)
      }
    }
    return joined
  }

  /// Looks whether exceptions that came in before the rule held make an earlier window, or make it hold earlier. Reads their
  /// neighbours within one window's length only.
  private func lowerStart(of segment: inout Segment, candidates: [KeyMovement.Occurrence]) throws {
    guard let rule = segment.rule else { return }
    let early = candidates.map(\.time).filter { $0 <= segment.heldAt ?? segment.start ?? Int64.max }
    let width = rule.window.milliseconds
    var index = 0
    while index < early.count {
      var last = index
      while last + 1 < early.count, early[last + 1] - early[last] <= width { last += 1 }
      let window = try reader.earliestWindow(of: segment, from: early[index] - width, to: early[last] + width)
      if let window, window.first <= segment.start ?? Int64.max {
        let (count, money) = try reader.totals(of: segment, from: window.first, to: segment.start)
        segment.occurrences += count
        segment.money.merge(money, uniquingKeysWith: +)
        segment.start = window.first
        segment.heldAt = window.heldAt
        return
      }
      index = last + 1
    }
  }
}

extension Segment {
  fileprivate mutating func add(_ occurrences: [KeyMovement.Occurrence]) { change(occurrences, by: 1) }

  fileprivate mutating func remove(_ occurrences: [KeyMovement.Occurrence]) { change(occurrences, by: -1) }

  private mutating func change(_ list: [KeyMovement.Occurrence], by sign: Int) {
    guard let start else { return }
    for occurrence in list where occurrence.time >= start {
      occurrences += sign
      if let currency = occurrence.currency, let amount = occurrence.amount {
        money[currency, default: 0] += Int64(sign) * amount
      }
    }
  }
}
