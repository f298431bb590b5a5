// SPDX-License-Identifier: Apache-2.0

import Ledger
import Remediation
import Tracker

/// The git part of a verification, in a process of its own.
enum HandbookCheck {
  static func run(in folder: String) throws -> [Finding] {
    let child = try GuardedChild(["verify", "--handbook-only", "-C", folder])
    switch child.end {
    case .stuck:
      return [
        Finding(
          "handbook_stuck", "sop.git", "Reading the repository did not come to an end: an object in it is damaged.")
      ]
    case .done:
      if case .array(let values)? = child.values.last { return values.compactMap(Finding.init(json:)) }
      fallthrough
    case .failed:
      return [Finding("handbook_unreadable", "sop.git", "The repository cannot be read; the reason stands above.")]
    }
  }
}
