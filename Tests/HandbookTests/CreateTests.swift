// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing

@Suite struct CreateTests {
  @Test func aNewRepositoryIsBareEmptyAndConfigured() throws {
    let bench = try Workbench()
    #expect(try bench.handbook.branch() == "refs/heads/main")
    #expect(try bench.handbook.tip() == nil)
    #expect(try bench.handbook.ledgerTip() == nil)
    #expect(try bench.git("rev-parse", "--is-bare-repository") == "true")
    for (name, value) in [
      ("core.fsync", "all"), ("transfer.fsckObjects", "true"), ("receive.hideRefs", "refs/ledger"), ("gc.auto", "0"),
      ("receive.autogc", "false"), ("core.logAllRefUpdates", "false"),
    ] {
      #expect(try bench.git("config", "--local", name) == value)
    }
    #expect(try bench.findings() == "")
    #expect(!FileManager.default.fileExists(atPath: bench.repository + ".unfinished"))
    try bench.handbook.syncToDisk()
  }

  @Test func anUnfinishedRepositoryOfAnEarlierCrashIsReplaced() throws {
    let bench = try Workbench()
    let path = bench.folder + "/second.git"
    try FileManager.default.createDirectory(atPath: path + ".unfinished/refs", withIntermediateDirectories: true)
    #expect(try Handbook.create(at: path + "/").tip() == nil)
    #expect(!FileManager.default.fileExists(atPath: path + ".unfinished"))
  }

  @Test func anEmptyFolderIsTakenAndAnythingElseIsNot() throws {
    let bench = try Workbench()
    let empty = bench.folder + "/empty.git"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    #expect(try Handbook.create(at: empty).branch() == "refs/heads/main")
    #expect(sentence { try Handbook.create(at: bench.repository) }?.contains("not empty") == true)
    let file = bench.folder + "/file"
    try Data("x".utf8).write(to: URL(fileURLWithPath: file))
    #expect(sentence { try Handbook.create(at: file) } != nil)
  }

  @Test func openingWhatIsNoRepositorySaysWhere() throws {
    let bench = try Workbench()
    let found = sentence { try Handbook.open(at: bench.folder) }
    #expect(found?.hasPrefix("Cannot open the SOP repository \(bench.folder): ") == true)
    #expect(try Handbook.open(at: bench.repository).tip() == nil)
  }

  @Test func aRepositoryOfAnotherLoginOpens() throws {
    let bench = try Workbench()
    guard geteuid() == 0 else { return }
    #expect(chown(bench.repository, 12345, 12345) == 0)
    #expect(try Handbook.open(at: bench.repository).tip() == nil)
  }

  @Test func aHeadWithoutABranchIsRefused() throws {
    let bench = try Workbench()
    let id = try bench.commit(["a.md": "a\n"])
    try bench.git("update-ref", "--no-deref", "HEAD", id.text)
    #expect(sentence { try bench.handbook.branch() }?.contains("HEAD names no branch") == true)
  }

  @Test func anotherBranchNameIsFollowed() throws {
    let bench = try Workbench()
    try bench.git("symbolic-ref", "HEAD", "refs/heads/handbook")
    let id = try bench.commit(["a.md": "a\n"])
    #expect(try bench.handbook.branch() == "refs/heads/handbook")
    #expect(try bench.git("rev-parse", "refs/heads/handbook") == id.text)
  }
}
