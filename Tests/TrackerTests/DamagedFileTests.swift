// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What the disk, or somebody with an editor, makes of the files of a workspace.
@Suite struct DamagedFileTests {
  @Test func aPageThatTheDiskChangedIsFound() throws {
    let test = try TestWorkspace.withOneClosed()
    let database = "\(test.folder)/ws/sopwright.sqlite"
    // An index that has lost its entries: every table says what it did.
    try shell(
      "/usr/bin/sqlite3",
      [
        database,
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, 'superseded_by IS NULL', 'superseded_by = 7')
          WHERE name = 'exceptions_by_code';
        PRAGMA writable_schema = RESET; REINDEX exceptions_by_code; PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, 'superseded_by = 7', 'superseded_by IS NULL')
          WHERE name = 'exceptions_by_code'
        """,
      ])
    let findings = try Workspace.open("\(test.folder)/ws").verifyRecord().findings
    #expect(findings.contains { $0.check == "storage" && $0.detail.contains("exceptions_by_code") }, "\(findings)")
  }

  /// Behind a NUL stands what SQLite compares and Swift does not read: a lookup finds nothing, and every other check is content.
  @Test func aTextThatGoesOnBehindANULIsFoundInEveryColumn() throws {
    let test = try PackHistory.erased.workspace()
    let database = "\(test.folder)/ws/sopwright.sqlite"
    let columns = try shell(
      "/usr/bin/sqlite3",
      [
        database,
        """
        SELECT m.name || ' ' || c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
        WHERE m.type = 'table' AND c.type = 'TEXT'
        """,
      ]
    ).split(separator: "\n").map { $0.split(separator: " ") }
    let triggers = try shell(
      "/usr/bin/sqlite3", [database, "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'"])
    try shell("/usr/bin/sqlite3", [database, triggers])
    var tried = 0
    for column in columns {
      let (table, name) = (column[0], column[1])
      let changed = try shell(
        "/usr/bin/sqlite3",
        [
          database,
          "UPDATE \(table) SET \(name) = \(name) || char(0) WHERE \(name) = "
            + "(SELECT \(name) FROM \(table) WHERE \(name) IS NOT NULL LIMIT 1); SELECT changes()",
        ])
      guard changed.trimmingCharacters(in: .whitespacesAndNewlines) != "0" else { continue }
      tried += 1
      let findings = try test.workspace.ledger.read { try $0.auditStorage() }
      #expect(
        findings.contains {
          $0.check == "nul" && $0.detail.hasPrefix("The column \(name) of \(table) ")
        },
        "\(table).\(name): \(findings)")
      try shell(
        "/usr/bin/sqlite3",
        [
          database,
          "UPDATE \(table) SET \(name) = CAST(substr(CAST(\(name) AS BLOB), 1, length(CAST(\(name) AS BLOB)) - 1) AS TEXT) "
            + "WHERE instr(\(name), char(0))",
        ])
      #expect(try test.workspace.ledger.read { try $0.auditStorage() }.allSatisfy { $0.check != "nul" })
    }
    #expect(tried > 40, "\(tried) of \(columns.count) columns have a value")
  }

  /// One table that is another keeps nothing from being said of the rest.
  @Test func aColumnThatWasRenamedIsFoundAndTheOthersAreLookedAt() throws {
    let test = try TestWorkspace.withOneClosed()
    let database = "\(test.folder)/ws/sopwright.sqlite"
    try shell(
      "/usr/bin/sqlite3",
      [
        database,
        "ALTER TABLE quarantine RENAME COLUMN reason TO why; UPDATE history SET subject = subject || char(0)",
      ])
    let found = try test.workspace.ledger.read { try $0.auditStorage() }
    #expect(found.contains { $0.check == "schema" && $0.subject == "quarantine" }, "\(found)")
    #expect(found.contains { $0.check == "storage" && $0.subject == "quarantine" }, "\(found)")
    #expect(found.contains { $0.check == "nul" && $0.subject.hasPrefix("history, subject REM-1") }, "\(found)")
  }

  @Test func hooksThatAreNotOursAreNoted() throws {
    let test = try TestWorkspace.withOneClosed()
    #expect(try test.workspace.verifyRecord().notices.isEmpty)
    let script =
      "cd '\(test.folder)/ws/sop.git/hooks'; echo exit > update; chmod +x update; echo > more.sample; echo > notes"
    try shell("/bin/bash", ["-euc", script])
    #expect(
      try test.workspace.verifyRecord().notices.map { "\($0.check) \($0.subject)" } == ["hook sop.git/hooks/update"])
    try shell("/bin/bash", ["-euc", "cd '\(test.folder)/ws/sop.git/hooks'; rm update; echo exit >> pre-receive"])
    #expect(
      try test.workspace.verifyRecord().notices.map { "\($0.check) \($0.subject)" } == [
        "hook sop.git/hooks/pre-receive"
      ]
    )
  }

  @Test func anotherSigningKeyIsFound() throws {
    let test = try TestWorkspace.withOneClosed()
    let file = "\(test.folder)/ws/\(Workspace.keyFile)"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try FileManager.default.removeItem(atPath: file)
    _ = try SigningKey.make(at: file, name: try test.workspace.verifierKey().name, kind: .note)
    #expect(try test.workspace.verifyRecord().findings.map(\.check) == ["checkpoint_key"])
    try text.replacing("PRIVATE", with: "PRIVATF").write(toFile: file, atomically: false, encoding: .utf8)
    #expect(try test.workspace.verifyRecord().findings.map(\.check) == ["checkpoint_key"])
  }

  /// Damage in the middle of SQLite's log takes back what was committed after it, and SQLite is silent about it.
  @Test func aDamagedLogIsFoundUnlessItIsItsEnd() throws {
    let test = try TestWorkspace.withOneClosed()
    let log = "\(test.folder)/ws/sopwright.sqlite-wal"
    let whole = try Data(contentsOf: URL(fileURLWithPath: log))
    let frame = 4096 + 24
    let frames = (whole.count - 32) / frame
    #expect(frames > 10)
    func audit(_ place: Int) throws -> (findings: [Finding], notices: [Finding]) {
      var damaged = whole
      damaged[place] ^= 1
      try damaged.write(to: URL(fileURLWithPath: log))
      return try test.workspace.ledger.auditLog()
    }
    #expect(try audit(20).findings.map(\.check) == ["log_damaged"])
    #expect(try audit(32 + 5 * frame + 100).findings.first?.detail.contains("Frame 6 ") == true)
    let last = try audit(32 + (frames - 1) * frame + 100)
    #expect(last.findings.isEmpty)
    #expect(last.notices.map(\.check) == ["log_unfinished"])
    // Without its last byte the last transaction is not whole, whichever of its frames the file ends in.
    for length in [whole.count - 1, whole.count - frame, whole.count - frame + 7, 32 + frame, 32 + 10, 33] {
      try whole.prefix(length).write(to: URL(fileURLWithPath: log))
      let cut = try test.workspace.ledger.auditLog()
      #expect(cut.findings.isEmpty && cut.notices.map(\.check) == ["log_unfinished"], "\(length) bytes")
    }
    try whole.write(to: URL(fileURLWithPath: log))
    let sound = try test.workspace.ledger.auditLog()
    #expect(sound.findings.isEmpty && sound.notices.isEmpty)
  }

  /// GRDB's own reading by name would end the program here.
  @Test func aColumnThatHoldsSomethingElseIsAnErrorAndNoCrash() throws {
    let test = try TestWorkspace.withOneClosed()
    try shell(
      "/usr/bin/sqlite3",
      [
        "\(test.folder)/ws/sopwright.sqlite",
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''), 'owner    TEXT NOT NULL', 'owner    TEXT')
          WHERE name = 'items';
        PRAGMA writable_schema = RESET;
        UPDATE items SET owner = NULL
        """,
      ])
    let workspace = try Workspace.open("\(test.folder)/ws")
    #expect(throws: (any Error).self) { try workspace.items(ItemQuery(), by: TestWorkspace.caller("ana")) }
    #expect(try workspace.verifyRecord().findings.map(\.check).contains("item_state"))
  }
}
