// SPDX-License-Identifier: Apache-2.0

import CGit2
import CSQLite
import Foundation
import Remediation
import Tracker

/// Closing an item by an SOP change, in process, against the raw steps that no implementation can leave out: a transaction, a blob,
/// a folder, a root folder and a commit written and synced, two refs moved, `syncfs`, and a second transaction. The transactions
/// write as many rows of the same size into as many tables as a closing does, and decide nothing.
struct ClosingBenchmark {
  let changes: Int
  let folder: String

  func run() throws {
    let workspace = try prepare()
    let floor = try RawClosing(folder: "\(folder)/raw")
    var ours = Series()
    var raw = Series()
    for number in 1...changes {
      let ben = try caller("ben", after: Int64(number))
      raw.add(try seconds { try floor.close(number, text: text(number)) })
      ours.add(try seconds { _ = try workspace.closeChange(ChangeID(number), by: ben) })
    }
    report("closing one item", ours: ours, floor: raw, unit: "ms", scale: 1000)
  }

  private func caller(_ name: String, after seconds: Int64 = 0) throws -> Caller {
    guard let person = PersonID(name) else { throw CocoaError(.formatting) }
    return Caller(person: person, login: name, now: Timestamp(seconds: 1_790_000_000 + seconds))
  }

  private func text(_ number: Int) -> [UInt8] {
    let steps = (1...40).map { "\($0). Do step \($0) of procedure \(number), and write down what came of it.\n" }
      .joined()
    return Array(
      "---\nid: sop-\(number)\ntitle: Procedure \(number)\ncodes: [CODE-\(number)]\n---\n# Steps\n\n\(steps)".utf8)
  }

  /// A workspace with one approved change for each of as many items.
  private func prepare() throws -> Workspace {
    let export = "\(folder)/closing.csv"
    var rows = "id,at,code\n"
    for number in 1...changes {
      for day in 1...3 { rows += "\(number)-\(day),2026-01-0\(day)T00:00:00Z,code \(number)\n" }
    }
    try rows.write(toFile: export, atomically: true, encoding: .utf8)
    let map = "\(folder)/closing.yaml"
    try "source: bench\nid: id\noccurred_at: at\ncode: code\n".write(toFile: map, atomically: true, encoding: .utf8)
    let ana = try caller("ana")
    let ben = try caller("ben")
    let proposal = try Workspace.proposeTaxonomy(
      from: export, mapPath: map, top: changes, rule: RecurrenceRule(count: 3, window: Days(30)))
    let made = try Workspace.make(at: "\(folder)/closing", from: proposal, people: [ana.person, ben.person], by: ana)
    _ = try made.workspace.importExceptions(from: export, map: made.map, by: ana)
    let items = try made.workspace.items(ItemQuery(), by: ana)
    for number in 1...changes {
      let key = "CODE-\(number)"
      guard let item = items.first(where: { $0.item.key.value == key })?.item.id else { throw CocoaError(.formatting) }
      let change = try made.workspace.proposeChange(
        closing: [item], path: SOPPath("procedures/sop-\(number).md"), text: text(number), summary: "Write it down",
        by: ana)
      try made.workspace.approveChange(change.id, revision: nil, by: ben)
    }
    return made.workspace
  }
}

/// The raw steps, by C calls alone.
final class RawClosing {
  private var repository: OpaquePointer?
  private var database: OpaquePointer?
  private let folder: String
  private var tip: git_oid?
  private var entries: [(name: String, id: git_oid)] = []

  init(folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    git_libgit2_init()
    sopwright_git_enable_fsync()
    check(git_repository_init(&repository, "\(folder)/raw.git", 1))
    precondition(sqlite3_open("\(folder)/raw.sqlite", &database) == SQLITE_OK)
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
    execute(
      """
      CREATE TABLE events (position INTEGER PRIMARY KEY, subject TEXT, version INTEGER, leaf BLOB, UNIQUE (subject, version));
      CREATE TABLE tree_head (id INTEGER PRIMARY KEY, frontier BLOB);
      INSERT INTO tree_head VALUES (1, x'');
      CREATE TABLE subjects (subject TEXT PRIMARY KEY, version INTEGER) WITHOUT ROWID;
      CREATE TABLE history (subject TEXT, position INTEGER, PRIMARY KEY (subject, position)) WITHOUT ROWID;
      CREATE TABLE changes (number INTEGER PRIMARY KEY, state TEXT, draft TEXT);
      CREATE INDEX changes_by_state ON changes (state);
      CREATE TABLE items (number INTEGER PRIMARY KEY, state TEXT, row TEXT);
      CREATE TABLE segments (key TEXT, ordinal INTEGER, row TEXT, PRIMARY KEY (key, ordinal)) WITHOUT ROWID;
      CREATE TABLE versions (sequence INTEGER PRIMARY KEY, path TEXT, commit_id TEXT, row TEXT);
      CREATE INDEX versions_by_path ON versions (path);
      CREATE INDEX versions_by_commit ON versions (commit_id);
      CREATE TABLE coverage (key TEXT, sequence INTEGER, PRIMARY KEY (key, sequence)) WITHOUT ROWID;
      CREATE TABLE tip (id INTEGER PRIMARY KEY, commit_id TEXT);
      """)
  }

  deinit {
    git_repository_free(repository)
    sqlite3_close(database)
  }

  func close(_ number: Int, text: [UInt8]) throws {
    execute("BEGIN IMMEDIATE; \(event("CHG-\(number)", 1, 600)); \(rows(number, "committing")); COMMIT")
    var blob = git_oid()
    check(text.withUnsafeBytes { git_blob_create_from_buffer(&blob, repository, $0.baseAddress, $0.count) })
    entries.append(("sop-\(number).md", blob))
    let commit = writeCommit(rootTree(innerTree()))
    move("refs/heads/main", to: commit)
    move("refs/ledger/tip", to: commit)
    tip = commit
    let descriptor = open(folder, O_RDONLY)
    precondition(sopwright_syncfs(descriptor) == 0)
    Foundation.close(descriptor)
    execute(
      """
      BEGIN IMMEDIATE; \(event("CHG-\(number)", 2, 700)); \(event("REM-\(number)", 2, 500)); \(rows(number, "closed"));
      INSERT OR REPLACE INTO segments VALUES ('CODE-\(number)', 1, hex(randomblob(60))), ('CODE-\(number)', 2, hex(randomblob(60)));
      INSERT INTO versions (path, commit_id, row) VALUES ('procedures/sop-\(number).md', hex(randomblob(20)), hex(randomblob(100)));
      INSERT INTO coverage VALUES ('CODE-\(number)', \(number));
      INSERT OR REPLACE INTO tip VALUES (1, hex(randomblob(20))); COMMIT
      """)
  }

  private func event(_ subject: String, _ version: Int, _ size: Int) -> String {
    """
    INSERT INTO events (subject, version, leaf) VALUES ('\(subject)', \(version), randomblob(\(size + 64)));
    INSERT OR REPLACE INTO subjects VALUES ('\(subject)', \(version));
    INSERT INTO history SELECT '\(subject)', max(position) FROM events;
    UPDATE tree_head SET frontier = randomblob(256)
    """
  }

  private func rows(_ number: Int, _ state: String) -> String {
    """
    INSERT OR REPLACE INTO changes VALUES (\(number), '\(state)', hex(randomblob(500)));
    INSERT OR REPLACE INTO items VALUES (\(number), '\(state)', hex(randomblob(200)))
    """
  }

  private func innerTree() -> git_oid {
    tree { builder in
      for var entry in entries { check(git_treebuilder_insert(nil, builder, entry.name, &entry.id, GIT_FILEMODE_BLOB)) }
    }
  }

  private func rootTree(_ inner: git_oid) -> git_oid {
    var inner = inner
    return tree { builder in check(git_treebuilder_insert(nil, builder, "procedures", &inner, GIT_FILEMODE_TREE)) }
  }

  private func tree(_ fill: (OpaquePointer?) -> Void) -> git_oid {
    var builder: OpaquePointer?
    var id = git_oid()
    check(git_treebuilder_new(&builder, repository, nil))
    fill(builder)
    check(git_treebuilder_write(&id, builder))
    git_treebuilder_free(builder)
    return id
  }

  private func writeCommit(_ tree: git_oid) -> git_oid {
    var id = git_oid()
    var tree = tree
    var object: OpaquePointer?
    check(git_tree_lookup(&object, repository, &tree))
    var signature: UnsafeMutablePointer<git_signature>?
    check(git_signature_new(&signature, "ana", "ana@example.org", 1_790_000_000, 0))
    var parent: OpaquePointer?
    if var tip { check(git_commit_lookup(&parent, repository, &tip)) }
    var parents: [OpaquePointer?] = parent == nil ? [] : [parent]
    var buffer = git_buf()
    check(
      git_commit_create_buffer(
        &buffer, repository, signature, signature, nil, "Write it down\n", object, parents.count, &parents))
    var database: OpaquePointer?
    check(git_repository_odb(&database, repository))
    check(git_odb_write(&id, database, buffer.ptr, buffer.size, GIT_OBJECT_COMMIT))
    git_odb_free(database)
    git_buf_dispose(&buffer)
    git_commit_free(parent)
    git_signature_free(signature)
    git_tree_free(object)
    return id
  }

  private func move(_ name: String, to commit: git_oid) {
    var reference: OpaquePointer?
    var commit = commit
    if var tip {
      check(git_reference_create_matching(&reference, repository, name, &commit, 1, &tip, nil))
    } else {
      check(git_reference_create(&reference, repository, name, &commit, 0, nil))
    }
    git_reference_free(reference)
  }

  private func execute(_ sql: String) {
    precondition(sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK, String(cString: sqlite3_errmsg(database)))
  }

  private func check(_ code: Int32) {
    precondition(code >= 0, String(cString: git_error_last().pointee.message))
  }
}
