// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The whole loop in a real browser, with scripts and without, and every page judged by axe-core and the Nu HTML checker:
/// `Tests/BrowserWalk`.
struct BrowserTests {
  private static let python = "\(Sopwright.repository)/.build/browser/bin/python"

  private static var isThere: Bool {
    FileManager.default.isExecutableFile(atPath: python)
      && ["chromium", "java"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
  }

  @Test(.enabled(if: isThere, "make browser installs Chromium, Java and the libraries"))
  func peopleWalkTheLoopAndNoPageIsWrong() throws {
    let result = try Sopwright.process(
      BrowserTests.python, ["-B", "\(Sopwright.repository)/Tests/BrowserWalk/walk.py", Sopwright.path])
    #expect(result.status == 0, "\(result.output.suffix(6_000))\(result.errors.suffix(3_000))")
  }
}
