// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

/// What stands in `sopwright.yaml`.
struct SettingsTests {
  private func settings(_ text: String) throws -> Settings {
    let path = NSTemporaryDirectory() + "sopwright-settings-\(UUID().uuidString).yaml"
    defer { unlink(path) }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try Settings(zone: #require(Zone("UTC")), at: path)
  }

  @Test func whatIsNotSaidIsAsItAlwaysWas() throws {
    let settings = try settings("{}\n")
    #expect(settings.domain == "sopwright.invalid" && !settings.asksAuthenticator)
    #expect(settings.accountsKey == "accounts.key")
  }

  @Test func whatIsSaidCounts() throws {
    let settings = try settings("domain: example.org\nauthenticator: required\naccounts_key: /run/keys/accounts\n")
    #expect(settings.domain == "example.org" && settings.asksAuthenticator)
    #expect(settings.accountsKey == "/run/keys/accounts")
    #expect(try !self.settings("authenticator: optional\n").asksAuthenticator)
  }

  @Test(arguments: [
    ("domain: a b\n", "This is not a domain. Write one such as example.org."),
    ("authenticator: maybe\n", "Write required, and whoever signs in must have an authenticator, or optional."),
    ("domain: example.org\nauthenticator: [required]\n", "sopwright.yaml:2"),
    ("accounts_key: ''\n", "This is not the path of a file."), ("second_factor: required\n", "second_factor"),
  ])
  func aSettingThatIsNoneIsRefused(text: String, sentence: String) {
    #expect {
      try settings(text)
    } throws: { error in
      Tracker.sentence(for: error).contains(sentence)
    }
  }
}
