// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Random numbers that a seed repeats (SplitMix64). The seed is another one in each run, and printed; to run one again,
/// set SOPWRIGHT_SEED.
struct MarkdownSeed: RandomNumberGenerator {
  let first: UInt64
  private var state: UInt64

  init(_ test: String) {
    let told = ProcessInfo.processInfo.environment["SOPWRIGHT_SEED"].flatMap { UInt64($0) }
    first = told ?? UInt64.random(in: 0...UInt64(UInt32.max))
    state = first
    print("\(test): SOPWRIGHT_SEED=\(first)")
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }
}
