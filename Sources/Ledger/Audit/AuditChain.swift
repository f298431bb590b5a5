// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

extension LedgerReader {
  /// Recomputes every hash of the ledger, and that each event says what its columns say.
  /// - Returns: the events that can be read, in order, and everything that does not add up.
  package func auditChain() throws -> (events: [RecordedEvent], findings: [Finding]) {
    let audit = try auditChain(rootsAt: [])
    return (audit.events, audit.findings)
  }

  /// - Parameter sizes: of which trees the root is wanted, as it follows from the leaves alone.
  package func auditChain(
    rootsAt sizes: Set<Int>
  ) throws -> (events: [RecordedEvent], findings: [Finding], roots: [Int: Digest]) {
    var roots: [Int: Digest] = [:]
    var events: [RecordedEvent] = []
    var findings: [Finding] = []
    var frontier = MerkleFrontier()
    var versions: [Spelling: Int] = [:]
    var last = Timestamp(milliseconds: 0)
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT position, subject, version, kind, leaf, hash, root, nodes FROM events ORDER BY position"))
    while let row = try cursor.next() {
      let position: Int = try row["position"]
      func find(_ check: String, _ detail: String) {
        findings.append(Finding(check, "event \(position)", detail))
      }
      if position != frontier.size {
        find(
          "events_missing", "The event before it is at position \(frontier.size - 1): events between were taken out.")
      }
      let leaf = [UInt8](try row["leaf"] as Data)
      let hash = MerkleTree.leaf(leaf)
      if try hash.data != row["hash"] as Data {
        find("leaf_hash", "Its bytes were changed: they do not have the stored hash.")
      }
      var nodes: [UInt8] = []
      frontier.append(hash) { nodes += $0.bytes }
      let root = frontier.root
      if sizes.contains(frontier.size) { roots[frontier.size] = root }
      if try root.data != row["root"] as Data {
        find("tree_root", "The tree up to here does not have the stored root: this event or one before it was changed.")
      }
      if try nodes.data != row["nodes"] as Data {
        find("tree_nodes", "What is kept for proofs does not fit the leaves: this event or one before it was changed.")
      }
      let event: RecordedEvent
      do { event = try RecordedEvent(canonicalBytes: leaf) } catch {
        find("event_bytes", error.sentence)
        continue
      }
      let subject = Spelling(event.event.subject)
      versions[subject, default: 0] += 1
      if try event.position != position || subject != Spelling(row["subject"]) || event.event.kind != row["kind"]
        || event.version != row["version"] || event.version != versions[subject]
      {
        find("event_columns", "Its columns say something else than its bytes.")
      }
      if event.at < last { find("time_order", "It is earlier than the event before it.") }
      last = max(last, event.at)
      events.append(event)
    }
    findings += try auditTreeHead(frontier, last) + auditSubjects(versions) + auditSalted(events)
    return (events, findings, roots)
  }

  private func auditTreeHead(_ frontier: MerkleFrontier, _ last: Timestamp) throws -> [Finding] {
    let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT size, frontier, last_at FROM tree_head"))
    guard let row, try row["size"] == frontier.size, try row["frontier"] == frontier.bytes.data,
      try row["last_at"] == last.milliseconds
    else {
      return [
        Finding(
          "tree_head", "tree head", "It does not fit the \(frontier.size) events: some were taken out or changed.")
      ]
    }
    return []
  }

  private func auditSubjects(_ versions: [Spelling: Int]) throws -> [Finding] {
    var stored: [Spelling: Int] = [:]
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT subject, version FROM subjects")) {
      stored[Spelling(try row["subject"])] = try row["version"]
    }
    return Set(stored.keys).union(versions.keys).sorted().filter { stored[$0] != versions[$0] }.map {
      Finding(
        "subject_version", $0.text,
        "The table of subjects says \(stored[$0] ?? 0) events, the ledger \(versions[$0] ?? 0).")
    }
  }

  /// Erasable rows and documents against the digests under which they are kept. A finding says which event names what was changed, the
  /// first of them.
  private func auditSalted(_ events: [RecordedEvent]) throws -> [Finding] {
    var findings: [Finding] = []
    // Made for the first that was changed: there may be many.
    lazy var naming = Dictionary(
      events.flatMap { recorded in (recorded.event.texts + recorded.event.documents).map { ($0, recorded) } },
      uniquingKeysWith: { first, _ in first })
    func place(of digest: Digest) -> String {
      naming[digest].map { " It is of \($0.event.subject): event \($0.position), \($0.event.kind)." } ?? ""
    }
    func check(_ table: String, _ sql: String, _ what: String) throws {
      let cursor = try Row.fetchCursor(db, sql: sql)
      while let row = try cursor.next() {
        let stored = try row["digest"] as Data
        let salt = (try row["salt"] as Data?).map { [UInt8]($0) }
        let digest = MerkleTree.salted(salt ?? [], [UInt8](try row["value"] as Data))
        if digest.data != stored || salt.map({ $0.count != MerkleTree.saltLength }) ?? false {
          findings.append(
            Finding(
              "\(table)_digest", [UInt8](stored).lowerCaseHex,
              "\(what) was changed: it does not have its digest.\(Digest(bytes: [UInt8](stored)).map(place) ?? "")"))
        }
      }
    }
    try check("text", "SELECT digest, salt, CAST(text AS BLOB) AS value FROM texts", "A text that an event names")
    try check("login", "SELECT digest, salt, CAST(login AS BLOB) AS value FROM logins", "A login that events name")
    try check(
      "document", "SELECT digest, NULL AS salt, bytes AS value FROM documents",
      "A taxonomy, a map or an SOP text that events name")
    return findings
  }
}
