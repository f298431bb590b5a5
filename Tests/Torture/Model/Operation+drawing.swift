// SPDX-License-Identifier: Apache-2.0

extension Step {
  /// A sequence by the seed alone: what happens before has no influence on what is drawn.
  static func sequence(_ count: Int, _ random: inout SeededRandom) -> [Step] {
    (0..<count).map { serial in
      Step(
        serial: serial, operation: .drawn(&random),
        person: Int.random(in: 0..<30, using: &random) == 0 ? 3 : random.below(3),
        later: random.below(12) == 0 ? random.below(20 * 86_400) : random.below(900),
        skipsCatchUp: random.below(25) == 0, byProgram: random.below(60) == 0)
    }
  }
}

extension SeededRandom {
  /// A number from 0 on.
  mutating func below(_ end: Int) -> Int { Int.random(in: 0..<end, using: &self) }

  /// A number that is small more often than not, so that the same codes, items and files come again.
  fileprivate mutating func skewed() -> Int { below(3) == 0 ? below(1_000) : below(4) }
}

extension Operation {
  fileprivate static func drawn(_ random: inout SeededRandom) -> Operation {
    var draw = random.below(weights.reduce(0) { $0 + $1.weight })
    for (weight, make) in weights {
      if draw < weight { return make(&random) }
      draw -= weight
    }
    preconditionFailure("a draw is below the sum")
  }

  private typealias Make = @Sendable (inout SeededRandom) -> Operation

  private static let weights: [(weight: Int, make: Make)] = [
    (120, { .record(.drawn(&$0)) }),
    (140, { random in .load((0..<(1 + random.below(12))).map { _ in .drawn(&random) }) }),
    (20, { .loadAgain($0.below(1_000)) }),
    (25, { _ in .retry }),
    (80, { _ in .tick }),
    (30, { .acknowledge($0.skewed()) }),
    (25, { .assign($0.skewed(), to: $0.below(4)) }),
    (12, { .comment($0.skewed(), naming: $0.below(6)) }),
    (130, { random in .propose(.drawn(&random), closing: closing(&random)) }),
    (25, { .join($0.skewed(), closing: $0.skewed()) }),
    (110, { .approve($0.skewed()) }),
    (24, { .sendBack($0.skewed()) }),
    (10, { .withdraw($0.skewed()) }),
    (110, { .close($0.skewed()) }),
    (5, { .closeBlocked($0.skewed(), $0.below(2) == 0 ? .branch : .ledgerRef, steps: 2 + $0.below(4)) }),
    (6, { .abandon($0.skewed()) }),
    (
      30,
      { .proposeRejection($0.skewed(), days: $0.below(60), tripwire: $0.below(2) == 0 ? .drawn(&$0) : nil) }
    ),
    (40, { .approveRejection($0.skewed()) }),
    (5, { .returnRejection($0.skewed()) }),
    (5, { .withdrawRejection($0.skewed()) }),
    (40, { .closeRejected($0.skewed()) }),
    (15, { .extend($0.skewed(), hours: $0.below(900)) }),
    (20, { .approveExtension($0.skewed()) }),
    (20, { .pause($0.skewed(), hours: $0.below(800)) }),
    (10, { .resume($0.skewed()) }),
    (45, { .push(.drawn(&$0)) }),
    (35, { random in .pushProposal(.drawn(&random), closing: closing(&random)) }),
    (25, { .ratify($0.below(5)) }),
    (20, { .restoreSOP($0.below(5)) }),
    (35, { .adopt(.drawn(&$0)) }),
    (10, { .erase($0.below(6)) }),
    (6, { _ in .backUp }),
    (6, { _ in .restoreBackup }),
    (8, { _ in .maintain }),
    (15, { _ in .reopen }),
  ]

  private static func closing(_ random: inout SeededRandom) -> [Int] {
    (0..<[0, 1, 1, 1, 1, 2, 2, 3][random.below(8)]).map { _ in random.skewed() }
  }
}

extension PlannedRow {
  fileprivate static func drawn(_ random: inout SeededRandom) -> PlannedRow {
    PlannedRow(
      reference: random.below(3) == 0 ? random.below(25) : nil, code: random.skewed(),
      tags: (0..<[0, 0, 1, 1, 2][random.below(5)]).map { _ in random.skewed() },
      hoursBefore: random.below(8) == 0 ? random.below(2_000) : random.below(72),
      requester: random.below(6), damage: random.below(12) == 0 ? Damage.allCases[random.below(4)] : .none)
  }
}

extension PlannedText {
  fileprivate static func drawn(_ random: inout SeededRandom) -> PlannedText {
    PlannedText(
      path: random.below(5), body: random.below(12), effective: random.below(4) == 0 ? random.below(34) : nil,
      isIncomplete: random.below(12) == 0)
  }
}

extension PlannedRule {
  fileprivate static func drawn(_ random: inout SeededRandom) -> PlannedRule {
    PlannedRule(count: 1 + random.below(4), days: 1 + random.below(20))
  }
}

extension PlannedTaxonomy {
  fileprivate static func drawn(_ random: inout SeededRandom) -> PlannedTaxonomy {
    let daysAgo = random.below(14) - 4
    switch random.below(8) {
    case 0, 1: return .rule(key: random.skewed(), .drawn(&random))
    case 2: return .add
    case 3, 4: return .rename(key: random.skewed(), daysAgo: daysAgo)
    case 5: return .merge(key: random.skewed(), other: random.skewed(), daysAgo: daysAgo)
    case 6: return .split(key: random.skewed(), daysAgo: daysAgo)
    default: return .retire(key: random.skewed(), daysAgo: daysAgo)
    }
  }
}
