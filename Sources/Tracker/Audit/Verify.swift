// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// What a verification came to.
package struct Verification: Sendable {
  package var events = 0
  package var exceptions = 0
  package var items = 0
  package var commits = 0
  package var treeSize = 0
  package var treeRoot = MerkleTree.emptyRoot
  package var findings: [Finding] = []
  /// What is no fault, but what an auditor wants to know.
  package var notices: [Finding] = []

  package init() {}

  package var json: JSONValue {
    .fields([
      "ok": .bool(findings.isEmpty), "events": .int(events), "exceptions": .int(exceptions), "items": .int(items),
      "commits": .int(commits),
      "tree": .fields(["size": .int(treeSize), "root": .string(treeRoot.base64)]),
      "findings": .array(findings.map(\.json)), "notices": .array(notices.map(\.json)),
    ])
  }

  /// Reads what `json` wrote.
  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    (events, exceptions) = (try fields.int("events"), try fields.int("exceptions"))
    (items, commits) = (try fields.int("items"), try fields.int("commits"))
    let tree = try fields.object("tree")
    treeSize = try tree.int("size")
    guard let bytes = [UInt8](strictBase64: try tree.string("root")), let root = Digest(bytes: bytes) else {
      throw DecodingFailure(field: "root", problem: "is not a root")
    }
    treeRoot = root
    findings = try fields.array("findings").compactMap(Finding.init(json:))
    notices = try fields.array("notices").compactMap(Finding.init(json:))
  }
}

/// What is recomputed, in this order; the evidence from the first on, beside the others.
package enum VerificationCheck: String, CaseIterable, Sendable {
  case storage, events, rules
  case keptTexts = "kept texts"
  case checkpoints
  case readModels = "read models"
  case itemsAndChanges = "items and changes"
  case reviews, notices, evidence, handbook
}

extension Verification {
  fileprivate static func unreadable(_ name: String, _ error: any Error) -> Finding {
    Finding("unreadable", name, "This could not be checked. \(sentence(for: error))")
  }
}

extension Workspace {
  /// Recomputes everything in the database: hashes, batches, read models. All findings, not the first. Writes nothing.
  /// - Parameters:
  ///   - now: nil leaves out what depends on the time.
  ///   - progress: called with each check that begins, in the order of `VerificationCheck`.
  package func verifyRecord(
    of scope: KeptScope = .workspace, at now: Timestamp? = nil, progress: (VerificationCheck) -> Void = { _ in }
  ) throws -> Verification {
    try ledger.useLargeCache()
    // The evidence is as much work as everything else, so both are done at once.
    let (evidence, rest) = try ledger.readOnTwo { reader in
      Result { try reader.auditEvidence(reader.auditChain().events) }
    } _: { reader in
      var result = Verification()
      func check(_ check: VerificationCheck, _ work: () throws -> Void) {
        progress(check)
        do { try work() } catch { result.findings.append(Verification.unreadable(check.rawValue, error)) }
      }
      check(.storage) { result.findings += try reader.auditStorage() }
      var events: [RecordedEvent] = []
      var roots: [Int: Digest] = [:]
      check(.events) {
        let chain = try reader.auditChain(rootsAt: reader.checkpointSizes())
        (events, roots) = (chain.events, chain.roots)
        result.findings += chain.findings
        let head = try reader.treeHead()
        (result.events, result.exceptions) = (events.count, try reader.exceptionCount())
        (result.treeSize, result.treeRoot) = (head.size, head.root)
      }
      check(.rules) {
        result.findings += try reader.auditRules(events)
        result.findings += try reader.auditOpenings(events)
      }
      check(.keptTexts) { result.findings += try reader.auditKept(events, of: scope) }
      check(.checkpoints) { result.findings += try reader.auditCheckpoints(roots, key: verifierKey()) }
      check(.readModels) { result.findings += try reader.auditReadModels(events, unreadable: Verification.unreadable) }
      check(.itemsAndChanges) {
        result.items = try reader.items().count
        result.commits = try reader.changes(in: ["committed"]).count
      }
      // A day that is still to come would keep reviews from being noticed until then.
      check(.reviews) {
        guard let now, let day = try reader.reviewsLookedFor(), day > date(now).daysSince1970 else { return }
        result.findings.append(
          Finding(
            "handbook_tip", "reviews", "The table says that due reviews were looked for on a day that is to come."))
      }
      check(.notices) { result.notices = try notices(events, reader) }
      progress(.evidence)
      return result
    }
    var result = rest
    let log = try ledger.auditLog()
    result.findings += log.findings + (scope == .workspace ? auditKey() : [])
    result.notices += log.notices + (scope == .workspace ? noticesOfFiles() : [])
    result.findings += findings(.evidence, evidence)
    return result
  }

  /// What is damaged can keep a check from being made at all; that is a finding, too.
  private func findings(_ check: VerificationCheck, _ found: Result<[Finding], any Error>) -> [Finding] {
    switch found {
    case .success(let findings): findings
    case .failure(let error): [Verification.unreadable(check.rawValue, error)]
    }
  }

  /// Approvals whose two sides came from one login, adoptions that only one administrator signed, erasures, restores.
  private func notices(_ events: [RecordedEvent], _ reader: LedgerReader) throws -> [Finding] {
    var notices: [Finding] = []
    var proposals: [String: Digest] = [:]
    var extensions: [String: Digest] = [:]
    var governing: Taxonomy?
    func noteOneLogin(_ subject: String, _ approver: PersonID) {
      guard !notices.contains(where: { $0.subject == subject }) else { return }
      notices.append(
        Finding(
          "same_login", subject,
          "The proposal and its approval by \(approver) were given under one login, so the second person is asserted only."
        ))
    }
    for recorded in events {
      let subject = recorded.event.subject
      switch recorded.event {
      case .change(_, .proposed), .change(_, .revised), .item(_, .rejectionProposed):
        proposals[subject] = recorded.login
      case .change(_, .approved(_, _, let approver, _)), .item(_, .rejectionApproved(_, let approver, _)):
        if proposals[subject] == recorded.login { noteOneLogin(subject, approver) }
      case .item(_, .extensionProposed): extensions[subject] = recorded.login
      case .item(_, .extensionApproved):
        if extensions[subject] == recorded.login { noteOneLogin("\(subject) extension", recorded.actor) }
      case .taxonomy(.proposed): proposals[subject] = recorded.login
      case .taxonomy(.adopted(let version, let document, let proposer)):
        if proposer != nil, proposals[subject] == recorded.login {
          noteOneLogin("taxonomy \(version)", recorded.actor)
        }
        let adopted = try reader.document(document).map { try Taxonomy(json: JSONValue(parsing: $0)) }
        if let adopted, let governing, proposer == nil, !adopted.governsLike(governing) {
          notices.append(
            Finding(
              "sole_administrator", "taxonomy \(version)",
              "\(recorded.actor) changed people, roles or policies alone: there was no other administrator."))
        }
        governing = adopted ?? governing
      case .erased(let erased):
        notices.append(
          Finding(
            "erased", "event \(recorded.position)",
            "\(recorded.actor) had personal data erased. Records without their personal fields: \(erased.records); rows that were held back: "
              + "\(erased.heldBack); texts: \(erased.texts)\(erased.person.map { "; and the details of \($0)" } ?? "")."
          ))
      case .workspaceRestored(let restored):
        let accepted = restored.olderThanCheckpoint.map { ", though a checkpoint of \($0) events was published" } ?? ""
        notices.append(
          Finding(
            "restored", "event \(recorded.position)",
            "\(recorded.actor) restored a backup of \(restored.size) events, made at \(restored.madeAt)\(accepted)."))
      default: break
      }
    }
    if try reader.mustPurge() {
      notices.append(
        Finding(
          "purge_pending", "sopwright.sqlite",
          "Bytes of what was erased may still be in free pages of the file. Tidying up (maintain) finishes that."))
    }
    return notices
  }
}
