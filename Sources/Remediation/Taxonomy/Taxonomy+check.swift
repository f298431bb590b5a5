// SPDX-License-Identifier: Apache-2.0

/// Something that a check of the taxonomy found.
package struct TaxonomyFinding: Equatable, Sendable {
  package enum Weight: String, Sendable {
    /// It cannot be adopted like this.
    case error
    /// It can, but somebody should look.
    case warning
  }

  package let weight: Weight
  /// A short name of the check, as `owner_missing`.
  package let check: String
  /// What it is about; nil where it is about the taxonomy as a whole.
  package let key: RecurrenceKey?
  /// A sentence with the remedy.
  package let detail: String

  /// What it is about, where that is neither a code nor a tag.
  package enum Part: Sendable {
    case codes
    case policies
    case calendars
    case people
  }

  package let part: Part

  package init(
    _ weight: Weight, _ check: String, _ key: RecurrenceKey?, _ detail: String, of part: Part = .codes
  ) {
    self.part = part
    self.weight = weight
    self.check = check
    self.key = key
    self.detail = detail
  }
}

/// What the check needs to know of how a key has been used.
package struct KeyUsage: Equatable, Sendable {
  package var exceptions: Int
  package var items: Int
  /// Items that ended with an SOP change.
  package var changes: Int
  /// Its item that is not closed.
  package var openItem: ItemID?

  package init(exceptions: Int, items: Int, changes: Int, openItem: ItemID? = nil) {
    self.openItem = openItem
    self.exceptions = exceptions
    self.items = items
    self.changes = changes
  }
}

extension Taxonomy {
  /// How many codes people can keep apart: fewer say nothing, more are not used right.
  package static let usefulNumberOfCodes = 10...30
  /// A catch-all that takes more than this share hides codes of its own.
  package static let largestCatchAllShare = 0.2
  /// From this many exceptions on, a code that never led to an action is noise.
  package static let noiseAfter = 20

  /// Everything that is wrong with it.
  /// - Parameters:
  ///   - handbook: paths of the SOPs in the handbook.
  ///   - usage: how each key has been used; what is absent has not been used.
  ///   - today: for what runs out.
  package func check(
    handbook: Set<SOPPath>, usage: [RecurrenceKey: KeyUsage], today: CalendarDate
  ) -> [TaxonomyFinding] {
    checkNumbers() + checkPeople() + checkPolicies() + checkCalendars(today) + checkEntries(.code, handbook)
      + checkEntries(.rootCause, handbook)
      + checkLookalikes(.code) + checkLookalikes(.rootCause) + checkHeirs(usage) + checkUsage(usage)
  }

  private func checkNumbers() -> [TaxonomyFinding] {
    let count = codes.filter { !$0.isCatchAll && $0.retired == nil }.count
    if count < Taxonomy.usefulNumberOfCodes.lowerBound {
      return [
        TaxonomyFinding(
          .warning, "too_few_codes", nil,
          "There are \(count) codes; 10 to 30 are useful. With fewer, different troubles share a name.")
      ]
    }
    if count > Taxonomy.usefulNumberOfCodes.upperBound {
      return [
        TaxonomyFinding(
          .warning, "too_many_codes", nil,
          "There are \(count) codes; 10 to 30 are useful. With more, people pick the wrong one: merge what is alike.")
      ]
    }
    return []
  }

  private func checkEntries(_ kind: RecurrenceKey.Kind, _ handbook: Set<SOPPath>) -> [TaxonomyFinding] {
    var findings: [TaxonomyFinding] = []
    for entry in entries(kind) where entry.retired == nil {
      let key = RecurrenceKey(kind, entry.id)
      func error(_ check: String, _ detail: String) {
        findings.append(TaxonomyFinding(.error, check, key, "\(entry.id) \(detail)"))
      }
      if let owner = entry.owner {
        if person(owner) == nil {
          error("owner_unknown", "has the owner \(owner), who is not in people.yaml. Add them, or name another.")
        }
      } else {
        error("owner_missing", "has no owner. Write owner: and the id of a person.")
      }
      if let playbook = entry.playbook {
        if !handbook.contains(playbook) {
          error("playbook_not_found", "has the playbook \(playbook), which is not in the handbook. Propose it first.")
        }
      } else {
        error("playbook_missing", "has no playbook. Write playbook: and the path of an SOP.")
      }
      if policy(entry.sla) == nil {
        error("sla_unknown", "has the SLA \(entry.sla), which is not in policies.yaml.")
      }
      for old in entry.replaces where self.entry(RecurrenceKey(kind, old))?.retired == nil {
        error(
          "replaced_not_retired", "replaces \(old), which is not retired. Keep \(old) and write retired: and a date.")
      }
    }
    return findings
  }

  /// Whoever retires a code or tag with an open item says which one takes the item over.
  private func checkHeirs(_ usage: [RecurrenceKey: KeyUsage]) -> [TaxonomyFinding] {
    usage.sorted { $0.key < $1.key }.compactMap { key, used in
      guard let item = used.openItem else { return nil }
      guard let entry = entry(key) else {
        return TaxonomyFinding(
          .error, "heir_missing", key,
          "\(key.value) is gone from the files while \(item) is open for it. Keep it, write retired: and a date, and "
            + "replaces: [\(key.value)] into the one that takes over.")
      }
      guard entry.retired != nil, !heirs(of: key).contains(where: { self.entry($0)?.retired == nil }) else {
        return nil
      }
      return TaxonomyFinding(
        .error, "heir_missing", key,
        "\(entry.id) is retired while \(item) is open for it. Write replaces: [\(entry.id)] into the one that takes over, "
          + "or close \(item) first.")
    }
  }

  private func checkUsage(_ usage: [RecurrenceKey: KeyUsage]) -> [TaxonomyFinding] {
    var findings: [TaxonomyFinding] = []
    let total = codes.reduce(0) { $0 + (usage[RecurrenceKey(.code, $1.id)]?.exceptions ?? 0) }
    for entry in codes where entry.retired == nil {
      let key = RecurrenceKey(.code, entry.id)
      guard let used = usage[key] else { continue }
      if entry.isCatchAll {
        let share = Double(used.exceptions) / Double(max(total, 1))
        if share > Taxonomy.largestCatchAllShare {
          findings.append(
            TaxonomyFinding(
              .warning, "catch_all_share", key,
              "\(entry.id) takes \(Int((share * 100).rounded())) % of all exceptions. See what recurs in it, and give that "
                + "a code of its own."))
        }
      } else if used.exceptions >= Taxonomy.noiseAfter && used.items == 0 && entry.replaces.isEmpty {
        findings.append(
          TaxonomyFinding(
            .warning, "noise", key,
            "\(entry.id) was recorded \(used.exceptions) times and never led to an item. Is its rule too strict, or is it "
              + "no exception?"))
      }
    }
    return findings
  }
}
