// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// A real workspace in a temporary folder, which goes when the value does.
final class TestWorkspace: Sendable {
  let folder: String
  let workspace: Workspace

  static let ana = person("ana")
  static let ben = person("ben")

  /// The map of `writeExport`.
  static let map = """
    source: tests
    id: id
    occurred_at: at
    code: code
    root_cause: {column: tags, split: ";"}
    amount: {column: amount, currency: EUR}
    requester: requester

    """

  /// A workspace made out of rows, with the rule 3/30d unless told.
  convenience init(
    _ rows: [Row], map: String = TestWorkspace.map, rule: String = "3/30d", top: Int = 29, importing: Bool = true,
    importedAfter seconds: Int64 = 0
  ) throws {
    let files = NSTemporaryDirectory() + "sopwright-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
    try Row.csv(rows).write(toFile: "\(files)/first.csv", atomically: true, encoding: .utf8)
    try map.write(toFile: "\(files)/map.yaml", atomically: true, encoding: .utf8)
    try self.init(
      in: files, export: "\(files)/first.csv", map: "\(files)/map.yaml", rule: rule, top: top, importing: importing,
      importedAfter: seconds)
  }

  /// A workspace made out of a file, with its map.
  init(
    in folder: String, export: String, map: String, rule: String = "3/30d", top: Int = 29, importing: Bool = true,
    importedAfter seconds: Int64 = 0
  ) throws {
    self.folder = folder
    let caller = TestWorkspace.caller("ana")
    let proposal = try Workspace.proposeTaxonomy(
      from: export, mapPath: map, top: top, rule: RecurrenceRule(rule))
    let made = try Workspace.make(
      at: "\(folder)/ws", from: proposal, people: [TestWorkspace.ana, TestWorkspace.ben], by: caller)
    workspace = made.workspace
    if importing {
      _ = try workspace.importExceptions(
        from: export, map: made.map, by: TestWorkspace.caller("ana", after: seconds))
    }
  }

  /// A workspace with the starter taxonomy and handbook.
  init() throws {
    folder = NSTemporaryDirectory() + "sopwright-tests-\(UUID().uuidString)"
    workspace = try Workspace.make(
      at: "\(folder)/ws", people: [TestWorkspace.ana, TestWorkspace.ben], by: TestWorkspace.caller("ana"))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)  // what stays is in the system's temporary folder
  }

  static func person(_ name: String) -> PersonID {
    guard let id = PersonID(name) else { preconditionFailure("\(name) is an id") }
    return id
  }

  /// Two, in seconds: after them, what the tests make up of 2026 and 2027 has happened.
  static let years: Int64 = 2 * 365 * 86_400

  /// 2026-06-01T12:00:00Z and some seconds more.
  static func caller(_ name: String, login: String? = nil, after seconds: Int64 = 0) -> Caller {
    Caller(person: person(name), login: login ?? name, now: Timestamp(seconds: 1_780_315_200 + seconds))
  }

  var map: ExportMap {
    get throws { try ExportMap(at: "\(folder)/ws/taxonomy/maps/tests.yaml") }
  }

  @discardableResult
  func importRows(_ rows: [Row], after seconds: Int64 = 0) throws -> ImportReport {
    try importText(Row.csv(rows), after: seconds)
  }

  @discardableResult
  func importText(_ text: String, after seconds: Int64 = 0) throws -> ImportReport {
    let path = "\(folder)/\(UUID().uuidString).csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try workspace.importExceptions(from: path, map: map, by: TestWorkspace.caller("ana", after: seconds))
  }

  func item(of key: RecurrenceKey, closed: Bool = false) throws -> ItemView? {
    try workspace.items(ItemQuery(), by: TestWorkspace.caller("ana"))
      .last { $0.item.key == key && $0.item.isClosed == closed }
  }

  /// Closes an item by a first version of an SOP of its own; returns the change.
  @discardableResult
  func close(_ id: ItemID, body: String = "Do it better.", after seconds: Int64 = 0) throws -> SOPChange {
    let change = try propose(id, body: body, after: seconds)
    try workspace.approveChange(change.id, revision: nil, by: TestWorkspace.caller("ben", after: seconds))
    return try workspace.closeChange(change.id, by: TestWorkspace.caller("ben", after: seconds))
  }

  /// REM-1 is closed by CHG-1, which ana proposed and ben approved and closed; REM-2, of the tag, is open.
  static func withOneClosed() throws -> TestWorkspace {
    let rows = (1...4).map { Row("d\($0)", day: $0, "Damaged", tags: ["late"], amount: "2.50", requester: "Eve") }
    let test = try TestWorkspace(rows)
    try test.close(ItemID(1))
    return test
  }

  /// Rejects an item, with the signature of a second person.
  func reject(_ id: ItemID, until expiry: String, tripwire: String? = nil) throws {
    guard let day = CalendarDate(expiry) else { preconditionFailure("\(expiry) is a day") }
    try workspace.proposeRejection(
      of: id, rationale: "It is cheap.", expiresOn: day, tripwire: tripwire.map { try RecurrenceRule($0) },
      by: TestWorkspace.caller("ana"))
    try workspace.approveRejection(of: id, revision: nil, by: TestWorkspace.caller("ben"))
    try workspace.closeRejected(id, by: TestWorkspace.caller("ben"))
  }

  func propose(_ id: ItemID, body: String = "Do it better.", after seconds: Int64 = 0) throws -> SOPChange {
    let item = try workspace.item(id, by: TestWorkspace.caller("ana")).view.item
    let field = item.key.kind == .code ? "codes" : "root_causes"
    let text = "---\ntitle: About \(item.key.value)\n\(field): [\(item.key.value)]\n---\n\n\(body)\n"
    return try workspace.proposeChange(
      closing: [id], path: SOPPath("sops/\(item.key.value.lowercased()).md"), text: Array(text.utf8),
      summary: "Do it better", by: TestWorkspace.caller("ana", after: seconds))
  }

  /// Findings of both parts of a verification.
  func findings() throws -> [Finding] {
    try workspace.verifyRecord().findings + workspace.verifyHandbook()
  }

  /// References of an item's exceptions.
  func members(of id: ItemID) throws -> Set<String> {
    var query = ExceptionQuery()
    query.item = id
    var members: Set<String> = []
    try workspace.forEachException(query) { members.insert($0.record.reference) }
    return members
  }
}

extension Workspace {
  /// Rows that are held back, as Ana sees them.
  func held() throws -> [HeldBackRow] { try quarantine(by: TestWorkspace.caller("ana")) }
}

/// A row of the tests' export.
struct Row {
  var id: String
  var at: Timestamp
  var code: String
  var tags: [String] = []
  var amount = ""
  var requester = ""

  /// An exception of a day of 2026, counted from 1 on.
  init(_ id: String, day: Int, _ code: String, tags: [String] = [], amount: String = "", requester: String = "") {
    self.id = id
    at = Timestamp(seconds: 1_767_225_600 + Int64(day - 1) * 86_400)
    self.code = code
    self.tags = tags
    self.amount = amount
    self.requester = requester
  }

  static let header = "id,at,code,tags,amount,requester\n"

  static func csv(_ rows: [Row]) -> String {
    header
      + rows.map { "\($0.id),\($0.at),\($0.code),\($0.tags.joined(separator: ";")),\($0.amount),\($0.requester)\n" }
      .joined()
  }
}
