// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// Personal data erased by the program itself, while no server runs.
@Suite struct EraseCommandTests {
  private static let name = "Zebulon Quixote"

  private func workspace(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let rows = (1...3).map { "d\($0),2026-01-0\($0),Damaged,\(EraseCommandTests.name)\n" }.joined()
    let export = try folder.write("export.csv", "id,at,code,who\n" + rows)
    let map = try folder.write("map.yaml", "source: tests\nid: id\noccurred_at: at\ncode: code\nrequester: who\n")
    let made = try Sopwright.process(
      Sopwright.path,
      ["init", sopwright.workspace, "--from", export, "--map", map, "--people", "ana,ben", "--as", "ana"])
    try #require(made.status == 0, "\(made.errors)")
    return sopwright
  }

  /// As a server leaves it that is killed.
  private func leave(_ path: String, in sopwright: Sopwright) throws {
    let file = URL(fileURLWithPath: "\(sopwright.workspace)/\(path)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try "id,who\n1,\(EraseCommandTests.name)\n".write(to: file, atomically: true, encoding: .utf8)
  }

  private func isThere(_ path: String, in sopwright: Sopwright) -> Bool {
    FileManager.default.fileExists(atPath: "\(sopwright.workspace)/\(path)")
  }

  @Test func whoHasAnAccountAloneIsErasedAndARefusalTouchesNothing() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    func erase(_ more: String...) throws -> Sopwright.Result {
      try Sopwright.process(
        Sopwright.path,
        ["erase", "--person", "ben", "--reason", "Asked.", "-C", sopwright.workspace, "--as", "ana"] + more)
    }
    let nothing = try erase()
    #expect(nothing.status != 0 && nothing.errors.contains("nothing was recorded"))
    #expect(try sopwright.run("people", "link", "ben").status == 0)
    #expect(try erase("--value", "x").status != 0)
    let done = try erase()
    #expect(done.status == 0 && done.output.contains("the details of ben"), "\(done.errors)")
    #expect(try erase().status != 0)
    #expect(try sopwright.json("verify")["ok"] == true)
  }

  @Test func whatAServerLeftGoesAndUploadsAloneAreNoFailure() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    try leave("upkeep/making/sopwright.sqlite", in: sopwright)
    try leave("audits/sopwright-pack-3-0123.tar", in: sopwright)
    try leave("uploads/0123/export.csv", in: sopwright)
    let done = try sopwright.json("erase", "--value", EraseCommandTests.name, "--reason", "Asked.")
    #expect(done["records"] == .integer(3) && done["uploads"] == .integer(1) && done["recorded"] == true)
    for path in ["upkeep/making", "audits/sopwright-pack-3-0123.tar", "uploads/0123"] {
      #expect(!isThere(path, in: sopwright), "\(path)")
    }
    try leave("uploads/4567/export.csv", in: sopwright)
    let again = try sopwright.run("erase", "--value", EraseCommandTests.name, "--reason", "Asked.")
    #expect(again.status == 0 && again.output.contains("no event says that it was erased"), "\(again.errors)")
    #expect(!again.output.contains("Backups that were made before") && !isThere("uploads/4567", in: sopwright))
    #expect(try sopwright.json("verify")["ok"] == true)
  }
}
