// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// A table of an audit pack: what ledger, evidence and handbook come to, for people with a spreadsheet. Nothing rests on it; who
/// verifies a pack makes the tables again.
enum PackTable: String, CaseIterable {
  case items, changes
  case sopVersions = "sop_versions"
  case exceptions

  /// The columns, in their order.
  var columns: [String] {
    let words =
      switch self {
      case .items:
        """
        item state resolution kind value owner severity cause historic opened_at acknowledge_by due_at rule count first last \
        follows failed_path failed_commit change rationale expires_on tripwire proposed_by approved_by closed_at takes_effect \
        sop path version commit sha256
        """
      case .changes:
        """
        change state revision path sop version effective closes sha256 summary proposed_by proposed_at approved_by authors \
        base_commit pushed_branch pushed_commit commit parent tree blob takes_effect
        """
      case .sopVersions:
        """
        path commit sop version blob sha256 author committed_at in_force_from origin change approved ratified_by retired
        """
      case .exceptions:
        """
        record batch source ref occurred_at code raw_code root_causes raw_root_cause team severity status case amount currency \
        deviation resolved_at updated_at received_at personal leaf superseded_by
        """
      }
    return words.split(separator: " ").map(String.init)
  }

  /// How many columns identify a row.
  var keyColumns: Int { self == .sopVersions ? 2 : 1 }

  /// What a finding calls a row.
  func name(of cells: [String]) -> String {
    guard cells.count > 3 else { return "\(PackPart.table(self))" }
    return switch self {
    case .items, .changes: cells[0]
    case .sopVersions: "\(cells[0]) in \(cells[1])"
    case .exceptions: "exception \(cells[2]) \(cells[3])"
    }
  }

  /// Calls `body` with the line of columns and then with every row, in an order that depends on the record alone.
  func forEachLine(_ reader: LedgerReader, _ body: ([UInt8]) throws -> Void) throws {
    func write(_ fill: (inout CSVLine) throws -> Void) throws {
      var line = CSVLine()
      try fill(&line)
      line.end()
      try body(line.bytes)
    }
    try write { line in for column in columns { line.add(column) } }
    switch self {
    case .items:
      for item in try reader.items().map(\.item).sorted(by: { $0.id < $1.id }) {
        try write { try $0.add(item, reader) }
      }
    case .changes:
      for change in try reader.changes() { try write { try $0.add(change, reader) } }
    case .sopVersions:
      for path in try reader.everyPath() {
        for version in try reader.versions(at: path) { try write { $0.add(version) } }
      }
    case .exceptions:
      try reader.forEachRecord { record in try write { $0.add(record) } }
    }
  }
}

extension CSVLine {
  fileprivate mutating func add(_ item: RemediationItem, _ reader: LedgerReader) throws {
    add(item.id)
    add(item.stateWord)
    var rejection: RejectionProposal?
    var approver: PersonID?
    var closing: RemediationItem.Closing?
    var changed: RemediationItem.SOPChanged?
    switch item.state {
    case .rejectionProposed(let proposal): rejection = proposal
    case .rejectionApproved(let proposal, let person): (rejection, approver) = (proposal, person)
    case .closed(let how):
      closing = how
      switch how {
      case .rejected(let signed): (rejection, approver) = (signed.proposal, signed.approvedBy)
      case .sopChanged(let sop): changed = sop
      }
    case .open, .acknowledged, .inChange: break
    }
    add(closing == nil ? nil : changed == nil ? "rejected" : "sop_changed")
    add(item.key.kind.rawValue)
    add(item.key.value)
    add(item.owner)
    add(item.severity.rawValue)
    add(item.cause.rawValue)
    add(item.isHistoric)
    add(item.openedAt)
    add(item.acknowledgeBy)
    add(item.dueAt)
    add(item.because.rule)
    add(item.because.count)
    add(item.because.first)
    add(item.because.last)
    add(item.follows)
    add(item.failed?.path)
    add(item.failed?.commit)
    add(item.change)
    add(try rejection.flatMap { try reader.text($0.rationale) })
    add(rejection?.expiresOn)
    add(rejection?.tripwire)
    add(rejection?.proposedBy)
    add(approver)
    add(closing?.closedAt)
    add(closing?.takesEffect)
    add(changed?.sop.id)
    add(changed?.sop.path)
    add(changed?.sop.version)
    add(changed?.sop.commit)
    add(changed?.sop.content)
  }

  fileprivate mutating func add(_ change: SOPChange, _ reader: LedgerReader) throws {
    var committed: ChangeCommitted?
    if case .committed(let outcome) = change.state { committed = outcome }
    let draft = change.draft
    add(change.id)
    add(change.stateWord)
    add(change.revision)
    add(draft.path)
    add(draft.sop)
    add(draft.sopVersion)
    add(draft.effective)
    add(draft.closes.map(\.description).joined(separator: " "))
    add(draft.content)
    add(try reader.text(draft.summary))
    add(change.proposedBy)
    add(change.proposedAt)
    add(change.approvedBy)
    add(draft.authors.map(\.text).joined(separator: " "))
    add(draft.base?.commit)
    add(draft.pushed?.branch)
    add(draft.pushed?.commit)
    add(committed?.sop.commit)
    add(committed?.parent)
    add(committed?.tree)
    add(committed?.blob)
    add(committed?.takesEffect)
  }

  fileprivate mutating func add(_ version: SOPVersion) {
    add(version.reference.path)
    add(version.reference.commit)
    add(version.reference.id)
    add(version.reference.version)
    add(version.blob)
    add(version.reference.content)
    add(version.author)
    add(version.committedAt)
    add(version.inForceFrom)
    add(version.origin.word)
    add(version.change)
    add(version.isApproved)
    add(version.ratifiedBy)
    add(version.isRetired)
  }

  fileprivate mutating func add(_ kept: KeptRecord) {
    let record = kept.record
    add(number: kept.id)
    add(number: Int64(kept.batch))
    add(record.source)
    add(record.reference)
    add(record.occurredAt)
    add(record.code)
    add(record.rawCode)
    add(record.rootCauses.joined(separator: " "))
    add(record.rawRootCause)
    add(record.team)
    add(record.severity)
    add(record.status)
    add(record.caseReference)
    add(number: record.amount)
    add(record.currency)
    add(record.deviation)
    add(record.resolvedAt)
    add(record.updatedAt)
    add(kept.receivedAt)
    add(kept.personal)
    add(kept.leaf)
    add(number: kept.supersededBy)
  }
}
