// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Random numbers that a seed repeats. The seed is another one in each run, and printed; to run one again,
/// set SOPWRIGHT_SEED.
struct MarkdownSeed: RandomNumberGenerator {
  let first: UInt64
  private var random: SeededRandom

  init(_ test: String) {
    let told = ProcessInfo.processInfo.environment["SOPWRIGHT_SEED"].flatMap { UInt64($0) }
    first = told ?? UInt64.random(in: 0...UInt64(UInt32.max))
    random = SeededRandom(state: first)
    print("\(test): SOPWRIGHT_SEED=\(first)")
  }

  mutating func next() -> UInt64 { random.next() }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }
}
