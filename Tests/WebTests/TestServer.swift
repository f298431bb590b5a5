// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Synchronization
import Tracker

@testable import Web

/// A real server with a real workspace in a temporary folder: exceptions of two codes that recur, Ana and Ben, who may do everything,
/// and Cem, who audits.
final class TestServer: Sendable {
  let folder: String
  let workspace: Workspace
  let port: Int
  /// Where the server writes traces as tables.
  let traces: SideDesk
  private let serving: Task<Void, any Error>
  private let clock: TestClock
  private let log: TestLog

  static let password = "eleven blue lamps"

  /// - Parameters:
  ///   - rows: of the export that the workspace begins with, beside the six: id, time, code, amount, requester.
  ///   - settings: what stands in `sopwright.yaml` beside the domain.
  init(rows: [String] = [], settings: String = "") async throws {
    await TestSeats.shared.take()
    folder = NSTemporaryDirectory() + "sopwright-web-\(UUID().uuidString)"
    clock = TestClock()
    log = TestLog()
    let ana = TestServer.caller("ana", clock.now)
    try TestServer.makeWorkspace(in: folder, rows, by: ana)
    let file = "\(folder)/ws/sopwright.yaml"
    try (String(contentsOfFile: file, encoding: .utf8) + settings).write(
      toFile: file, atomically: true, encoding: .utf8)
    workspace = try Workspace.open("\(folder)/ws")
    let (clock, folder, log) = (clock, folder, log)
    let workspace = workspace
    let server = try WebServer(
      folder: "\(folder)/ws", accounts: Accounts(of: workspace), keeper: { TestServer.caller("ana", clock.now) },
      clock: { clock.now }, checkHandbook: { try workspace.verifyHandbook() },
      writePack: { progress in try workspace.writePack() }, log: { log.add($0) })
    traces = server.traces
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    serving = Task { try await server.run(host: "127.0.0.1", port: 0, untilSignal: false) { found.yield($0) } }
    var port = 0
    for await first in ports {
      port = first
      break
    }
    self.port = port
  }

  deinit {
    Task { await TestSeats.shared.give() }
    serving.cancel()
    try? FileManager.default.removeItem(atPath: folder)  // what stays is in the system's temporary folder
  }

  private static func makeWorkspace(in folder: String, _ more: [String], by ana: Caller) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let rows =
      (1...6).map { "w\($0),2026-05-\(10 + $0)T10:00:00Z,\($0 % 2 == 0 ? "LATE" : "<b>Wrong</b>"),\($0).50,rita" }
      + more
    try "id,at,code,amount,requester\n\(rows.joined(separator: "\n"))\n"
      .write(toFile: "\(folder)/first.csv", atomically: true, encoding: .utf8)
    let map = """
      source: tests
      id: id
      occurred_at: at
      code: code
      amount: {column: amount, currency: EUR}
      requester: requester

      """
    try map.write(toFile: "\(folder)/map.yaml", atomically: true, encoding: .utf8)
    let proposal = try Workspace.proposeTaxonomy(
      from: "\(folder)/first.csv", mapPath: "\(folder)/map.yaml", top: 29, rule: RecurrenceRule("3/30d"))
    let made = try Workspace.make(
      at: "\(folder)/ws", from: proposal, people: [person("ana"), person("ben")], by: ana)
    _ = try made.workspace.importExceptions(from: "\(folder)/first.csv", map: made.map, by: ana)
    _ = try made.workspace.addPerson(person("cem"), roles: [.auditor], logins: [], by: ana)
    _ = try made.workspace.adoptTaxonomy(by: caller("ben", ana.now))
  }

  static func person(_ name: String) -> PersonID {
    guard let id = PersonID(name) else { preconditionFailure("\(name) is an id") }
    return id
  }

  static func caller(_ name: String, _ now: Timestamp) -> Caller {
    Caller(person: person(name), login: name, now: now)
  }

  var now: Timestamp { clock.now }
  /// What the server said of who comes in.
  var logged: [String] { log.lines }

  func pass(seconds: Int64) { clock.pass(seconds: seconds) }

  /// Somebody with a browser who is signed in, without a password: to derive a key from one takes a second.
  func browser(of name: String) async throws -> Browser {
    let token = try Accounts(of: workspace).begin(TestServer.person(name), at: now).token
    let browser = Browser(port: port, cookie: "__Host-sopwright=\(token)")
    _ = try await browser.get("/")
    return browser
  }

  /// Somebody with a browser who has set their password by a link that Ana made.
  func browserWithPassword(of name: String) async throws -> Browser {
    let token = try workspace.invite(TestServer.person(name), by: TestServer.caller("ana", now))
    let browser = Browser(port: port)
    let welcome = "/welcome/\(token)"
    let answer = try await browser.post(
      welcome, ["password": TestServer.password, "again": TestServer.password])
    guard answer.status == 303 else { throw Refused(answer) }
    _ = try await browser.get("/")
    return browser
  }

  /// Pushes a version of the procedure for new codes past the tool, which takes it up.
  /// - Parameters:
  ///   - line: stands at its end; nil deletes the file.
  ///   - author: as git has it.
  ///   - proposal: the branch on which it is proposed; nil pushes it to the handbook itself.
  func push(
    _ line: String?, by author: String = "eve <eve@example.org>", proposal: String? = nil
  ) throws {
    let file = "handbook/procedure-for-a-new-code.md"
    try push(
      editing: line.map { "printf '%s\\n' '\($0)' >> \(file)" } ?? "git rm -q \(file)", by: author, proposal: proposal)
  }

  /// Pushes past the tool what a command of the shell changes in a clone.
  func push(
    editing change: String, by author: String = "eve <eve@example.org>", proposal: String? = nil
  ) throws {
    let push =
      proposal.map { "git push -q origin HEAD:refs/heads/\($0) && git reset -q --hard HEAD~1" } ?? "git push -q"
    let script = """
      [ -d '\(folder)/clone' ] || git clone -q '\(folder)/ws/sop.git' '\(folder)/clone'
      cd '\(folder)/clone' && git pull -q && \(change)
      git -c user.name=git -c user.email=git@example.org commit -qam 'Past the tool' --author '\(author)' && \(push)
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-euc", script]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw NotPushed() }
    _ = try workspace.catchUp(by: TestServer.caller("ana", now))
  }

  struct NotPushed: Error {}

  struct Refused: Error {
    let answer: Browser.Answer
    init(_ answer: Browser.Answer) { self.answer = answer }
  }
}

/// So many servers run at once. Each has some thirty files open, and Foundation's `Process` reads past the list of a process's files where
/// that is longer than a page or eight.
private actor TestSeats {
  static let shared = TestSeats(free: 8)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(free: Int) { self.free = free }

  func take() async {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// Lines in their order.
private final class TestLog: Sendable {
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock { $0 } }

  func add(_ line: String) { kept.withLock { $0.append(line) } }
}

/// A time that passes where a test says so: 2026-06-01T12:00:00Z at first.
private final class TestClock: Sendable {
  private let time = Mutex(Timestamp(seconds: 1_780_315_200))

  var now: Timestamp { time.withLock { $0 } }

  func pass(seconds: Int64) { time.withLock { $0 = Timestamp(seconds: $0.seconds + seconds) } }
}
