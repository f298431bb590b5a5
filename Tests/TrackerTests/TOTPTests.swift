// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@testable import Tracker

/// Codes of authenticators, by the vectors of the RFCs.
struct TOTPTests {
  private static let key = Array("12345678901234567890".utf8)

  /// RFC 4226, appendix D.
  @Test(arguments: zip(0..<8, ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583"]))
  func countersGiveTheCodesOfTheRFC(step: Int, code: String) {
    #expect(TOTP.code(key: TOTPTests.key, step: Int64(step)) == code)
  }

  /// RFC 6238, appendix B, the last six of its eight digits.
  @Test(arguments: [
    (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
    (2_000_000_000, "279037"), (20_000_000_000, "353130"),
  ])
  func timesGiveTheCodesOfTheRFC(seconds: Int, code: String) {
    let step = TOTP.step(of: code, key: TOTPTests.key, at: Timestamp(seconds: Int64(seconds)), after: 0)
    #expect(step == Int64(seconds / 30))
  }

  @Test func aCodeCountsOnceAndOnlyNearItsTime() {
    let now = Timestamp(seconds: 1_111_111_109)
    let step = now.seconds / 30
    func found(_ place: Int64, after last: Int64 = 0) -> Int64? {
      TOTP.step(of: TOTP.code(key: TOTPTests.key, step: step + place), key: TOTPTests.key, at: now, after: last)
    }
    #expect(found(-1) == step - 1)
    #expect(found(1) == step + 1)
    #expect(found(-2) == nil)
    #expect(found(2) == nil)
    #expect(found(0, after: step) == nil)
  }

  /// RFC 4648, section 10, without padding.
  @Test(arguments: [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")])
  func keysAreWrittenInBase32(bytes: String, text: String) {
    #expect(TOTP.text(of: Array(bytes.utf8)) == text)
  }
}
