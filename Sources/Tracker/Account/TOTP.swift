// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Ledger
internal import Remediation

/// Codes of authenticators: TOTP (RFC 6238) with HMAC-SHA-1, 6 digits and steps of 30 seconds, which every authenticator knows.
enum TOTP {
  private static let stepSeconds: Int64 = 30
  private static let digits = 6
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

  /// 160 random bits, as RFC 4226 asks for.
  static func newKey() -> [UInt8] { randomBytes(20) }

  /// The step to which a code belongs: the present one, the one before or the one after, as clocks differ. Nil where it fits none, or
  /// only one that is not after `last`: a code counts once.
  static func step(of code: String, key: [UInt8], at now: Timestamp, after last: Int64) -> Int64? {
    let digits = code.filter { !$0.isWhitespace }
    let present = now.seconds / stepSeconds
    return (present - 1...present + 1).first { $0 > last && TOTP.code(key: key, step: $0) == digits }
  }

  /// RFC 4226, section 5.3.
  static func code(key: [UInt8], step: Int64) -> String {
    let message = withUnsafeBytes(of: step.bigEndian) { Array($0) }
    let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    let offset = Int(hash[19] & 0x0F)
    let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let text = String(number % 1_000_000)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// A key as people type it: base 32 (RFC 4648), without padding.
  static func text(of key: [UInt8]) -> String {
    var (text, held, bits) = ("", 0, 0)
    for byte in key {
      (held, bits) = (held << 8 | Int(byte), bits + 8)
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[held >> bits & 31])
      }
      held &= (1 << bits) - 1
    }
    if bits > 0 { text.append(alphabet[held << (5 - bits) & 31]) }
    return text
  }
}
