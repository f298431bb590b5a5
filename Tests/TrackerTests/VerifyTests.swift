// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Whatever is changed outside of the tool is found, and named. The changes are made with `sqlite3` and `git`.
@Suite struct VerifyTests {
  @Test func anUntouchedWorkspaceHasNoFindings() throws {
    let test = try TestWorkspace.withOneClosed()
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
    ("INSERT INTO tags SELECT -304, tag, occurred_at, exception FROM tags WHERE exception = 1", "tags", "exception d1"),
    (
      "INSERT INTO sop_origins SELECT 'sops/other.md', commit_id, NULL, 0 FROM sop_commits WHERE change = 1",
      "sop_origins", "sops/other.md"
    ),
    ("UPDATE items SET owner = 'ben' WHERE number = 1", "item_state", "REM-1"),
    ("UPDATE changes SET revision = 2", "change_state", "CHG-1"),
    ("UPDATE segments SET occurrences = 3 WHERE item = 1", "recurrence", ":"),
    ("UPDATE segments SET start = start + 1 WHERE item = 2", "recurrence", ":"),
    ("DELETE FROM history WHERE subject = 'REM-1'", "history", "REM-1"),
    ("DELETE FROM tree_head", "tree_head", "tree head"),
    ("UPDATE texts SET text = text || '!'", "text_digest", nil),
    ("UPDATE documents SET bytes = CAST(bytes || ' ' AS BLOB)", "document_digest", nil),
    // The beginning of a value as the end of its salt: together they have the digest that they had.
    (
      "UPDATE texts SET salt = CAST(salt || CAST(substr(text, 1, 2) AS BLOB) AS BLOB), text = substr(text, 3)",
      "text_digest", nil
    ),
    (
      "UPDATE personal SET salt = CAST(salt || substr(fields, 1, 1) AS BLOB), fields = substr(fields, 2) "
        + "WHERE exception = 1", "personal_digest", "d1"
    ),
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
    ("INSERT INTO batches VALUES (-413, -31, x'00', 99, 1, 1, 0, 0)", "batch_unknown", "batch -413"),
    (
      "INSERT INTO sources (id, name) VALUES (9, 'x'); UPDATE exceptions SET source = 9 WHERE ref = 'd2'",
      "record_source", "exception tests d2"
    ),
    (
      "INSERT INTO exceptions SELECT -1, batch, line, source, 'd9', occurred_at, code, raw_code, root_causes, raw_root_cause, team, "
        + "severity, status, case_ref, amount, currency, deviation, resolved_at, updated_at, personal, leaf, NULL FROM exceptions "
        + "WHERE id = 1", "record_unknown", "d9"
    ),
    ("INSERT INTO personal VALUES (99, x'00', x'00')", "personal_unknown", "record 99"),
    ("UPDATE items SET due_at = due_at + 1 WHERE number = 1", "item_state", "REM-1"),
    ("UPDATE items SET next_at = 1 WHERE number = 2", "item_state", "REM-2"),
    ("UPDATE changes SET path = 'sops/other.md'", "change_state", "CHG-1"),
    ("INSERT INTO segment_money VALUES ('code', 'DAMAGED', 99, 'EUR', 1)", "recurrence", "code:DAMAGED"),
    (
      "INSERT INTO taxonomy_proposal SELECT 1, document, 'ben' FROM taxonomies LIMIT 1", "taxonomy_proposal", "taxonomy"
    ),
    ("DELETE FROM logins", "login_missing", "event 0"),
    ("UPDATE sop_commits SET number = number + 1000", "sop_versions", nil),
    // What stands last at a path is in force.
    ("UPDATE sop_versions SET sequence = -5 WHERE number = (SELECT max(number) FROM sop_commits)", "sop_versions", nil),
    ("UPDATE exceptions SET root_causes = root_causes || ' ' WHERE ref = 'd1'", "record_tags", "exception d1"),
    ("INSERT INTO sop_versions (path, number, blob) VALUES ('sops/more.md', 999, NULL)", "sop_versions", nil),
    ("UPDATE sop_contents SET content = NULL WHERE front_matter LIKE '%DAMAGED%'", "sop_contents", "file"),
    (
      "DELETE FROM sop_keys WHERE value = 'DAMAGED'; DELETE FROM sop_contents WHERE front_matter LIKE '%DAMAGED%'",
      "sop_contents", "file"
    ),
    ("UPDATE sop_contents SET indexed = 1", "sop_text", "search"),
    ("INSERT INTO sop_text (rowid, title, body) VALUES (1, 'more', 'words')", "sop_text", "search"),
    (
      "INSERT INTO proposal_branches SELECT 'proposals/REM-2', commit_id, author, 1, NULL, '' FROM sop_commits LIMIT 1",
      "proposal_branches", "proposals/REM-2"
    ),
    (
      "INSERT INTO proposal_branches SELECT 'proposals/REM-2', commit_id, NULL, NULL, NULL, '' FROM sop_commits LIMIT 1",
      "proposal_branches", "proposals/REM-2"
    ),
    (
      "PRAGMA foreign_keys = OFF; INSERT INTO cosignatures VALUES (99, 'key', x'00')", "cosignature", "checkpoint 99"
    ),
    ("DROP INDEX items_by_next", "schema", "items_by_next"),
    ("CREATE TRIGGER more AFTER INSERT ON events BEGIN DELETE FROM items; END", "schema", "more"),
    // A name that SQLite keeps for itself, and a string that looks like a comment.
    (
      "PRAGMA writable_schema = ON; CREATE TRIGGER zz AFTER INSERT ON events BEGIN DELETE FROM items; END; "
        + "UPDATE sqlite_schema SET name = 'sqlite_zz', sql = replace(sql, 'zz', 'sqlite_zz') WHERE name = 'zz'",
      "schema", "sqlite_zz"
    ),
    (
      "CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the --') WHERE 0; SELECT ('\n"
        + "ledger is append-only'); END", "schema", "events_never_change"
    ),
  ])
  func aChangeInTheDatabaseIsFoundAndNamed(sql: String, check: String, subject: String?) throws {
    let test = try TestWorkspace.withOneClosed()
    let database = "\(test.folder)/ws/sopwright.sqlite"
    let triggers = [
      "events_never_change", "events_are_never_deleted", "exceptions_never_change", "exceptions_are_never_deleted",
    ].map { "DROP TRIGGER \($0);" }.joined()
    try shell("/usr/bin/sqlite3", [database, triggers + sql])
    let workspace = try Workspace.open("\(test.folder)/ws")
    let findings = try workspace.verifyRecord().findings + workspace.verifyHandbook()
    #expect(findings.contains { $0.check == check && (subject.map($0.subject.contains) ?? true) }, "\(findings)")
  }

  /// Swift takes an Ä for an A with its dots; SQLite does not, and finds nothing under it.
  @Test func aTextThatIsSpelledOtherwiseIsFound() throws {
    let test = try TestWorkspace.withOneClosed()
    let path = "sops/\u{C4}rger.md"
    try PersonWithGit("dora", cloning: test).push(path, "---\ntitle: \u{C4}rger\n---\n\nDo it.\n")
    _ = try test.workspace.catchUp(by: TestWorkspace.caller("ana", after: 60))
    _ = try test.workspace.ratify(path, note: "Fine", by: TestWorkspace.caller("ben", after: 61))
    #expect(try test.findings().isEmpty)
    let folder = "\(test.folder)/ws"
    let (composed, apart) = ("'\u{C4}rger'", "'A\u{308}rger'")
    for (table, column, check) in [
      ("events", "subject", "event_columns"), ("subjects", "subject", "subject_version"),
      ("history", "subject", "history"), ("sop_contents", "front_matter", "sop_contents"),
    ] {
      let change = "UPDATE \(table) SET \(column) = replace(\(column), "
      func shellOut(_ sql: String) throws {
        try shell(
          "/usr/bin/sqlite3", ["\(folder)/sopwright.sqlite", "DROP TRIGGER IF EXISTS events_never_change; " + sql])
      }
      try shellOut("\(change)\(composed), \(apart))")
      let found = try Workspace.open(folder)
      let findings = try found.verifyRecord().findings + found.verifyHandbook()
      #expect(findings.contains { $0.check == check }, "\(table): \(findings)")
      try shellOut("\(change)\(apart), \(composed))")
    }
    let findings = try test.findings()
    #expect(findings.map(\.check) == ["schema"], "the trigger alone: \(findings)")
  }

  @Test(arguments: [
    ("UPDATE quarantine SET released = 7 WHERE id = 1", "quarantine"),
    ("UPDATE quarantine SET released = 1 WHERE id = 1", "quarantine"),
    ("UPDATE quarantine SET id = 9 WHERE id = 2", "quarantine"),
    ("UPDATE quarantine SET header = NULL WHERE id = 2", "quarantine"),
    ("UPDATE sop_decisions SET position = position - 1", "sop_decisions"),
    // What cannot be read hides nothing else.
    ("UPDATE sop_decisions SET kind = 'x'", "unreadable"),
    ("UPDATE sop_decisions SET kind = 'x'; UPDATE items SET owner = 'eve' WHERE number = 2", "item_state"),
    ("UPDATE sop_contents SET indexed = 2 WHERE indexed = 1", "sop_text"),
    // Numbers by which what is found is ranked, and the pages by which a search finds a word.
    ("UPDATE sop_text_data SET block = x'0101' || substr(block, 3) WHERE id = 1", "sop_text"),
    ("UPDATE sop_text_data SET block = substr(block, 1, length(block) - 1) || x'01' WHERE id > 10", "sop_text"),
  ])
  func aChangeOfWhatIsKeptBesideIsFound(sql: String, check: String) throws {
    let test = try TestWorkspace.withOneClosed()
    _ = try test.importText(Row.header + "h1,yesterday,Damaged,late,,\nh2,tomorrow,Damaged,late,,\n")
    let version = try #require(try test.workspace.search("better", allVersions: false, limit: 1).first).version
    _ = try test.workspace.acknowledgeReading(of: version.reference.path.text, by: TestWorkspace.caller("ana"))
    func findings() throws -> [Finding] {
      let workspace = try Workspace.open("\(test.folder)/ws")
      return try workspace.verifyRecord().findings + workspace.verifyHandbook()
    }
    #expect(try findings() == [])
    try shell("/usr/bin/sqlite3", ["\(test.folder)/ws/sopwright.sqlite", sql])
    #expect(try findings().contains { $0.check == check })
  }

  @Test func theLedgerAndTheEvidenceRefuseChangesByThemselves() throws {
    let test = try TestWorkspace.withOneClosed()
    for sql in [
      "DELETE FROM events", "UPDATE events SET kind = 'x'", "DELETE FROM exceptions",
      "UPDATE exceptions SET code = 'x'",
    ] {
      #expect(throws: ShellFailure.self) { try shell("/usr/bin/sqlite3", ["\(test.folder)/ws/sopwright.sqlite", sql]) }
    }
    #expect(try test.findings().isEmpty)
  }

  @Test func aCommentOnAClosedItemLeavesTheNextItemOfItsKeyAlone() throws {
    let test = try TestWorkspace.withOneClosed()
    let key = RecurrenceKey(.code, "DAMAGED")
    let first = try #require(try test.item(of: key, closed: true)).item.id
    try test.importRows((1...3).map { Row("e\($0)", day: 200 + $0, "Damaged") }, after: 86_400 * 100)
    let next = try #require(try test.item(of: key)).item.id
    try test.workspace.comment(on: first, "See the next one", by: TestWorkspace.caller("ben", after: 86_400 * 101))
    #expect(try test.item(of: key)?.item.id == next)
    #expect(try test.members(of: next) == ["e1", "e2", "e3"])
    #expect(try test.findings().isEmpty)
  }

  @Test func aChangedRationaleNamesItsItem() throws {
    let test = try TestWorkspace.withOneClosed()
    try test.reject(ItemID(2), until: "2026-12-01")
    try shell(
      "/usr/bin/sqlite3",
      ["\(test.folder)/ws/sopwright.sqlite", "UPDATE texts SET text = 'It is dear.' WHERE text = 'It is cheap.'"])
    let findings = try test.workspace.verifyRecord().findings
    #expect(findings.map(\.check) == ["text_digest"])
    #expect(findings.first?.detail.contains("It is of REM-2: event ") == true)
  }

  @Test func aDayToComeForReviewsIsFound() throws {
    let test = try TestWorkspace.withOneClosed()
    try shell(
      "/usr/bin/sqlite3",
      ["\(test.folder)/ws/sopwright.sqlite", "UPDATE handbook_tip SET reviews_looked_for = 99999"])
    let now = TestWorkspace.caller("ana").now
    #expect(try test.workspace.verifyRecord(at: now).findings.map(\.check) == ["handbook_tip"])
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
    try test.workspace.extend(
      id, until: TestWorkspace.caller("ana", after: 86_400 * 120).now, reason: "Holidays.",
      by: TestWorkspace.caller("ana"))
    try test.workspace.approveExtension(of: id, revision: nil, by: TestWorkspace.caller("ben", login: "ana"))
    #expect(
      try test.workspace.verifyRecord().notices.map { "\($0.check) \($0.subject)" }
        == ["same_login CHG-1", "same_login \(id) extension"])
  }
}
