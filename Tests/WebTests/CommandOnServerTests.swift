// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// The command line against a server: the built program, with curl, as the person whose token it has.
struct CommandOnServerTests {
  private let server: TestServer

  init() async throws { server = try await TestServer() }

  private func token(_ name: String, _ scope: TokenScope = .write) throws -> String {
    try Accounts(of: server.workspace).makeToken(
      of: TestServer.person(name), name: "t", scope: scope, days: 9, at: server.now)
  }

  private func run(
    _ arguments: String..., token: String, at address: String? = nil
  ) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run(
      arguments, token: token, at: address ?? "http://127.0.0.1:\(server.port)", files: server.folder)
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = "\(server.folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static let text = "---\ntitle: Late\nowner: ana\ncodes: [LATE]\n---\n\nSay \"sorry\" \\ and ask why.\n"

  @Test func theLoopIsWalkedByTwoPeopleFromElsewhere() async throws {
    let (ana, ben) = (try token("ana"), try token("ben"))
    let items = try await run("items", "--format", "json", token: ana).json
    guard case .array(let all) = items, let late = all.first(where: { $0["key"]?["value"] == "LATE" }),
      case .string(let item)? = late["id"]
    else { throw Missing() }
    #expect(
      try await run("acknowledge", item, token: ana).output
        == "\(item) is acknowledged. Next: sopwright propose \(item) --sop PATH --text FILE --summary …\n")
    #expect(try await run("comment", item, "--text", "a \"b\" \\ ü\nc", token: ana).status == 0)
    let shown = try await run("show", item, token: ben)
    #expect(shown.output.contains("The exception code happened 3 times within 30 days"))
    #expect(shown.output.contains("a \"b\" \\ ü c"))
    let proposed = try await run(
      "propose", item, "--sop", "late.md", "--text", file("late.md", CommandOnServerTests.text), "--summary", "Ask",
      "--format", "json", token: ana
    ).json
    #expect(proposed["closes"] == .array([.string(item)]))
    let own = try await run("approve", item, token: ana)
    #expect(own.status == 1)
    #expect(own.errors == "sopwright: ana proposed CHG-1 and so cannot approve it. A second person has to.\n")
    let closed = try await run("approve", item, "--revision", "1", "--close", token: ben)
    #expect(closed.output.hasPrefix("\(item) is closed by late.md v1, commit "))
    #expect(
      try await run("sop", "show", "late.md", token: ben).output
        == CommandOnServerTests.text.replacing("[LATE]\n", with: "[LATE]\nversion: 1\neffective: 2026-06-01\n"))
    let trace = try await run("trace", item, "--format", "json", token: ben).json
    // What the same command prints where the workspace is.
    #expect(
      try trace == server.workspace.trace(item, listingAll: false, by: TestServer.caller("ben", server.now)).json)
    let verified = try await run("verify", "--format", "json", token: ben)
    #expect(try verified.json["ok"] == true)
    #expect(try await run("prove", item, token: ben).output.hasPrefix("c2sp.org/tlog-proof@v1\n"))
    // Who acted is whose token it was, and nothing is only asserted.
    let history = try server.workspace.item(try #require(ItemID(item)), by: TestServer.caller("ana", server.now))
      .history
    #expect(history.map(\.actor.text) == ["sopwright", "ana", "ana", "ana", "ben", "ben", "ben", "ben"])
  }

  @Test func aRejectionAndMoreTimeToo() async throws {
    let (ana, ben) = (try token("ana"), try token("ben"))
    let until = "2026-09-30 10:00"
    #expect(try await run("extend", "REM-1", "--until", until, "--reason", "Later", token: ana).status == 0)
    #expect(
      try await run("approve", "REM-1", "--extension", token: ben).output
        == "REM-1 is open, due 2026-09-30 10:00 UTC.\n")
    #expect(
      try await run("propose", "REM-1", "--reject", "--rationale", "Rare", "--expires", "2026-12-01", token: ana).status
        == 0)
    let returned = try await run("return", "REM-1", "--note", "Why?", token: ben)
    #expect(returned.output == "REM-1 is acknowledged, due 2026-09-30 10:00 UTC.\n")
    #expect(
      try await run("propose", "REM-1", "--reject", "--rationale", "Rarer", "--expires", "2026-12-01", token: ana)
        .status
        == 0)
    #expect(
      try await run("approve", "REM-1", "--close", token: ben).output == "REM-1 is closed: rejected until 2026-12-01.\n"
    )
  }

  @Test func anExportIsImportedFromElsewhere() async throws {
    let ana = try token("ana", .record)
    let map = try file("more.yaml", "source: more\nid: id\noccurred_at: at\ncode: code\n")
    let export = try file(
      "more \"x\"; y.csv",
      "id,at,code\nm1,2026-05-20T10:00:00Z,LATE\nm2,2026-05-21T10:00:00Z,LATE\nm3,nonsense,LATE\n")
    let trial = try await run("import", export, "--map", map, "--dry-run", token: ana)
    #expect(trial.output.contains("A dry run: nothing is recorded. The import would receive 3 rows: 2 new"))
    let before = try server.workspace.treeState().size
    let done = try await run("import", export, "--map", map, "--format", "json", token: ana)
    #expect(try done.json["new"] == 2)
    #expect(try done.json["quarantined"] == 1)
    #expect(try server.workspace.treeState().size > before)
    #expect(try await run("import", export, "--map", map, token: ana).output.contains("2 duplicate"))
    let unknown = try await run("import", export, "--map", "nowhere", token: ana)
    #expect(unknown.errors == "sopwright: There is no map \"nowhere\" in taxonomy/maps. Choose another.\n")
    #expect(try await run("quarantine", token: ana).output.contains("nonsense"))
    let aside = try await run(
      "quarantine", "set-aside", "--source", "more", "--reason", "A try.", token: try token("ana"))
    #expect(aside.errors + aside.output == "Set aside as no exceptions: 1 row.\n")
    #expect(try await run("quarantine", token: ana).output == "Nothing is held back.\n")
    let asideList = try await run("quarantine", "list", "--set-aside", token: ana).output
    #expect(asideList.contains("by ana: A try.") && asideList.contains("nonsense"))
    let back = try await run("quarantine", "take-back", "--source", "more", token: try token("ana"))
    #expect(back.errors + back.output == "Held back again: 1 row.\n")
    let listed = try await run("exceptions", "--code", "LATE", "--since", "2026-05-20", "--format", "json", token: ana)
    guard case .array(let exceptions) = try listed.json else { throw Missing() }
    #expect(exceptions.map { $0["ref"] } == ["m1", "m2"])
    #expect(try await run("record", "--code", "LATE", "--ref", "T-1", token: ana).output == "T-1\n")
    let refused = try await run("acknowledge", "REM-1", token: ana)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("token"))
  }

  @Test func whatCannotBeDoneFromElsewhereSaysSo() async throws {
    let ana = try token("ana")
    let address = "http://127.0.0.1:\(server.port)"
    #expect(
      try await run("tick", token: ana).errors
        == "sopwright: That works on the workspace's own machine alone, and \(address) is a server. Give the command there, with -C "
        + "and its folder, or look whether a page does it.\n")
    #expect(try await run("items", "--as", "ben", token: ana).errors.contains("Leave --as ben out."))
    #expect(try await run("items", token: "sopwright_0").errors.contains("does not take the token"))
    #expect(try await run("items", token: "a\nb").errors.contains("is no token"))
    #expect(
      try await run("items", token: ana, at: "http://example.org").errors.contains(
        "over http:// your token could be read"))
    #expect(try await run("items", token: ana, at: "https://u:p@example.org").errors.contains("is not the address"))
    #expect(try await run("items", token: ana, at: "http://127.0.0.1:1").errors.contains("gave no answer"))
    #expect(try await run("show", "REM-99", token: ana).status == 1)
    #expect(try await run("exceptions", "--code", "NOPE", token: ana).errors.contains("NOPE"))
  }

  @Test func theRecordIsReviewedFromElsewhere() async throws {
    let (ana, cem) = (try token("ana"), try token("cem"))
    let shown = try await run("audit", token: cem)
    let size = try server.workspace.treeState().size
    #expect(
      shown.output.hasPrefix("Nobody has reviewed the record yet. It has \(size) events; the first review is"))
    #expect(shown.output.hasSuffix("sopwright audit review --up-to \(size) --note …\n"))
    let done = try await run("audit", "review", "--up-to", "\(size)", "--note", "All seen", token: cem)
    #expect(done.output.hasPrefix("Recorded: events 0 to \(size - 1), in order, by cem at "))
    #expect(done.output.hasSuffix(" UTC: All seen\n"))
    let again = try await run("audit", "review", "--up-to", "\(size)", "--objections", token: ana)
    #expect(again.status == 1)
    #expect(
      again.errors
        == "sopwright: The record was reviewed up to its event \(size) already. Name a later size, of what you looked at.\n"
    )
  }

  @Test func aVerificationThatBreaksOffIsNoGoodOne() async throws {
    let ana = try token("ana")
    #expect(try await run("verify", token: ana).status == 0)
    try "[[[".write(toFile: "\(server.folder)/ws/sopwright.yaml", atomically: true, encoding: .utf8)
    let broken = try await run("verify", token: ana)
    #expect(broken.status == 1)
    #expect(broken.errors.hasPrefix("sopwright: The verification broke off. "))
    #expect(broken.output.isEmpty)
  }

  @Test func aTextArrivesByteByByte() async throws {
    let ana = try token("ana")
    let head = "---\r\ntitle: Long @home\r\nowner: ana\r\ncodes: [LATE]\r\n---\r\n\r\n"
    let text = head + String(repeating: "@ \"quoted\" \\ and ünder a line of some length\r\n", count: 6_000)
    let path = try file("long.md", text)
    let done = try await run("sop", "propose", "long.md", "--text", path, "--summary", "Long", token: ana)
    #expect(done.status == 0, "\(done)")
    let change = try #require(try server.workspace.ledger.read { try $0.changes(at: SOPPath("long.md")).first })
    let kept = try #require(try server.workspace.ledger.read { try $0.document(change.draft.content) })
    let dated = text.replacing("[LATE]\r\n", with: "[LATE]\r\nversion: 1\r\neffective: 2026-06-01\r\n")
    #expect(kept == Array(dated.utf8))
    try Data([0x2D, 0x2D, 0x2D, 0xFF]).write(to: URL(fileURLWithPath: path))
    let refused = try await run("sop", "propose", "long.md", "--text", path, "--summary", "x", token: ana)
    #expect(refused.errors.contains("It is not UTF-8 text."))
  }

  @Test(arguments: ["../items/REM-1", "..", ".", "", "/late.md", "late.md/", "x/../late.md", "a//b.md", "nowhere.md"])
  func whatIsNoSOPIsNoSOP(name: String) async throws {
    let ana = try token("ana")
    let size = try server.workspace.treeState().size
    for arguments in [["show"], ["history"], ["read"], ["review", "--note", "x"]] {
      let result = try await BuiltProgram.run(
        ["sop"] + arguments + ["--", name], token: ana, at: "http://127.0.0.1:\(server.port)", files: server.folder,
        addressFirst: true)
      #expect(result.status == 1, "\(arguments) \(result)")
      #expect(result.output.isEmpty)
    }
    #expect(try server.workspace.treeState().size == size)
  }

  @Test func whatIsEmptyIsNotWhatIsNotGiven() async throws {
    let ana = try token("ana")
    let size = try server.workspace.treeState().size
    for arguments in [
      ["record", "--code", "LATE", "--ref", ""], ["record", "--code", "LATE", "--at", " "],
      ["record", "--code", "LATE", "--root-cause", "A B"], ["items", "--owner", ""], ["exceptions", "--code", ""],
      ["exceptions", "--item", "REM-1", "--code", "LATE"], ["trace", ""], ["sop", "search", ""],
      ["import", "\(server.folder)/first.csv", "--map", ""],
      ["import", "\(server.folder)/first.csv", "--map", "/dev/null"],
      ["import", "\(server.folder)/first.csv", "--map", "\(server.folder)"],
    ] {
      let result = try await BuiltProgram.run(
        arguments, token: ana, at: "http://127.0.0.1:\(server.port)", files: server.folder)
      #expect(result.status != 0 && result.output.isEmpty && !result.errors.isEmpty, "\(arguments) \(result)")
    }
    #expect(try server.workspace.treeState().size == size)
  }

  @Test func severalJoinAtOnceOrNotAtAll() async throws {
    let ana = try token("ana")
    let text = CommandOnServerTests.text.replacing("[LATE]", with: "[LATE, -B-WRONG-B-]")
    let proposed = try await run(
      "propose", "REM-1", "--sop", "late.md", "--text", file("late.md", text), "--summary", "Ask", token: ana)
    #expect(proposed.status == 0, "\(proposed)")
    let refused = try await run("propose", "REM-2", "REM-99", "--join", "CHG-1", token: ana)
    #expect(refused.status == 1)
    let caller = TestServer.caller("ana", server.now)
    let id = try #require(ChangeID("CHG-1"))
    #expect(try server.workspace.change(id, by: caller).change.draft.closes.count == 1)
    #expect(try await run("propose", "REM-1", "REM-2", "--join", "CHG-1", token: ana).status == 0)
    #expect(try server.workspace.change(id, by: caller).change.draft.closes.count == 2)
  }

  @Test func whatCameOrWentPastTheToolIsListed() async throws {
    let ana = try token("ana")
    try server.push("Whoever wants it gets it.")
    let list = try await run("sop", "list", "--unapproved", token: ana)
    #expect(list.output.contains("procedure-for-a-new-code.md") && list.output.contains("unapproved"))
    #expect(
      try await run("sop", "history", "handbook/procedure-for-a-new-code.md", token: ana).output.contains("unapproved"))
    try server.push(nil)
    #expect(try await run("sop", "list", "--unapproved", token: ana).output.contains("deleted"))
    let shown = try await run("sop", "show", "handbook/procedure-for-a-new-code.md", token: ana)
    #expect(shown.errors.contains("was deleted in commit "))
    #expect(try await run("sop", "list", "--left-alone", "--format", "json", token: ana).json == .array([]))
  }

  @Test func aFailedImportLeavesNothingBehind() async throws {
    let ana = try token("ana")
    for _ in 1...3 {
      let failed = try await run("import", "\(server.folder)/first.csv", "--map", "nowhere", token: ana)
      #expect(failed.status == 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/ws/uploads").isEmpty)
  }

  @Test func aRefusalGoesOnWithTheCommandThatHelps() async throws {
    #expect(try await run("show", "REM-99", token: token("ana")).errors.hasSuffix(": sopwright items\n"))
  }

  /// But for items and the audit, where urgency goes by the clock, which a test sets for the server alone.
  @Test func aServersAnswerIsPrintedAsTheWorkspacesOwn() async throws {
    let ana = try token("ana")
    let rows = "t1,2026-05-20T10:00:00Z,LATE,7.25,zoe\nt2,nonsense,LATE,1,zoe\n"
    let more = try file("more.csv", "id,at,code,amount,requester\n" + rows)
    #expect(try await run("import", more, "--map", "\(server.folder)/map.yaml", token: ana).status == 0)
    try server.push("Whoever wants it gets it.")
    let sop = "handbook/procedure-for-a-new-code.md"
    // What is due is done first, so that both see the same.
    let here = "\(server.folder)/ws"
    _ = try await BuiltProgram.run(["tick", "--as", "ana"], token: ana, at: here, files: server.folder)
    for command in [
      ["exceptions"], ["exceptions", "--code", "LATE"], ["exceptions", "--item", "REM-1"],
      ["exceptions", "--limit", "2"], ["exceptions", "--since", "2026-05-15", "--code", "LATE"], ["quarantine"],
      ["sop", "list"], ["sop", "list", "--unapproved"], ["sop", "history", sop], ["sop", "show", sop],
      ["show", "sop:\(sop)"], ["sop", "search", "wants"], ["sop", "search", "nowhere"], ["people", "list"],
      ["trace", "code:LATE"],
      ["trace", "REM-1"], ["trace", sop],
    ] {
      // The JSON of a trace has the items.
      for format in command[0] == "trace" ? ["text"] : ["text", "json"] {
        let arguments = command + ["--format", format]
        let local = try await BuiltProgram.run(
          arguments + ["--as", "ana"], token: ana, at: here, files: server.folder)
        let served = try await BuiltProgram.run(
          arguments, token: ana, at: "http://127.0.0.1:\(server.port)", files: server.folder)
        #expect(local.status == 0 && served.status == 0, "\(arguments) \(local) \(served)")
        if format == "text" {
          #expect(served.output == local.output, "\(arguments)")
        } else {
          #expect(try served.json == local.json, "\(arguments)")
        }
      }
    }
  }

  private struct Missing: Error {}
}
