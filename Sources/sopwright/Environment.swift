// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

/// The world outside of the program.
enum Environment {
  static subscript(name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The login of the user whose process this is, as the system knows it: `$USER` can be set to anything.
  static var login: String { NSUserName() }

  static func waitForNextSecond() {
    let now = Date().timeIntervalSince1970
    Thread.sleep(forTimeInterval: now.rounded(.down) + 1.001 - now)
  }

  /// In whole seconds, as git keeps time: the ledger and the commits agree to the letter.
  static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
