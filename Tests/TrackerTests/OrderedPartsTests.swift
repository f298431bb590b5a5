// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import Testing

@testable import Tracker

/// A list is made in parts on two threads, and delivered as if on one.
@Suite struct OrderedPartsTests {
  private struct Refused: Error {}

  /// Each of two threads with parts to make, and what both threw.
  private func work(
    _ parts: OrderedParts, make: @escaping @Sendable (Int) throws -> Int,
    deliver: @escaping @Sendable (Int) throws -> Void
  ) -> [any Error] {
    let errors = Mutex<[any Error]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      do { try parts.forEach(make: make, deliver: deliver) } catch { errors.withLock { $0.append(error) } }
    }
    return errors.withLock { $0 }
  }

  @Test(arguments: 0..<40) func everyPartIsDeliveredOnceAndInOrder(round: Int) {
    let count = round * 7
    let delivered = Mutex<[Int]>([])
    let errors = work(OrderedParts(count: count)) { number in
      // Of different lengths, so that now one thread waits, now the other.
      var sum = 0
      for step in 0..<((number * 37 + round) % 11 * 300) { sum &+= step }
      return sum < 0 ? -1 : number
    } deliver: { number in
      delivered.withLock { $0.append(number) }
    }
    #expect(errors.isEmpty)
    #expect(delivered.withLock { $0 } == Array(0..<count))
  }

  @Test(arguments: 0..<20) func nothingIsDeliveredAfterAPartThatCannotBeMade(round: Int) {
    let delivered = Mutex<[Int]>([])
    let errors = work(OrderedParts(count: 100)) { number in
      if number == round { throw Refused() }
      return number
    } deliver: { number in
      delivered.withLock { $0.append(number) }
    }
    #expect(errors.contains { $0 is Refused })
    #expect(delivered.withLock { $0 } == Array(0..<delivered.withLock { $0.count }))
    #expect(delivered.withLock { $0.count } <= round)
  }

  @Test func whereItCannotBeDeliveredBothThreadsEnd() {
    let errors = work(OrderedParts(count: 100)) {
      $0
    } deliver: { number in
      if number == 3 { throw Refused() }
    }
    #expect(errors.contains { $0 is Refused })
  }
}
