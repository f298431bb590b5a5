// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Ledger

/// What is kept in memory while a state lasts.
struct StateMemoTests {
  @Test func whatIsDroppedIsMadeAgain() {
    let memo = StateMemo(most: 2)
    var made = 0
    func value(_ name: String) -> String {
      memo.value("kind", name) {
        made += 1
        return name
      }
    }
    #expect(["a", "b", "a", "b"].map(value) == ["a", "b", "a", "b"])
    #expect(made == 2)
    #expect(["c", "a", "b", "c"].map(value) == ["c", "a", "b", "c"])
    #expect(made > 3)
  }

  @Test func aSecondIsForgottenWithTheNext() {
    let memo = StateMemo()
    #expect(memo.value("kind", "a", in: 1) { 1 } == 1)
    #expect(memo.value("kind", "a", in: 1) { 2 } == 1)
    #expect(memo.value("kind", "a", in: 2) { 3 } == 3)
    #expect(memo.value("kind", "a", in: 1) { 4 } == 4)
    // Another kind of the same name is another value.
    #expect(memo.value("other", "a", in: 1) { 5 } == 5)
  }
}
