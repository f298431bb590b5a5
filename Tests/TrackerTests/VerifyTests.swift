// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Whatever is changed outside of the tool is found, and named. The changes are made with `sqlite3` and `git`.
@Suite struct VerifyTests {
  private func closedWorkspace() throws -> TestWorkspace {
    let rows = (1...4).map { Row("d\($0)", day: $0, "Damaged", tags: ["late"], amount: "2.50", requester: "Eve") }
    let test = try TestWorkspace(rows)
    let id = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.close(id)
    return test
  }

  @Test func anUntouchedWorkspaceHasNoFindings() throws {
    let test = try closedWorkspace()
    let result = try test.workspace.verifyRecord()
    #expect(result.findings.isEmpty)
    #expect(result.exceptions == 4)
    #expect(result.items == 2)
    #expect(result.commits == 1)
    #expect(result.events == result.treeSize)
  }

  @Test(arguments: [
    (
      "UPDATE events SET leaf = CAST(replace(leaf, 'item_opened', 'item_closed') AS BLOB) WHERE kind = 'item_opened'",
      "leaf_hash", "event"
    ),
    ("UPDATE events SET leaf = CAST(leaf || ' ' AS BLOB) WHERE position = 2", "leaf_hash", "event 2"),
    ("DELETE FROM events WHERE position = 5", "events_missing", "event 6"),
    ("DELETE FROM events WHERE position = (SELECT max(position) FROM events)", "tree_head", "tree head"),
    ("UPDATE exceptions SET code = 'OTHER' WHERE ref = 'd2'", "record_leaf", "exception tests d2"),
    ("UPDATE exceptions SET amount = 9 WHERE ref = 'd3'", "record_leaf", "exception tests d3"),
    ("UPDATE exceptions SET leaf = randomblob(32) WHERE ref = 'd3'", "batch_digest", "batch"),
    ("DELETE FROM exceptions WHERE ref = 'd4'", "records_missing", "batch"),
    (
      "UPDATE personal SET fields = CAST(replace(fields, 'Eve', 'Eva') AS BLOB) WHERE exception = 1", "personal_digest",
      "d1"
    ),
    ("DELETE FROM tags WHERE exception = 1", "tags", "tags"),
    ("UPDATE tags SET run = run + 1 WHERE exception = 1", "tags", "exception d1"),
    ("UPDATE items SET owner = 'ben' WHERE number = 1", "item_state", "REM-1"),
    ("UPDATE changes SET revision = 2", "change_state", "CHG-1"),
    ("UPDATE segments SET occurrences = 3 WHERE item = 1", "recurrence", ":"),
    ("UPDATE segments SET start = start + 1 WHERE item = 2", "recurrence", ":"),
    ("DELETE FROM history WHERE subject = 'REM-1'", "history", "REM-1"),
    ("UPDATE texts SET text = text || '!'", "text_digest", nil),
    ("UPDATE documents SET bytes = CAST(bytes || ' ' AS BLOB)", "document_digest", nil),
    ("UPDATE taxonomies SET adopted_at = adopted_at + 1", "taxonomies", "taxonomy"),
    ("UPDATE sop_versions SET blob = randomblob(20) WHERE path = 'sops/damaged.md'", "sop_versions", "sops/damaged.md"),
    ("UPDATE sop_commits SET author = 'eve <eve@example.org>' WHERE change = 1", "sop_versions", "sops/damaged.md"),
    (
      "UPDATE sop_contents SET front_matter = replace(front_matter, '\"version\":1', '\"version\":7')", "sop_contents",
      "file"
    ),
    ("UPDATE sop_keys SET value = 'OTHER' WHERE value = 'DAMAGED'", "sop_contents", "file"),
    (
      "INSERT INTO sop_lines SELECT 'sops/damaged.md', commit_id, '[99,0]' FROM sop_commits WHERE change = 1",
      "sop_lines",
      "sops/damaged.md"
    ),
    ("DELETE FROM batches", "batch_missing", "batch"),
  ])
  func aChangeInTheDatabaseIsFoundAndNamed(sql: String, check: String, subject: String?) throws {
    let test = try closedWorkspace()
    let database = "\(test.folder)/ws/sopwright.sqlite"
    let triggers = [
      "events_never_change", "events_are_never_deleted", "exceptions_never_change", "exceptions_are_never_deleted",
    ].map { "DROP TRIGGER \($0);" }.joined()
    try shell("/usr/bin/sqlite3", [database, triggers + sql])
    let workspace = try Workspace.open("\(test.folder)/ws")
    let findings = try workspace.verifyRecord().findings + workspace.verifyHandbook()
    #expect(findings.contains { $0.check == check && (subject.map($0.subject.contains) ?? true) }, "\(findings)")
  }

  @Test func theLedgerAndTheEvidenceRefuseChangesByThemselves() throws {
    let test = try closedWorkspace()
    for sql in [
      "DELETE FROM events", "UPDATE events SET kind = 'x'", "DELETE FROM exceptions",
      "UPDATE exceptions SET code = 'x'",
    ] {
      #expect(throws: ShellFailure.self) { try shell("/usr/bin/sqlite3", ["\(test.folder)/ws/sopwright.sqlite", sql]) }
    }
    #expect(try test.findings().isEmpty)
  }

  @Test func aCommentOnAClosedItemLeavesTheNextItemOfItsKeyAlone() throws {
    let test = try closedWorkspace()
    let key = RecurrenceKey(.code, "DAMAGED")
    let first = try #require(try test.item(of: key, closed: true)).item.id
    try test.importRows((1...3).map { Row("e\($0)", day: 200 + $0, "Damaged") }, after: 86_400 * 100)
    let next = try #require(try test.item(of: key)).item.id
    try test.workspace.comment(on: first, "See the next one", by: TestWorkspace.caller("ben", after: 86_400 * 101))
    #expect(try test.item(of: key)?.item.id == next)
    #expect(try test.members(of: next) == ["e1", "e2", "e3"])
    #expect(try test.findings().isEmpty)
  }

  @Test func aRewrittenBranchIsFound() throws {
    let test = try closedWorkspace()
    try shell(
      "/usr/bin/git", ["-C", "\(test.folder)/ws/sop.git", "update-ref", "refs/heads/main", "refs/heads/main~1"])
    let findings = try test.workspace.verifyHandbook()
    #expect(findings.map(\.check).contains("commit_unreachable"))
    #expect(findings.map(\.check).contains("anchor_lost"))
  }

  @Test func aMissingObjectIsFound() throws {
    let test = try closedWorkspace()
    let change = try test.workspace.change(ChangeID(1), by: TestWorkspace.caller("ana")).change
    guard case .committed(let outcome) = change.state else { return }
    let blob = outcome.blob
    let path = "\(test.folder)/ws/sop.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
    try FileManager.default.removeItem(atPath: path)
    let findings = try Workspace.open("\(test.folder)/ws").verifyHandbook()
    #expect(findings.contains { $0.subject.contains(outcome.sop.commit.text) }, "\(findings)")
  }

  @Test func whatASoleAdministratorChangedAloneIsNoticed() throws {
    let ana = TestWorkspace.caller("ana")
    let folder = NSTemporaryDirectory() + "sopwright-tests-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let workspace = try Workspace.make(at: folder, people: [], by: ana)
    #expect(try workspace.verifyRecord().notices.isEmpty)
    #expect(
      try workspace.addPerson(TestWorkspace.ben, roles: [.approver], logins: [], by: ana)
        == .adopted(version: 2, opened: []))
    #expect(try workspace.verifyRecord().notices.map(\.check) == ["sole_administrator"])
  }

  @Test func twoSidesUnderOneLoginAreNoticed() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let id = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let change = try test.propose(id)
    try test.workspace.approveChange(change.id, revision: nil, by: TestWorkspace.caller("ben", login: "ana"))
    let notices = try test.workspace.verifyRecord().notices
    #expect(notices.map(\.check) == ["same_login"])
    #expect(notices.first?.subject == "CHG-1")
  }
}

struct ShellFailure: Error {
  let message: String
}

/// Runs a program and waits for it.
@discardableResult
func shell(_ path: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw ShellFailure(message: text) }
  return text
}
