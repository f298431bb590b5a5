// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@testable import Tracker

/// An authenticator app, which was given the key that a page shows.
struct Authenticator {
  private let key: [UInt8]

  /// - Parameter page: the account's, with the key.
  init(_ page: String) throws {
    let shown = try #require(page.firstMatch(of: /secret=(?<key>[A-Z2-7]{32})&/)?.output.key)
    key = try #require(Authenticator.bytes(String(shown)))
  }

  /// Sets one up for somebody with a password, and confirms it.
  static func setUp(_ browser: Browser, _ server: TestServer) async throws -> Authenticator {
    _ = try await browser.get("/account")
    #expect(try await browser.post("/account/authenticator", ["password": TestServer.password]).location == "/account")
    let authenticator = try Authenticator(try await browser.get("/account").text)
    let code = ["code": authenticator.code(at: server.now)]
    #expect(try await browser.post("/account/authenticator/confirm", code).location == "/account")
    return authenticator
  }

  /// - Parameter steps: how many times 30 seconds later.
  func code(at now: Timestamp, later steps: Int64 = 0) -> String {
    TOTP.code(key: key, step: now.seconds / 30 + steps)
  }

  /// Base 32 (RFC 4648), as authenticators read it.
  private static func bytes(_ text: String) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (bytes, held, bits): ([UInt8], Int, Int) = ([], 0, 0)
    for letter in text {
      guard let value = alphabet.firstIndex(of: letter) else { return nil }
      (held, bits) = (held << 5 | value, bits + 5)
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(held >> bits & 0xFF))
      }
    }
    return bytes
  }
}
