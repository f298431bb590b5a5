// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension Workspace {
  /// Opens an item for every key whose rule holds, or whose rejection has expired, and that has none open. By rule, so the actor
  /// is `PersonID.rules`. Numbered by when the rule held, then kind, then value.
  func openItems(_ transaction: LedgerTransaction) throws -> [ItemID] {
    var opened: [ItemID] = []
    for (opening, expiredOn) in try transaction.reader.expiredRejections(before: date(transaction.time)) {
      let due = settings.zone.startOfDay(expiredOn + Days(1))
      opened.append(try open(opening, cause: .rejectionExpired, share: 1000, dueAt: due, transaction))
    }
    let pending = try transaction.reader.pendingOpenings()
    // The history of years is not due all at once: what occurred most comes first.
    let ranked = pending.filter { $0.isHistoric(at: transaction.time) }
      .sorted { ($1.occurrences, $0.key) < ($0.occurrences, $1.key) }.map(\.key)
    for opening in pending {
      let rank = ranked.firstIndex(of: opening.key).map { ($0 + 1) * 1000 / ranked.count } ?? 1000
      opened.append(
        try open(opening, cause: try cause(of: opening, transaction), share: rank, dueAt: nil, transaction))
    }
    return opened
  }

  private func cause(of opening: PendingOpening, _ transaction: LedgerTransaction) throws -> RemediationItem.Cause {
    guard let previous = opening.previous else { return .recurrence }
    if opening.isSuppressed { return .tripwire }
    if case .closed(.sopChanged) = try transaction.reader.requiredItem(previous).state { return .regression }
    return .recurrence
  }

  /// - Parameter share: which part of the SLA's time it may take, in thousandths.
  private func open(
    _ opening: PendingOpening, cause: RemediationItem.Cause, share: Int, dueAt: Timestamp?,
    _ transaction: LedgerTransaction
  ) throws -> ItemID {
    let inForce = try transaction.reader.requiredTaxonomy()
    let entry = inForce.taxonomy.entry(opening.key)
    let isHistoric = opening.isHistoric(at: transaction.time)
    let policy =
      isHistoric
      ? inForce.taxonomy.policy(SLAPolicy.backlog.id) ?? .backlog
      : entry.flatMap { inForce.taxonomy.policy($0.sla) } ?? .standard
    let calendar = inForce.taxonomy.calendar(of: policy)
    let digest = policy.calendar == nil ? nil : try transaction.keep(document: calendar.json.canonicalBytes)
    // Every entry has an owner; where one was taken out of the taxonomy since, an administrator has to look.
    let administrator = inForce.taxonomy.people(with: .administrator).min()
    let id = try transaction.nextItemID()
    try transaction.append(
      .item(
        id,
        .opened(
          ItemEvent.ItemOpened(
            key: opening.key, owner: entry?.owner ?? administrator ?? transaction.author.person,
            severity: entry?.severity ?? .major,
            sla: policy, calendar: digest,
            schedule: ItemClock.Schedule(policy, calendar, openedAt: transaction.time, share: share),
            isHistoric: isHistoric, cause: cause, because: opening.because, since: opening.since,
            follows: opening.previous, failed: try failed(opening, cause, transaction.reader),
            taxonomy: inForce.version))),
      expecting: 0, actor: .rules, dueAt: dueAt)
    return id
  }

  /// The version that did not hold: the one in force, of the SOP that the closing changed, when the rule came to hold again.
  private func failed(
    _ opening: PendingOpening, _ cause: RemediationItem.Cause, _ reader: LedgerReader
  ) throws -> SOPReference? {
    guard cause == .regression, let previous = opening.previous,
      case .closed(.sopChanged(let closing)) = try reader.requiredItem(previous).state
    else { return nil }
    return try reader.version(at: closing.sop.path, inForceAt: opening.heldAt)?.reference ?? closing.sop
  }
}

extension PendingOpening {
  /// Whether its last window ended longer ago than the window is long: then it opens out of history.
  fileprivate func isHistoric(at now: Timestamp) -> Bool {
    lastWindowEnded.map { $0 + because.rule.window < now } ?? false
  }
}
