// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

@testable import Web

/// Backups that wait on the server to be downloaded: when one counts as a backup, and who removes which.
@Suite struct KeptBackupTests {
  /// What somebody has counts as a backup, not what lies on the server that it is a backup of.
  @Test func aBackupCountsOnceItWasDownloaded() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    try keep(server)
    let made = try await ana.get("/upkeep").text
    #expect(made.contains("It counts as a backup once you have downloaded it."))
    #expect(made.contains("No backup is known of."))
    let name = try #require(copies(server).first)
    #expect(try await ana.post("/upkeep/backup/discard", ["seen": name]).status == 303)
    #expect(try await ana.get("/upkeep").text.contains("The backup is no longer on the server."))
    #expect(try await ana.json("/upkeep").text.hasPrefix(#"{"backup":null,"#))

    try keep(server)
    let time = server.now
    server.pass(seconds: 60)
    let events = try server.workspace.treeState().size
    #expect(try await ana.get("/upkeep/backup").status == 200)
    #expect(try await isNoted(by: "ana", ana))
    // It is as old as it is, whenever it was taken.
    #expect(
      try await ana.json("/upkeep").text
        .hasPrefix(#"{"backup":{"at":"\#(time)","by":"ana","in_browser":true,"events":\#(events)},"#))
    #expect(try await !ana.get("/upkeep").text.contains("No backup is known of."))

    // An older one that is downloaded late does not hide a newer one.
    try keep(server, by: "ben")
    server.pass(seconds: 60)
    _ = try server.workspace.backUp(to: "\(server.folder)/backup", at: server.now, by: TestServer.person("ana"))
    #expect(try await server.browser(of: "ben").get("/upkeep/backup").status == 200)
    for _ in 1...10 {
      #expect(try await ana.json("/upkeep").text.contains(#""by":"ana","in_browser":false"#))
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test func aBackupOfAnotherIsNeverRemoved() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    try keep(server)
    let first = try #require(copies(server).first)
    // While Ben's is being written, Ana removes hers.
    var hasRemoved: Bool?
    let folder = "\(server.folder)/ws/upkeep"
    _ = try server.workspace.keepBackup(by: TestServer.caller("ben", server.now)) { step in
      guard case .hashing = step, hasRemoved == nil else { return }
      // Its file begins to be written a moment later; this one stands for it.
      let half = "\(folder)/sopwright-backup-9-0123.tar"
      #expect(FileManager.default.createFile(atPath: half, contents: Data("half".utf8)))
      hasRemoved = try? server.workspace.discardBackup(named: nil, by: TestServer.caller("ana", server.now))
      #expect(FileManager.default.fileExists(atPath: half))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(first)"))
    }
    #expect(hasRemoved == true)
    #expect(try await server.browser(of: "ben").get("/upkeep/backup").status == 200)

    // Hers is gone, and what she is told is true; her button removes nothing of his, nor one of hers that she has not seen.
    let refusal = try await ana.get("/upkeep/backup")
    #expect(refusal.status == 404 && refusal.text.contains("until somebody has another one made"))
    _ = try await ana.post("/upkeep/backup/discard", ["seen": first])
    #expect(try await ana.get("/upkeep").text.contains("That backup was not on the server any more."))
    #expect(try await server.browser(of: "ben").get("/upkeep/backup").status == 200)
    try keep(server)
    _ = try await ana.post("/upkeep/backup/discard", ["seen": first])
    #expect(copies(server).count == 1)
  }

  @Test func aDownloadThatIsCutOffIsNoBackup() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    // More than waits on the way to somebody who does not read it.
    try Data(count: 64 << 20).write(to: URL(fileURLWithPath: "\(server.folder)/ws/taxonomy/large"))
    try keep(server)
    let cookie = try #require(ana.cookie)
    let curl = Process()
    curl.executableURL = URL(fileURLWithPath: "/bin/bash")
    curl.arguments = [
      "-c", "curl -s -H 'Cookie: \(cookie)' http://127.0.0.1:\(server.port)/upkeep/backup | head -c 100000 | wc -c",
    ]
    let output = Pipe()
    curl.standardOutput = output
    try curl.run()
    curl.waitUntilExit()
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "100000\n")
    for _ in 1...20 {
      #expect(try await ana.json("/upkeep").text.hasPrefix(#"{"backup":null,"#))
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try await ana.get("/upkeep/backup").status == 200)
    #expect(try await isNoted(by: "ana", ana))
  }

  /// It is noted after the last byte, so it may be a moment later.
  private func isNoted(by person: String, _ browser: Browser) async throws -> Bool {
    for _ in 1...200 {
      if try await browser.json("/upkeep").text.contains(#""by":"\#(person)","in_browser":true,"events":"#) {
        return true
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }

  private func copies(_ server: TestServer) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/ws/upkeep")
    return (names ?? []).filter { $0.hasSuffix(".tar") }
  }

  private func keep(_ server: TestServer, by person: String = "ana") throws {
    _ = try server.workspace.keepBackup(by: TestServer.caller(person, server.now)) { _ in }
    #expect(copies(server).count == 1)
  }
}
