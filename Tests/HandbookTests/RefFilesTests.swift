// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Handbook

/// What tells that no ref has moved, without asking git.
@Suite struct RefFilesTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private var files: RefFiles? { RefFiles(of: bench.repository) }

  @Test func theyAreOthersAfterEachChangeOfARef() throws {
    var last = try #require(files)
    #expect(files == last)
    #expect(!last.isSettled, "a second has not passed")
    func expectChange(_ comment: Comment, _ change: () throws -> Void) rethrows {
      try change()
      let now = files
      #expect(now != nil && now != last, comment)
      last = now ?? last
    }
    try expectChange("a branch moves") { try bench.commit(["a.md": "One\n"]) }
    try expectChange("a branch comes") { try bench.git("branch", "proposals/REM-1", "main") }
    try expectChange("it goes") { try bench.git("branch", "-D", "proposals/REM-1") }
    try expectChange("refs are packed") { try bench.git("pack-refs", "--all") }
    try expectChange("a packed one moves") { try bench.commit(["a.md": "Two\n"]) }
    try expectChange("HEAD names another branch") { try bench.git("symbolic-ref", "HEAD", "refs/heads/other") }
  }

  @Test func whatCannotBeToldIsNotTold() throws {
    #expect(RefFiles(of: "\(bench.folder)/nowhere") == nil)
    try FileManager.default.createSymbolicLink(
      atPath: "\(bench.repository)/refs/heads/link", withDestinationPath: "main")
    #expect(files == nil, "what a link leads to may change without it")
    try FileManager.default.removeItem(atPath: "\(bench.repository)/refs/heads/link")
    #expect(files != nil)
    for number in 0..<1_000 {
      try Data().write(to: URL(fileURLWithPath: "\(bench.repository)/refs/heads/b\(number)"))
    }
    #expect(files == nil, "too many")
  }

  @Test func theyAreSettledASecondLater() async throws {
    try await Task.sleep(for: .seconds(2.1))
    #expect(files?.isSettled == true)
    try bench.commit(["a.md": "One\n"])
    #expect(files?.isSettled == false)
  }
}
