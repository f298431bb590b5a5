// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Tracker

/// One line on standard error that says how far long work is; nothing where that is no terminal.
final class ProgressLine {
  private let isShown = isatty(STDERR_FILENO) == 1
  private var isOpen = false

  func show(_ text: String) {
    guard isShown else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    isOpen = true
  }

  func show(_ progress: ImportProgress) {
    switch progress {
    case .reading(let bytes, let total): show("Reading \(percent(bytes, total))")
    case .importing(let rows, let total):
      show("Importing \(percent(Int64(rows), Int64(total))), \(rows) of \(total) rows")
    }
  }

  /// Clears the line.
  func finish() {
    guard isOpen else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    isOpen = false
  }

  private func percent(_ part: Int64, _ whole: Int64) -> String { "\(whole > 0 ? part * 100 / whole : 0) %" }
}
