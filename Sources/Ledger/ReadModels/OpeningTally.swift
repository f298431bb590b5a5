// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Remediation

/// Counts the exceptions of simulated items, of all keys at once. An exception counts once for each key that it has, itself or by a
/// retired code or tag that the key took over from.
struct OpeningTally {
  struct Counted {
    let opening: OpeningSimulation.Opening
    let windowEnd: Timestamp
    var occurrences = 0
    var inWindow = 0
    var lastInWindow: Timestamp
    var money: [String: Int64] = [:]
  }

  /// For each key its items, in the order of time.
  private(set) var openings: [[Counted]]
  private var byCode: [String: [Int]] = [:]
  private var byTag: [String: [Int]] = [:]
  /// Which keys a record's tags count for, by the tags as they stand in the column.
  private var byTags: [String: [Int]] = [:]

  init(_ keys: [SimulatedKey]) {
    openings = keys.map { key in
      key.simulation.openings.map { opening in
        Counted(opening: opening, windowEnd: opening.first + key.simulation.rule.window, lastInWindow: opening.heldAt)
      }
    }
    for (index, key) in keys.enumerated() where !key.simulation.openings.isEmpty {
      for part in key.lineage {
        switch part.kind {
        case .code: byCode[part.value, default: []].append(index)
        case .rootCause: byTag[part.value, default: []].append(index)
        }
      }
    }
  }

  mutating func count(_ db: Database, from since: Timestamp?, to until: Timestamp?) throws {
    guard let first = openings.compactMap({ $0.first?.opening.first }).min() else { return }
    let statement = try BulkStatement(
      db,
      """
      SELECT occurred_at, code, root_causes, amount, currency FROM exceptions NOT INDEXED
      WHERE superseded_by IS NULL AND occurred_at >= ? AND occurred_at < ?
      """)
    statement.bind(max(first.milliseconds, since?.milliseconds ?? Int64.min), at: 1)
    statement.bind(until?.milliseconds ?? Int64.max, at: 2)
    defer { statement.reset() }
    while try statement.step() {
      let code = statement.text(1).flatMap { byCode[$0] } ?? []
      let tags = statement.text(2).map { keys(ofTags: $0) } ?? []
      guard !code.isEmpty || !tags.isEmpty, let time = statement.int(0) else { continue }
      let amount = statement.int(3)
      let currency = amount == nil ? nil : statement.text(4)
      for key in code { add(Timestamp(milliseconds: time), amount, currency, to: key) }
      for key in tags { add(Timestamp(milliseconds: time), amount, currency, to: key) }
    }
  }

  private mutating func keys(ofTags text: String) -> [Int] {
    if let known = byTags[text] { return known }
    let keys = Set(text.split(separator: " ").flatMap { byTag[String($0)] ?? [] }).sorted()
    byTags[text] = keys
    return keys
  }

  private mutating func add(_ time: Timestamp, _ amount: Int64?, _ currency: String?, to key: Int) {
    // The last item that had begun by then: the others ended before it began.
    var lower = 0
    var upper = openings[key].count
    while lower < upper {
      let middle = (lower + upper) / 2
      if openings[key][middle].opening.first <= time { lower = middle + 1 } else { upper = middle }
    }
    guard lower > 0 else { return }
    // A window may reach beyond its item's end, and so into others.
    for item in stride(from: lower - 1, through: 0, by: -1) {
      guard time <= openings[key][item].windowEnd else { break }
      openings[key][item].inWindow += 1
      openings[key][item].lastInWindow = max(openings[key][item].lastInWindow, time)
    }
    let item = lower - 1
    if let closed = openings[key][item].opening.closed, time >= closed { return }
    openings[key][item].occurrences += 1
    if let amount, let currency { openings[key][item].money[currency, default: 0] += amount }
  }
}
