// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The fuzzer's targets without the fuzzer: every seed, among them all that was ever found, as it is and mangled a little.
/// `make fuzz` looks for more.
@Suite struct ReplayTests {
  private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Seeds")

  private func seeds(of target: String) throws -> [String: [UInt8]] {
    let folder = ReplayTests.seeds.appendingPathComponent(target)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) })
  }

  @Test func everyTargetHasSeedsAndEverySeedATarget() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: ReplayTests.seeds.path)
    #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    for name in folders { #expect(try !seeds(of: name).isEmpty, "\(name)") }
  }

  @Test(arguments: FuzzTarget.all.map(\.name)) func whatMustHoldHolds(target name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    for (seed, bytes) in try seeds(of: name) {
      try expectToHold(target, bytes, "\(name)/\(seed)")
      var generator = Mangler(seed: bytes.reduce(UInt64(bytes.count)) { $0 &* 31 &+ UInt64($1) })
      for round in 1...100 {
        try expectToHold(target, generator.mangled(bytes), "\(name)/\(seed), mangled \(round) times")
      }
    }
  }

  private func expectToHold(_ target: FuzzTarget, _ bytes: [UInt8], _ what: String) throws {
    do { try target.run(bytes) } catch let broken as Broken {
      Issue.record("\(what): \(broken): \(Data(bytes).base64EncodedString())")
    } catch {
      // Refused, as it should be.
    }
  }

  /// Without a check that can fail, nothing above would mean anything.
  @Test func whatDoesNotHoldIsReported() {
    #expect(throws: Broken.self) { try require(false, "x") }
  }
}

/// Changes bytes, always in the same way for the same seed.
private struct Mangler {
  private var state: UInt64

  init(seed: UInt64) { state = seed | 1 }

  private mutating func next(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: state >> 33) % max(limit, 1)
  }

  /// One to four changes: a byte, a piece taken out, doubled, or moved.
  mutating func mangled(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...next(below: 4) {
      let start = next(below: bytes.count)
      let end = min(bytes.count, start + 1 + next(below: 12))
      switch next(below: 5) {
      case 0 where !bytes.isEmpty: bytes[start] = UInt8(next(below: 256))
      case 1 where !bytes.isEmpty: bytes[start] ^= 1 << UInt8(next(below: 8))
      case 2: bytes.removeSubrange(start..<end)
      case 3: bytes.insert(contentsOf: bytes[start..<end], at: next(below: bytes.count + 1))
      default: bytes.insert(Array("\"\n\\,[{:#\0\u{301}".utf8)[next(below: 11)], at: start)
      }
    }
    return bytes
  }
}
