// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// The loop by the command line alone, on the real exports that ship with the project.
@Suite struct LoopCommandTests {
  private func workspace(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let made = try Sopwright.process(
      Sopwright.path,
      [
        "init", sopwright.workspace, "--from", "\(Sopwright.repository)/Tests/Fixtures/online-retail-credits.csv",
        "--map",
        "\(Sopwright.repository)/docs/demo/online-retail.yaml", "--people", "ana,ben", "--as", "ana", "--format",
        "json",
      ])
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.errors.isEmpty)
    let report = try made.json["import"]
    #expect(report?["received"] == 3441)
    #expect(report?["new"] == 3441)
    return sopwright
  }

  @Test func fromAnExportToAClosedItemTracedAndVerified() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let items = try sopwright.json("items").elements
    let item = try #require(items.first { $0["key"]?["value"] == "MANUAL" }?["id"]?.text)
    #expect(
      items.first?.names == [
        "id", "state", "resolution", "cause", "key", "owner", "severity", "opened_at", "acknowledge_by", "due_at",
        "overdue", "due_soon", "paused_until", "extension", "historic", "occurrences", "money", "opened_because",
        "rule_holds", "follows", "failed", "change", "sop",
        "rejection", "suspect",
      ])
    try #expect(sopwright.json("acknowledge", item)["state"] == "acknowledged")
    let text = "\(Sopwright.repository)/docs/demo/manual-credits.md"
    let change = try sopwright.json(
      "propose", item, "--sop", "credits/manual.md", "--text", text, "--summary", "Give reasons")
    #expect(change["state"] == "in_review")
    try #expect(sopwright.run("approve", item).status == 1, "nobody approves their own proposal")
    let closed = try sopwright.json("approve", item, "--revision", "1", "--close", as: "ben")
    #expect(closed["state"] == "closed")
    #expect(closed["resolution"] == "sop_changed")
    #expect(closed["sop"]?["version"] == 1)
    let trace = try sopwright.json("trace", item)
    #expect(trace["items"]?.elements.first?["id"]?.text == item)
    #expect(trace["changes"]?.elements.first?["commit"] == closed["sop"]?["commit"])
    let verification = try sopwright.json("verify")
    #expect(verification["ok"] == true)
    #expect(verification["commits"] == 1)
    try checkGit(sopwright, item, closed)
  }

  /// Any git client reads it, and says the same.
  private func checkGit(_ sopwright: Sopwright, _ item: String, _ closed: JSONValue) throws {
    let clone = "\(sopwright.workspace)-clone"
    defer { try? FileManager.default.removeItem(atPath: clone) }  // what stays is in the system's temporary folder
    func git(_ arguments: String...) throws -> String {
      let result = try Sopwright.process("/usr/bin/git", arguments)
      #expect(result.status == 0, "\(result.errors)")
      return result.output.trimmingCharacters(in: .newlines)
    }
    _ = try git("clone", "-q", "\(sopwright.workspace)/sop.git", clone)
    _ = try git("-C", clone, "fsck", "--strict", "--no-progress")
    #expect(try git("-C", clone, "log", "-1", "--format=%H") == closed["sop"]?["commit"]?.text)
    #expect(try git("-C", clone, "log", "-1", "--format=%an <%ae>") == "ana <ana@sopwright.invalid>")
    func trailer(_ key: String) throws -> String {
      try git("-C", clone, "log", "-1", "--format=%(trailers:key=\(key),valueonly,separator=%x2C)")
    }
    #expect(try trailer("Remediation-Item") == item)
    #expect(try trailer("Exception-Code") == "MANUAL")
    #expect(try trailer("Approved-By") == "ben")
    #expect(try trailer("SOP-Version") == "credits/manual.md v1")
    #expect(try trailer("Content-SHA256") == closed["sop"]?["sha256"]?.text)
  }

  @Test func aRejectionClosesAnItemToo() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let item = try #require(try sopwright.json("items").elements.first?["id"]?.text)
    try #expect(
      sopwright.run("propose", item, "--reject", "--rationale", "Cheap", "--expires", "2020-01-01").status == 1)
    let expiry = CalendarDate(daysSince1970: Int(Date().timeIntervalSince1970) / 86_400 + 100).description
    let proposed = try sopwright.json("propose", item, "--reject", "--rationale", "Cheap", "--expires", expiry)
    #expect(proposed["state"] == "proposed")
    #expect(proposed["rejection"]?["rationale"] == "Cheap")
    _ = try sopwright.json("approve", item, as: "ben")
    let closed = try sopwright.json("close", item)
    #expect(closed["resolution"] == "rejected")
    #expect(closed["rejection"]?["approved_by"] == "ben")
    try #expect(sopwright.run("acknowledge", item).status == 1, "a closed item never changes")
  }

  @Test func exitStatusesSayWhatHappened() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let unknown = try sopwright.run("show", "REM-999")
    #expect(unknown.status == 1)
    #expect(unknown.output.isEmpty)
    #expect(unknown.errors.contains("There is no item REM-999"))
    #expect(try sopwright.run("items", "--state", "sleeping").status == 64)
    #expect(try sopwright.run("acknowledge", "REM-1", as: "mallory").errors.contains("sopwright people add mallory"))
    #expect(
      try Sopwright(workspace: "\(folder.path)/nowhere").run("items").errors.contains("There is no workspace here"))
    try shell("sqlite3", "\(sopwright.workspace)/sopwright.sqlite", "UPDATE items SET owner = 'ben' WHERE number = 1")
    let verification = try sopwright.run("verify", "--format", "json")
    #expect(verification.status == 2)
    #expect(try verification.json["findings"]?.elements.first?["subject"] == "REM-1")
  }

  @Test func aCutFileExitsWithOneAndKeepsTheRowsBefore() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let whole = try String(
      contentsOfFile: "\(Sopwright.repository)/Tests/Fixtures/online-retail-credits.csv", encoding: .utf8)
    let cut = try folder.write("cut.csv", String(whole.prefix(2000)))
    let result = try sopwright.run("import", cut, "--map", "online-retail", "--format", "json")
    #expect(result.status == 1)
    #expect(result.errors.contains("ends in the middle of line"))
    #expect(try result.json["quarantined"] == 1)
    #expect(try result.json["new"] == 0, "the rows before are known already")
  }

  /// The command does not finish it first, though by then it could.
  @Test(arguments: [true, false]) func aClosingIsGivenUpByItsItemAndByItsChange(byItem: Bool) throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let item = try #require(sopwright.json("items").elements.first?["id"]?.text)
    try #expect(sopwright.run("acknowledge", item).status == 0)
    let text = "\(Sopwright.repository)/docs/demo/manual-credits.md"
    let change = try #require(
      sopwright.json("propose", item, "--sop", "credits/manual.md", "--text", text, "--summary", "Why")["id"]?.text)
    try #expect(sopwright.run("approve", item, as: "ben").status == 0)
    let repository = "\(sopwright.workspace)/sop.git"
    let tip = try shell("git", "-C", repository, "rev-parse", "HEAD")

    let lock = "\(repository)/refs/heads/main.lock"
    // What somebody has open is not taken for abandoned.
    #expect(FileManager.default.createFile(atPath: lock, contents: nil))
    let holder = try #require(FileHandle(forReadingAtPath: lock))
    try #expect(sopwright.run("close", item).status == 1)
    try FileManager.default.removeItem(atPath: lock)
    try holder.close()

    let id = byItem ? item : change
    let given = try sopwright.run("close", id, "--abandon")
    #expect(given.status == 0 && !given.errors.contains("Finished"), "\(given.errors)")
    try #expect(sopwright.json("show", change)["state"] == "approved")
    try #expect(shell("git", "-C", repository, "rev-parse", "HEAD") == tip)
    let again = try sopwright.run("close", id, "--abandon")
    #expect(again.status == 1, "there is none any more")
    try #expect(sopwright.json("close", item)["state"] == "closed")
    try #expect(sopwright.json("verify")["ok"] == true)
  }

  @Test func aDamagedRepositoryDoesNotHangAVerification() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let tip = try Sopwright.process("/usr/bin/git", ["-C", "\(sopwright.workspace)/sop.git", "rev-parse", "HEAD"])
      .output
      .trimmingCharacters(in: .newlines)
    let object = "\(sopwright.workspace)/sop.git/objects/\(tip.prefix(2))/\(tip.dropFirst(2))"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: object))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: object)
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: object))
    let result = try Sopwright.process(
      Sopwright.path, ["verify", "-C", sopwright.workspace], environment: ["SOPWRIGHT_PATIENCE": "5"])
    #expect(result.status == 2, "\(result.output)")
    #expect(result.output.contains("handbook_"))
  }
}

@discardableResult
func shell(_ program: String, _ arguments: String...) throws -> String {
  let result = try Sopwright.process("/usr/bin/\(program)", arguments)
  #expect(result.status == 0, "\(result.errors)")
  return result.output
}
