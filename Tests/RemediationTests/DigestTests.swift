// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Remediation

@Suite struct DigestTests {
  /// SHA-256 of the empty text, of "abc" (FIPS 180-4), of the RFC 6962 leaf of the empty text, and the two extremes.
  @Test(arguments: [
    (
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    ),
    (
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    ),
    (
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
    ),
    (
      "0000000000000000000000000000000000000000000000000000000000000000",
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    ),
    (
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "//////////////////////////////////////////8="
    ),
  ])
  func aDigestIsWrittenInHexAndBase64(hex: String, base64: String) throws {
    let digest = try #require(Digest(hex))
    #expect(digest.description == hex)
    #expect(digest.base64 == base64)
    #expect(Digest(bytes: digest.bytes) == digest)
    #expect(digest.bytes.withUnsafeBytes { Digest($0) } == digest)
  }

  @Test func randomDigestsAreWrittenAsFoundationWritesThem() throws {
    var seed = Seed("base64")
    for _ in 0..<500 {
      let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &seed) }
      let digest = try #require(Digest(bytes: bytes))
      #expect(digest.bytes == bytes, "\(seed)")
      #expect(digest.base64 == Data(bytes).base64EncodedString(), "\(seed)")
      #expect(Digest(digest.description) == digest, "\(seed)")
    }
  }

  @Test(arguments: [
    "", "0", String(repeating: "0", count: 63), String(repeating: "0", count: 65), String(repeating: "A", count: 64),
    String(repeating: "g", count: 64), String(repeating: "0", count: 63) + " ",
    "0x" + String(repeating: "0", count: 62),
    String(repeating: "é", count: 32),
  ])
  func otherTextsAreNoDigest(text: String) {
    #expect(Digest(text) == nil)
  }

  @Test(arguments: [0, 31, 33])
  func otherNumbersOfBytesAreNoDigest(count: Int) {
    #expect(Digest(bytes: Array(repeating: 0, count: count)) == nil)
  }

  @Test(arguments: 0..<32)
  func everyByteMakesADifference(index: Int) throws {
    var bytes = [UInt8](repeating: 7, count: 32)
    let before = try #require(Digest(bytes: bytes))
    bytes[index] ^= 1
    #expect(try #require(Digest(bytes: bytes)) != before)
  }

  @Test(
    arguments: [
      ("", [UInt8]()), ("00", [0]), ("ff", [255]), ("0a10", [10, 16]), ("F0", nil), ("0", nil), ("0g", nil),
      ("+1", nil),
    ] as [(String, [UInt8]?)])
  func hexDigitsAreReadInPairsAndInLowerCase(text: String, bytes: [UInt8]?) {
    #expect([UInt8](lowerCaseHex: text) == bytes)
    if let bytes { #expect(bytes.lowerCaseHex == text) }
  }

  @Test(arguments: [
    String(repeating: "0", count: 39), String(repeating: "0", count: 41), String(repeating: "A", count: 40), "HEAD", "",
    String(repeating: "0", count: 64),
  ])
  func aCommitIsFortyDigitsInLowerCase(text: String) {
    #expect(CommitID(String(repeating: "0a", count: 20))?.abbreviated == "0a0a0a0a0a")
    #expect(CommitID(text) == nil)
  }
}
