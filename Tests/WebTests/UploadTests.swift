// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// Exports through the browser: of which system they are, by which map they are read, and which map is kept.
struct UploadTests {
  private static let csv = rows(1...40)

  private static func rows(_ numbers: ClosedRange<Int>, header: String = "id,at,code,amount") -> [UInt8] {
    let rows = numbers.map { "u\($0),2026-05-\(10 + $0 % 18) 10:00:00,\($0 % 3 == 0 ? "LATE" : "Lost"),\($0).50" }
    return Array("\(header)\n\(rows.joined(separator: "\n"))\n".utf8)
  }

  private func settled(_ browser: Browser, _ address: String) async throws -> (state: String, value: JSONValue) {
    while true {
      let value = try JSONValue(parsing: Array(try await browser.json(address).text.utf8))
      guard case .string(let state)? = value["state"] else {
        throw DecodingFailure(field: "state", problem: "is missing")
      }
      if !["looking", "trying", "importing"].contains(state) { return (state, value) }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func sent(_ browser: Browser, _ name: String, _ bytes: [UInt8]) async throws -> String {
    _ = try await browser.get("/import")
    let address = try #require(try await browser.upload("/import", name: name, bytes).location)
    _ = try await settled(browser, address)
    _ = try await browser.get(address)
    return address
  }

  private static let map = "source: zendesk\nid: id\noccurred_at: at\ncode: {column: code, otherwise: OTHER}\n"

  @Test func theSourceIsAskedForAndGuessedFromTheFilesName() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let address = try await sent(ana, "zendesk-2024-03.csv", UploadTests.csv)
    let page = try await ana.get(address).text
    #expect(page.contains("id=\"source\" name=\"source\" value=\"zendesk\""))
    #expect(page.contains("Rows with the same id from the same source amend one another"))
    #expect(page.contains("the file is called &quot;zendesk-2024-03.csv&quot;"))
    let map = try #require(try await settled(ana, address).value["map"]?.text)
    // Another name in the field beside the map.
    #expect(try await ana.post("\(address)/try", ["map": map, "source": "help desk"]).status == 303)
    #expect(try await settled(ana, address).value["map"]?.text?.contains("\nsource: help-desk\n") == true)
    // One that cannot be: what was typed stays.
    let refused = try await ana.post("\(address)/try", ["map": map + "# mine\n", "source": "a/b"])
    #expect(refused.status == 422)
    #expect(refused.text.contains("cannot be a source"))
    #expect(refused.text.contains("value=\"a/b\"") && refused.text.contains("# mine"))
  }

  /// A map is a file: its lines end as whoever wrote it ended them.
  @Test func aMapKeepsTheEndsOfItsLines() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "n", scope: .record, days: 1, at: server.now)
    let address = try await sent(ana, "a.csv", UploadTests.csv)
    let windows = UploadTests.map.replacing("\n", with: "\r\n")
    let script = Browser(port: server.port)
    let json = JSONValue.fields(["map": .string(windows)])
    #expect(try await script.script("POST", "\(address)/try", token: token, json.compactText).status == 200)
    #expect(try await settled(ana, address).value["map"]?.text == windows)
    let named = json.with("source", "desk").compactText
    #expect(try await script.script("POST", "\(address)/try", token: token, named).status == 200)
    let (state, value) = try await settled(ana, address)
    #expect(state == "tried")
    let expected = windows.replacing("source: zendesk", with: "source: desk")
    #expect(value["map"]?.text == expected)
    // Browsers send CR LF, whatever the lines ended with; the text that the page showed is the same text.
    #expect(try await ana.post("\(address)/try", ["map": expected + "team: amount\r\n"]).status == 303)
    #expect(try await settled(ana, address).value["map"]?.text == expected + "team: amount\r\n")
    let other = try await sent(ana, "b.csv", UploadTests.csv)
    #expect(try await ana.post("\(other)/try", ["map": windows]).status == 303)
    #expect(try await settled(ana, other).value["map"]?.text == UploadTests.map)
  }

  @Test func whatWouldAmendIsSaidAndAnotherSystemIsDoubted() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let first = try await sent(ana, "a.csv", UploadTests.csv)
    #expect(try await ana.post("\(first)/try", ["map": UploadTests.map]).status == 303)
    #expect(try await settled(ana, first).state == "tried")
    #expect(try await ana.get(first).text.contains("Is it the same system?") == false)
    #expect(try await ana.post("\(first)/import").status == 303)
    #expect(try await settled(ana, first).state == "done")

    let other = try await sent(ana, "b.csv", UploadTests.rows(30...50, header: "number,opened,why,cost"))
    let map = "source: zendesk\nid: number\noccurred_at: opened\ncode: {column: why, otherwise: OTHER}\nteam: cost\n"
    #expect(try await ana.post("\(other)/try", ["map": map]).status == 303)
    #expect(try await settled(ana, other).state == "tried")
    let page = try await ana.get(other).text
    #expect(page.contains("11 rows would amend exceptions that are recorded already"))
    #expect(page.contains("<strong>Is it the same system?</strong>"))
    #expect(page.contains("was read by a map of other columns"))
  }

  @Test func theMapIsKeptAndFitsTheNextExport() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let first = try await sent(ana, "zendesk.csv", UploadTests.csv)
    #expect(try await ana.post("\(first)/try", ["map": UploadTests.map]).status == 303)
    #expect(try await settled(ana, first).state == "tried")
    let trial = try await ana.get(first).text
    #expect(trial.contains("name=\"keep\" value=\"yes\" checked"))
    #expect(trial.contains("name=\"map_name\" value=\"zendesk\""))
    // A name that leads elsewhere, or is another map's.
    for (name, sentence) in [("../people", "cannot be the name of a map"), ("tests", "says something else")] {
      let refused = try await ana.post("\(first)/import", ["keep": "yes", "map_name": name])
      #expect(refused.status == 422 && refused.text.contains(sentence), "\(name)")
      #expect(refused.text.contains("name=\"map_name\" value=\"\(name)\""))
    }
    #expect(try await ana.get(first).text.contains("Nothing is recorded yet."))
    #expect(try await ana.post("\(first)/import", ["keep": "yes", "map_name": "zendesk"]).status == 303)
    #expect(try await settled(ana, first).value["report"]?["map_kept"] == "zendesk")
    #expect(try await ana.get(first).text.contains("The map is kept as <strong>zendesk</strong>"))
    #expect(try server.workspace.keptMap(named: "zendesk").text == UploadTests.map)

    // The next one has all of its columns: it is taken.
    let next = try await sent(ana, "whatever.csv", UploadTests.rows(41...60))
    let page = try await ana.get(next).text
    #expect(page.contains("The map <strong>zendesk</strong> of this workspace fits"))
    #expect(page.contains("<option value=\"zendesk\" selected>"))
    #expect(page.contains("name=\"source\" value=\"zendesk\""))
    #expect(page.contains("which says <strong>whatever</strong>. Is it of the system zendesk?"))
    #expect(try await ana.post("\(next)/try").status == 303)
    #expect(try await settled(ana, next).state == "tried")
    #expect(try await ana.get(next).text.contains("It is read by the map <strong>zendesk</strong>"))
    // Another one, and none.
    #expect(try await ana.post("\(next)/look", ["kept": "../people"]).status == 404)
    #expect(try await ana.post("\(next)/look", ["kept": "tests"]).status == 303)
    #expect(try await settled(ana, next).state == "failed")
    #expect(try await ana.get(next).text.contains("requester"))
    #expect(try await ana.post("\(next)/look", ["kept": ""]).status == 303)
    #expect(try await settled(ana, next).value["map"]?.text?.contains("source: whatever") == true)
  }

  /// The server ended between the import and the keeping: what was wished is said again, and one press does the rest.
  @Test func aWishToKeepTheMapOutlivesTheServer() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let address = try await sent(ana, "zendesk.csv", UploadTests.csv)
    #expect(try await ana.post("\(address)/try", ["map": UploadTests.map]).status == 303)
    #expect(try await settled(ana, address).state == "tried")
    // The rows are recorded, and the map cannot be kept: what lies in its way is where it would be written first.
    let obstacle = "\(server.folder)/ws/taxonomy/maps/weekly.yaml.unfinished"
    try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: true)
    #expect(try await ana.post("\(address)/import", ["keep": "yes", "map_name": "weekly"]).status == 303)
    #expect(try await settled(ana, address).state == "failed")
    let caller = TestServer.caller("ana", server.now)
    let upload = try server.workspace.upload(String(address.split(separator: "/").last ?? ""), by: caller)
    #expect(upload.wish == MapWish(name: "weekly", replacing: false, map: UploadTests.map))
    try FileManager.default.removeItem(atPath: obstacle)

    // As a server finds it that has just been started.
    let left = try server.workspace.newUpload(named: "zendesk.csv", by: caller)
    for path in [left.exportPath, left.mapPath] {
      let bytes = path == left.mapPath ? Array(UploadTests.map.utf8) : UploadTests.csv
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    try left.keep(wish: MapWish(name: "weekly", replacing: true, map: UploadTests.map))
    try server.workspace.accept(left)
    let page = try await ana.get("/import/\(left.id)").text
    #expect(page.contains("Import it, or go on with its import"))
    #expect(page.contains("name=\"keep\" value=\"yes\" checked") && page.contains("name=\"map_name\" value=\"weekly\""))
    #expect(try await ana.post("/import/\(left.id)/import", ["keep": "yes", "map_name": "weekly"]).status == 303)
    #expect(try await settled(ana, "/import/\(left.id)").value["report"]?["map_kept"] == "weekly")
    #expect(try server.workspace.keptMap(named: "weekly").text == UploadTests.map)
    #expect(left.wish == nil)
    // Of another map nothing was wished.
    try upload.keep(map: UploadTests.map + "team: amount\n")
    #expect(upload.wish == nil)
  }

  private func release(_ lock: consuming WorkspaceLock) {}

  @Test func theMapStaysWhileItIsWorkedOn() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let address = try await sent(ana, "zendesk.csv", UploadTests.csv)
    #expect(try await ana.post("\(address)/try", ["map": UploadTests.map]).status == 303)
    #expect(try await settled(ana, address).state == "tried")
    // Who holds the lock lets no import go on.
    let lock = try WorkspaceLock(waitingFor: "\(server.folder)/ws/sopwright.lock")
    #expect(try await ana.post("\(address)/import", ["keep": "yes", "map_name": "weekly"]).status == 303)
    let other = ["map": UploadTests.map + "team: amount\n"]
    #expect(try await ana.post("\(address)/try", other).status == 409)
    #expect(try await ana.get(address).text.contains("Importing."))
    release(lock)
    #expect(try await settled(ana, address).value["report"]?["map_kept"] == "weekly")
    #expect(try server.workspace.keptMap(named: "weekly").text == UploadTests.map)
  }

  @Test func nothingIsOfferedWhereAllWouldBeHeldBack() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let address = try await sent(ana, "a.csv", UploadTests.csv)
    let map = UploadTests.map.replacing("occurred_at: at", with: "occurred_at: code")
    #expect(try await ana.post("\(address)/try", ["map": map]).status == 303)
    #expect(try await settled(ana, address).state == "tried")
    let page = try await ana.get(address).text
    #expect(page.contains("All rows would be held back"))
    #expect(!page.contains("<button class=\"main\">Import it</button>"))
    #expect(page.contains("<button class=\"main\">Try it again</button>"))
    #expect(!page.contains("name=\"keep\""))
  }
}

extension JSONValue {
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
