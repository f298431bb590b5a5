// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The commands of the documents, run as they stand there.
@Suite struct DocumentTests {
  private static let guides: [String] = {
    let folder = "\(Sopwright.repository)/docs/guide"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // none fails the test below
    return files.filter { $0.hasSuffix(".md") }.sorted()
  }()

  @Test func thereAreGuides() {
    #expect(
      DocumentTests.guides == [
        "administrator.md", "auditor.md", "handbook.md", "process-owner.md", "support-lead.md", "web.md",
      ])
  }

  /// Every `sh` block of a guide, from top to bottom, in an empty folder.
  @Test(arguments: guides)
  func theCommandsOfAGuideRun(guide: String) throws {
    let folder = try Folder()
    let text = try String(contentsOfFile: "\(Sopwright.repository)/docs/guide/\(guide)", encoding: .utf8)
    let script = try folder.write("guide.sh", "set -euo pipefail\ncd \"$(dirname \"$0\")\"\n" + blocks(of: text))
    let result = try run("bash", [script])
    #expect(result.status == 0, "\(guide): \(result.errors)")
  }

  private func blocks(of text: String) -> String {
    var lines: [String] = []
    var isShell = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isShell = line == "```sh"
      } else if isShell {
        lines.append(String(line))
      }
    }
    // `set -e` does not stop at a command that was to fail and did not, so it is told to.
    return lines.map {
      $0.hasPrefix("! ") ? "if \($0.dropFirst(2)); then echo 'did not fail: \($0)' >&2; exit 1; fi" : $0
    }
    .joined(separator: "\n") + "\n"
  }

  private func run(_ program: String, _ arguments: [String]) throws -> Sopwright.Result {
    let bin = URL(fileURLWithPath: Sopwright.path).deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try Sopwright.process(
      "/usr/bin/env", [program] + arguments,
      environment: ["PATH": "\(bin):\(path)", "REPOSITORY": Sopwright.repository])
  }
}
