// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Whatever is changed in a pack, both verifiers see it: ours and the one that others wrote.
///
/// SOPWRIGHT_TAMPERINGS sets how many are tried of each history; SOPWRIGHT_SEED repeats a run.
@Suite struct TamperTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["SOPWRIGHT_TAMPERINGS"].flatMap { Int($0) } ?? 70
  /// Packs that lie on the disk at the same time.
  private static let atOnce = 30

  @Test(.enabled(if: SecondVerifier.isThere, SecondVerifier.why), arguments: [PackHistory.erased, .pushed, .clocks])
  func everyChangeIsSeenByBothVerifiers(history: PackHistory) throws {
    let seed = TamperTests.environment["SOPWRIGHT_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)
    print("tampering with \(history): SOPWRIGHT_SEED=\(seed)")
    var tamperer = Tamperer(seed: seed)
    let test = try history.workspace()
    let pack = try test.pack(withPersonal: history == .erased)
    let key = "\(test.folder)/ws/\(Workspace.verifierFile)"
    var tried = 0
    while tried < TamperTests.count {
      let copies = try (0..<min(TamperTests.atOnce, TamperTests.count - tried)).map { number in
        let copy = "\(test.folder)/copy-\(number)"
        try FileManager.default.copyItem(atPath: pack, toPath: copy)
        return (path: copy, what: try tamperer.tamper(with: copy))
      }
      let verdicts = try SecondVerifier.verify(copies.map(\.path), key: key) {
        for copy in copies {
          let ours = try verifyPack(copy.path, key: key).findings
          #expect(!ours.isEmpty, "ours: \(copy.what), SOPWRIGHT_SEED=\(seed)")
        }
      }
      for (copy, verdict) in zip(copies, verdicts) {
        #expect(!verdict.isGood, "the second: \(copy.what), SOPWRIGHT_SEED=\(seed)")
        try FileManager.default.removeItem(atPath: copy.path)
      }
      tried += copies.count
    }
    print("tampering with \(history): \(tried) packs, by \(Tamperer.Way.allCases.count) ways")
  }
}
