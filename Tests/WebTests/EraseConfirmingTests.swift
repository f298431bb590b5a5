// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

// What the word confirms, and what is said of what came of it.
extension EraseTests {
  private func look(_ fields: [String: String], _ browser: Browser) async throws -> String {
    let form = fields.merging(["reason": "Request 17."]) { typed, _ in typed }
    #expect(try await browser.post("/upkeep/erase/look", form).status == 303)
    return try await idle(browser)
  }

  private func seen(_ page: String) throws -> String {
    String(try #require(page.firstMatch(of: /name="seen" value="([0-9a-f]+)"/)).output.1)
  }

  /// With two windows open, the word in the first is about what stands there, not about what was looked at last.
  @Test func theWordConfirmsWhatStoodBesideIt() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let first = try await look(["values": "Rita"], ana)
    #expect(first.contains("This erases what holds &quot;Rita&quot;."))
    let second = try await look(["exception": "w4", "source": "tests"], ana)
    #expect(second.contains("This erases the personal fields of exception w4 of tests."))
    let before = try server.workspace.treeState().size
    for word in ["erase", "w4"] {
      let refused = try await ana.post(
        "/upkeep/erase", ["confirm": word, "seen": seen(first), "password": TestServer.password])
      #expect(refused.status == 409 && refused.text.contains("You looked at something else since"))
      #expect(refused.text.contains("exception w4 of tests"))
    }
    #expect(try server.workspace.treeState().size == before)
    #expect(
      try await ana.post("/upkeep/erase", ["confirm": "w4", "seen": seen(second), "password": TestServer.password])
        .status == 303)
    #expect(try await idle(ana).contains("the personal fields of 1 record,"))
  }

  @Test func aButtonThatIsPressedTwiceErasesOnce() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    // What was typed has spaces around it.
    let page = try await look(["exception": " w2 ", "source": "tests "], ana)
    let before = try server.workspace.treeState().size
    let form = ["confirm": "w2 ", "seen": try seen(page), "password": TestServer.password]
    for _ in 1...2 { #expect(try await ana.post("/upkeep/erase", form).location == "/upkeep/erase") }
    #expect(try await idle(ana).contains("<strong>Erased</strong>"))
    #expect(try await ana.post("/upkeep/erase", form).location == "/upkeep/erase")
    #expect(try await idle(ana).contains("<strong>Erased</strong>"))
    #expect(try server.workspace.treeState().size == before + 1)
  }

  /// The password takes a moment to be looked at: a second press meanwhile is the same erasure, and says so.
  @Test func pressedTwiceAtOnceItErasesOnce() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let page = try await look(["exception": "w2", "source": "tests"], ana)
    let before = try server.workspace.treeState().size
    let form = ["confirm": "w2", "seen": try seen(page), "password": TestServer.password]
    async let first = ana.post("/upkeep/erase", form)
    async let second = ana.post("/upkeep/erase", form)
    let answers = try await [first, second]
    #expect(answers.map(\.location) == ["/upkeep/erase", "/upkeep/erase"], "\(answers.map(\.text))")
    #expect(try await idle(ana).contains("<strong>Erased</strong>"))
    #expect(try server.workspace.treeState().size == before + 1)
  }

  /// A look goes on by itself; another one is not dropped without a word, and one that was forgotten does not come back.
  @Test func whatIsSentWhileSomethingIsLookedForIsSaidToWait() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    // Opening it waits until somebody writes into it.
    let folder = "\(server.folder)/ws/uploads/0a"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try #require(mkfifo("\(folder)/export.csv", 0o600) == 0)
    #expect(try await ana.post("/upkeep/erase/look", ["values": "Rita", "reason": "Asked."]).status == 303)
    #expect(try await ana.get("/upkeep/erase").text.contains("Forget this"))
    let second = try await ana.post("/upkeep/erase/look", ["values": "Bo Ek", "reason": "Asked."])
    #expect(
      second.status == 409 && second.text.contains("is still being done") && second.text.contains(">Bo Ek</textarea>"))
    #expect(try await ana.post("/upkeep/erase/forget").status == 303)
    #expect(try await !ana.get("/upkeep/erase").text.contains("Looking"))
    let end = open("\(folder)/export.csv", O_WRONLY)
    close(end)
    try FileManager.default.removeItem(atPath: folder)
    #expect(try await look(["values": "Rita"], ana).contains("6 records of 6 exceptions"))
  }

  @Test func whatOnlyUploadsHoldIsThrownAwayWithoutAnEvent() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let export = "id,at,code,amount,requester\nn1,2026-05-17T10:00:00Z,LATE,1.00,Bo Ek\n"
    _ = try await ana.get("/import")
    let held = try #require(try await ana.upload("/import", name: "more.csv", Array(export.utf8)).location)
    let before = try server.workspace.treeState().size
    let page = try await look(["values": "Bo  Ek"], ana)
    #expect(page.contains("Uploads alone hold it.") && !page.contains("The record says for ever"))
    #expect(
      try await ana.post("/upkeep/erase", ["confirm": "erase", "seen": seen(page), "password": TestServer.password])
        .status == 303)
    let done = try await idle(ana)
    #expect(done.contains("<strong>Thrown away</strong>: 1 upload") && !done.contains("Not done"))
    #expect(try await ana.get(held).status == 404)
    #expect(try server.workspace.treeState().size == before)
  }

  @Test func whoHasAnAccountAloneIsErasedInTheBrowser() async throws {
    let server = try await TestServer()
    _ = try await server.browserWithPassword(of: "ben")
    let ana = try await server.browserWithPassword(of: "ana")
    #expect(try server.workspace.people().first { $0.id.text == "ben" }?.name == nil)
    let page = try await look(["person": "ben"], ana)
    #expect(page.contains("how ben signs in"))
    #expect(
      try await ana.post("/upkeep/erase", ["confirm": "ben", "seen": seen(page), "password": TestServer.password])
        .status == 303)
    #expect(try await idle(ana).contains("the details of ben"))
  }

  @Test func whatCannotBeTakenIsNotLost() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let long = String(repeating: "x", count: 100_000)
    let refused = try await ana.post("/upkeep/erase/look", ["values": long, "reason": "Asked."])
    #expect(refused.status == 422 && refused.text.contains("is too long to look for: it has 100000 characters"))
    #expect(refused.text.contains(">\(long)</textarea>"))
    let many = (1...101).map { "Customer \($0)" }.joined(separator: "\n")
    let second = try await ana.post("/upkeep/erase/look", ["values": many, "reason": "Asked."])
    #expect(second.status == 422 && second.text.contains("These are 101 values"))
    let third = try await ana.post("/upkeep/erase/look", ["values": "Rita\0 Quixote", "reason": "Request 17."])
    #expect(third.status == 400 && third.text.contains("U+0000"))
    #expect(third.text.contains(" Quixote</textarea>") && third.text.contains("Request 17.</textarea>"))
  }

  /// It is recorded, so nothing says that it was not done.
  @Test(.enabled(if: geteuid() == 0, "a file that nobody may remove takes root"))
  func whatCouldNotBeRemovedIsSaid() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let copy = try server.workspace.keepBackup(by: TestServer.caller("ana", server.now)) { _ in }
    let page = try await look(["values": "Rita"], ana)
    try run("chattr", "+i", copy.path)
    defer { if FileManager.default.fileExists(atPath: copy.path) { try? run("chattr", "-i", copy.path) } }
    #expect(
      try await ana.post("/upkeep/erase", ["confirm": "erase", "seen": seen(page), "password": TestServer.password])
        .status == 303)
    let done = try await idle(ana)
    #expect(done.contains("<strong>Erased</strong>") && done.contains("Not every byte of it is gone."))
    #expect(done.contains(copy.name) && !done.contains("Not done") && !done.contains("Broken off"))
    #expect(try await ana.get("/upkeep/backup").status == 404)
    let upkeep = try await ana.get("/upkeep").text
    #expect(upkeep.contains("An erasure is not finished.") && !upkeep.contains("Download the backup"))
    try run("chattr", "-i", copy.path)
    server.workspace.clearBackups(at: server.now)
    #expect(try await !ana.get("/upkeep").text.contains("An erasure is not finished."))
  }

  private func run(_ program: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = program
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
