// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Synchronization
import Tracker

/// One line on standard error that says how far long work is; nothing where that is no terminal.
final class ProgressLine: Sendable {
  private let isShown = isatty(STDERR_FILENO) == 1
  private let isOpen = Mutex(false)

  func show(_ text: String) {
    guard isShown else { return }
    Terminal.mention("\r\u{1B}[K\(text)")
    isOpen.withLock { $0 = true }
  }

  func show(_ progress: ImportProgress) {
    switch progress {
    case .reading(let bytes, let total): show("Reading \(percent(bytes, total))")
    case .importing(let rows, let total):
      show("Importing \(percent(Int64(rows), Int64(total))), \(rows) of \(total) rows")
    }
  }

  func show(_ step: MakingStep) {
    switch step {
    case .cloning(let objects, let total): show("Cloning \(percent(Int64(objects), Int64(total)))")
    case .indexing(let commits, let total):
      show("Reading the history \(percent(Int64(commits), Int64(total))), \(commits) of \(total) commits")
    case .indexed: break
    }
  }

  func show(_ step: UpkeepStep) { show(step.words) }

  func show(written records: Int, of total: Int) { show("Writing \(percent(Int64(records), Int64(total)))") }

  /// For work that reads the handbook's files.
  static var ofReading: (Int, Int) -> Void {
    let line = ProgressLine()
    return { done, all in
      line.show("Reading \(done) of \(all) files")
      if done == all { line.finish() }
    }
  }

  /// Clears the line.
  func finish() {
    guard
      isOpen.withLock({ isOpen in
        defer { isOpen = false }
        return isOpen
      })
    else { return }
    Terminal.mention("\r\u{1B}[K")
  }

  private func percent(_ part: Int64, _ whole: Int64) -> String { "\(whole > 0 ? min(100, part * 100 / whole) : 0) %" }
}
