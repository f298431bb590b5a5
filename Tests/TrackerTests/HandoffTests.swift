// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tracker

@Suite struct HandoffTests {
  private struct Failure: Error {}

  @Test func everythingArrivesInOrder() throws {
    let handoff = Handoff<Int> { put in for number in 0..<100 { try put(number) } }
    var received: [Int] = []
    while let number = try handoff.next() { received.append(number) }
    #expect(received == Array(0..<100))
    #expect(try handoff.next() == nil)
  }

  @Test func whatMakingThrewComesAfterWhatWasMade() throws {
    let handoff = Handoff<Int> { put in
      try put(1)
      throw Failure()
    }
    #expect(try handoff.next() == 1)
    #expect(throws: Failure.self) { try handoff.next() }
  }

  /// What is not waited for is not lost: the end and a failure come with the next that is.
  @Test func whatIsTakenWhereItIsReadyIsTakenOnceAndNothingIsLost() throws {
    let handoff = Handoff<Int> { put in
      for number in 0..<100 { try put(number) }
      throw Failure()
    }
    var received: [Int] = []
    #expect(throws: Failure.self) {
      while let number = try handoff.next() {
        received.append(number)
        while let ready = handoff.nextIfReady() { received.append(ready) }
      }
    }
    #expect(received == Array(0..<100))
    #expect(handoff.nextIfReady() == nil)
  }

  /// As when a batch cannot be stored: the maker is waiting for room, and everything goes without ending the process.
  @Test(arguments: 0..<20)
  func stoppingEarlyEndsTheMaker(taken: Int) throws {
    let handoff = Handoff<Int> { put in for number in 0..<1000 { try put(number) } }
    for number in 0..<taken { #expect(try handoff.next() == number) }
    handoff.cancel()
  }
}
