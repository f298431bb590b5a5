// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What was said to those who work at once, kept outside of the workspace. A judge compares with it afterwards.
struct CrowdMemory: Sendable {
  /// Closings that the program said yes to.
  var closed: Set<CrowdWorkspace.Closing> = []
  /// Closings that found their file changed by another.
  var conflicted: Set<CrowdWorkspace.Closing> = []
  /// Commits that git said yes to, by who pushed them, in order; and the files that they wrote, with their last text.
  var pushed: [String: [String]] = [:]
  var texts: [String: String] = [:]
  /// Proposal branches, and where they were pushed last.
  var branches: [String: String] = [:]
  /// Files whose import the program said yes to, each with so many new rows.
  var imports: [String: Int] = [:]
  /// Backups that the program said yes to, and what had been closed before each began.
  var backups: [(folder: String, closed: Set<CrowdWorkspace.Closing>)] = []
  var counted: [String: Int] = [:]
  var bad: [String] = []

  mutating func count(_ what: String) { counted[what, default: 0] += 1 }
}
