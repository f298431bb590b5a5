// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// What administrators do in the browser to keep a workspace alive.
struct UpkeepTests {
  @Test func whatIsNotKnownIsSaidAndWhatWasDoneIsNoted() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let before = try await ana.get("/upkeep").text
    #expect(before.contains("No backup is known of."))
    #expect(before.contains("not known: only those in the browser are noted"))
    #expect(try await ana.json("/upkeep").text.hasPrefix(#"{"backup":null,"maintenance":null,"verification":null,"#))

    // The command line notes it too.
    _ = try server.workspace.backUp(
      to: "\(server.folder)/backup", at: server.now, by: TestServer.person("ben"))
    let after = try await ana.get("/upkeep").text
    #expect(after.contains("by the command line") && !after.contains("No backup is known of."))
    #expect(try await ana.json("/upkeep").text.contains(#""by":"ben","in_browser":false"#))
    _ = try server.workspace.erase(
      ErasureSubject(exception: "w2"), reason: "Asked.", by: TestServer.caller("ana", server.now))
    #expect(try await ana.get("/upkeep").text.contains("Personal data were erased after the last backup"))
    server.pass(seconds: 60)
    _ = try server.workspace.backUp(to: "\(server.folder)/second", at: server.now, by: TestServer.person("ben"))
    #expect(try await !ana.get("/upkeep").text.contains("Personal data were erased after"))
    server.pass(seconds: 7 * 86_400 + 1)
    #expect(
      try await server.browser(of: "ana").get("/upkeep").text.contains("The last backup that is known of is older"))
  }

  @Test func itIsTidiedUpWhileOthersGoOn() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    #expect(try await ana.post("/upkeep/maintain").location == "/upkeep")
    let page = try await idle(ana)
    #expect(page.contains("Tidied up: the log went from"))
    #expect(page.contains("0 loose objects, 1 pack"))
    #expect(page.contains("Asked for by ana; ended <time"))
    #expect(try await ana.json("/upkeep").text.contains(#""by":"ana","in_browser":true"#))
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
    #expect(server.logged.contains { $0.contains("POST /upkeep/maintain") && $0.contains(#""person":"ana""#) })
  }

  /// Unpacked, it is the folder that the command makes, and a workspace again after a restore.
  @Test func aBackupIsMadeDownloadedAndRestored() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    #expect(try await ana.get("/upkeep/backup").status == 404)
    let refused = try await ana.post("/upkeep/backup", ["password": "twelve red lamps"])
    #expect(refused.status == 422 && refused.text.contains("That is not your password."))
    #expect(try await ana.get("/upkeep/backup").status == 404)
    #expect(try await ana.post("/upkeep/backup", ["password": TestServer.password]).location == "/upkeep")
    #expect(try await idle(ana).contains("Download the backup of"))
    let answer = try await ana.get("/upkeep/backup")
    #expect(answer.headers["content-type"] == "application/x-tar")
    #expect(answer.headers["cache-control"] == "no-store")
    let name = try #require(answer.headers["content-disposition"]?.firstMatch(of: /"(?<name>[^"]*)\.tar"/)?.output.name)
    let folder = try unpack(answer.data, in: server)
    #expect(folder.hasSuffix("/\(name)"))
    #expect(try mode("\(folder)/keys/checkpoint.key") == 0o600 && mode("\(folder)/keys") == 0o700)
    #expect(try mode(folder) == 0o700)
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/accounts.sqlite"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/upkeep"))

    let restored = try Workspace.restore(
      RestoreOrder(backup: folder, place: "\(server.folder)/trial"), predecessor: nil,
      by: TestServer.caller("ana", server.now), checkHandbook: { try Workspace.open($0).verifyHandbook() })
    #expect(restored.manifest.ledgerRoot == (try server.workspace.treeState().root))
    #expect(server.logged.contains { $0.contains("GET /upkeep/backup") && $0.contains(#""status":200"#) })
    #expect(server.logged.contains { $0.contains("POST /upkeep/backup") && $0.contains(#""status":422"#) })
  }

  @Test func aBackupIsForWhoeverHadItMadeAndForAnHour() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    try keep(server)
    #expect(try await ana.get("/upkeep/backup").status == 200)
    #expect(try await server.browser(of: "ben").get("/upkeep/backup").status == 404)
    #expect(try await server.browser(of: "cem").get("/upkeep/backup").status == 403)
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "t", scope: .write, days: 1, at: server.now)
    #expect(try await ana.script("GET", "/upkeep/backup", token: token).status == 403)
    #expect(try await ana.script("POST", "/upkeep/backup", token: token, #"{"password":"x"}"#).status == 403)
    server.pass(seconds: 3_601)
    #expect(try await server.browser(of: "ana").get("/upkeep/backup").status == 404)
    try keep(server)
    let again = try await server.browser(of: "ana")
    #expect(try await again.post("/upkeep/backup/discard").status == 303)
    #expect(try await again.get("/upkeep/backup").status == 404)
    #expect(copies(server).isEmpty)
  }

  /// What is in a backup is a question of the order in the ledger: both may be asked for at one time.
  @Test func whetherABackupHoldsWhatWasErasedIsReadFromTheLedger() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let warning = "Personal data were erased after the last backup"
    func erase(_ reference: String, at time: Timestamp) throws {
      _ = try server.workspace.erase(
        ErasureSubject(exception: reference), reason: "Asked.", by: TestServer.caller("ben", time))
    }
    func backUp(at time: Timestamp) throws {
      _ = try server.workspace.backUp(
        to: "\(server.folder)/\(UUID().uuidString)", at: time, by: TestServer.person("ana"))
    }
    // Asked for before the backup was, and done after it.
    let early = server.now
    server.pass(seconds: 60)
    try backUp(at: server.now)
    try erase("w2", at: early)
    #expect(try await ana.get("/upkeep").text.contains(warning))
    #expect(try await ana.json("/upkeep").text.contains(#""erased_since_backup":true"#))
    // Asked for at the same time, and done before it.
    server.pass(seconds: 60)
    try erase("w4", at: server.now)
    try backUp(at: server.now)
    #expect(try await !ana.get("/upkeep").text.contains(warning))
    #expect(try await ana.json("/upkeep").text.contains(#""erased_since_backup":false"#))

    // A note from before events were noted goes by the time.
    let note = "\(server.folder)/ws/upkeep/backup.json"
    for (time, isWarned) in [(early, true), (server.now, true), (Timestamp(seconds: server.now.seconds + 1), false)] {
      try #"{"at":"\#(time)","by":"ana","in_browser":false}"#.write(toFile: note, atomically: true, encoding: .utf8)
      #expect(try await ana.get("/upkeep").text.contains(warning) == isWarned, "\(time)")
    }
  }

  /// What came of it is said with its time, to whoever looks, and not for ever.
  @Test func whatCameOfItIsForgottenAfterAnHour() async throws {
    let server = try await TestServer()
    let upkeep = try Upkeep("\(server.folder)/ws", clock: { server.now }, writePack: { _ in throw CancellationError() })
    upkeep.maintain(by: TestServer.caller("ana", server.now))
    while upkeep.maintenance?.isBusy ?? true { try await Task.sleep(for: .milliseconds(5)) }
    guard case .failed(_, let ending)? = upkeep.maintenance else {
      Issue.record("\(String(describing: upkeep.maintenance))")
      return
    }
    #expect(ending.at == server.now && ending.by == TestServer.person("ana"))
    upkeep.clear(at: Timestamp(seconds: server.now.seconds + 3_599))
    #expect(upkeep.maintenance != nil)
    upkeep.clear(at: Timestamp(seconds: server.now.seconds + 3_600))
    #expect(upkeep.maintenance == nil)
  }

  @Test func aBackupGoesWhenDataAreErasedAlsoWhileItIsMade() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    try keep(server)
    func erase(_ reference: String) throws {
      _ = try server.workspace.erase(
        ErasureSubject(exception: reference), reason: "Asked for.", by: TestServer.caller("ben", server.now))
    }
    try erase("w2")
    #expect(try await ana.get("/upkeep/backup").status == 404)
    #expect(copies(server).isEmpty)
    var hasErased = false
    #expect(throws: BackupError.erasedMeanwhile) {
      _ = try server.workspace.keepBackup(by: TestServer.caller("ana", server.now)) { step in
        if case .hashing = step, !hasErased {
          hasErased = true
          try? erase("w4")
        }
      }
    }
    #expect(hasErased && copies(server).isEmpty)
  }

  /// A server that was killed while it made one leaves no copy of everything for longer than a minute.
  @Test func whatAKillLeavesIsClearedAway() async throws {
    let server = try await TestServer()
    _ = try server.workspace.maintain(
      noting: UpkeepNote(at: server.now, by: TestServer.person("ana"), isInBrowser: true),
      writePack: { try server.workspace.writePack() })
    let folder = "\(server.folder)/ws/upkeep"
    for name in ["making", "making.unfinished"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)/keys", withIntermediateDirectories: true)
    }
    try Data("half".utf8).write(to: URL(fileURLWithPath: "\(folder)/sopwright-backup-3-0123.tar"))
    #expect(copies(server).count == 3)
    server.workspace.clearBackups(at: server.now)
    #expect(copies(server).isEmpty)
    #expect(try await server.browser(of: "ana").json("/upkeep").text.contains(#""maintenance":{"at""#))
  }

  /// What can be downloaded, or is left of making it.
  private func copies(_ server: TestServer) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/ws/upkeep")
    return (names ?? []).filter { $0.hasSuffix(".tar") || $0.hasPrefix("making") }
  }

  private func keep(_ server: TestServer) throws {
    _ = try server.workspace.keepBackup(by: TestServer.caller("ana", server.now)) { _ in }
    #expect(copies(server).count == 1)
  }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  /// By the system's own program.
  private func unpack(_ data: Data, in server: TestServer) throws -> String {
    let place = "\(server.folder)/unpacked"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try data.write(to: URL(fileURLWithPath: "\(server.folder)/backup.tar"))
    let unpack = Process()
    unpack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpack.arguments = ["tar", "-xf", "\(server.folder)/backup.tar", "-C", place]
    try unpack.run()
    unpack.waitUntilExit()
    #expect(unpack.terminationStatus == 0)
    return "\(place)/\(try #require(FileManager.default.contentsOfDirectory(atPath: place).first))"
  }

  /// The page once nothing is being done.
  private func idle(_ browser: Browser) async throws -> String {
    for _ in 1...2_000 {
      let page = try await browser.get("/upkeep").text
      if !page.contains("http-equiv=\"refresh\"") { return page }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw CancellationError()  // it does not come to an end
  }
}
