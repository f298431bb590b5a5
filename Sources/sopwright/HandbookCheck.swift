// SPDX-License-Identifier: Apache-2.0

import Ledger
import Remediation
import Tracker

/// The git part of a verification, in a process of its own.
enum HandbookCheck {
  static func run(in folder: String) throws -> [Finding] {
    switch try WatchedChild(arguments: ["verify", "--handbook-only", "-C", folder]).run() {
    case .stuck:
      return [
        Finding(
          "handbook_stuck", "sop.git", "Reading the repository did not come to an end: an object in it is damaged.")
      ]
    case .finished(let line):
      // What is no list becomes the finding below.
      guard case .array(let values) = try? JSONValue(parsing: Array(line.utf8)) else { break }
      return values.compactMap(Finding.init(json:))
    case .failed: break
    }
    return [Finding("handbook_unreadable", "sop.git", "The repository cannot be read; the reason stands above.")]
  }
}
