// SPDX-License-Identifier: Apache-2.0

// What recurs, and what belongs to which item. docs/formats/recurrence.md.
extension ModelState {
  /// When the exceptions of a key occurred that lie in a segment.
  func times(_ key: Key, in segment: ModelSegment) -> [Int64] {
    records.values.filter { $0.keys.contains(key) && segment.contains($0.content.at) }.map(\.content.at).sorted()
  }

  /// The first window that satisfies a rule: its start, and when the rule held.
  static func window(_ times: [Int64], _ rule: PlannedRule) -> (start: Int64, heldAt: Int64)? {
    for index in times.indices where index + rule.count <= times.count {
      let last = times[index + rule.count - 1]
      if last - times[index] <= Int64(rule.days) * day { return (times[index], last) }
    }
    return nil
  }

  /// The rule that is watched in a segment.
  private func rule(of segment: ModelSegment, _ key: Key) -> PlannedRule? {
    if let item = segment.item { return items[item - 1].rule }
    if let rejected = segment.suppressedBy { return rejection(rejected)?.tripwire }
    return taxonomy.rule(for: key)
  }

  private func rejection(_ item: Int) -> ModelRejection? {
    if case .rejected(let rejection) = items[item - 1].state { rejection } else { nil }
  }

  /// From where on a segment's exceptions belong to its item.
  private func start(of segment: ModelSegment, _ key: Key) -> Int64? {
    let window = rule(of: segment, key).flatMap { ModelState.window(times(key, in: segment), $0) }
    return window?.start ?? segment.item.map { items[$0 - 1].first }
  }

  /// References of what belongs to an item, each once, also where it has several of the item's tags.
  func members(of item: Int) -> Set<String> {
    var members: Set<String> = []
    for (key, segments) in segments {
      for segment in segments where segment.item == item {
        guard let start = start(of: segment, key) else { continue }
        for (name, record) in records
        where record.keys.contains(key) && segment.contains(record.content.at) && record.content.at >= start {
          members.insert(name)
        }
      }
    }
    return members
  }

  /// Opens an item for every key whose rejection has expired, or whose rule holds, and that has none open.
  mutating func openItems() {
    for entry in taxonomy.entries where segments[entry.key] == nil {
      segments[entry.key] = [ModelSegment(since: Int64.min)]
    }
    for (key, segment, expires) in expired() {
      let entry = taxonomy.entry(key)
      let rule = rule(of: segment, key) ?? entry?.rule ?? PlannedRule(count: 1, days: 30)
      open(key, "rejection_expired", rule, first: segment.since, share: 1_000, after: expires)
    }
    var pending: [(heldAt: Int64, key: Key, start: Int64, rule: PlannedRule, count: Int, isHistoric: Bool)] = []
    for (key, segment) in live() {
      guard let rule = rule(of: segment, key), let held = ModelState.window(times(key, in: segment), rule) else {
        continue
      }
      pending.append(
        (
          held.heldAt, key, held.start, rule, times(key, in: segment).count { $0 >= held.start },
          isHistoric(segment, key, rule)
        ))
    }
    let ranked = pending.filter(\.isHistoric).sorted { ($1.count, $0.key) < ($0.count, $1.key) }.map(\.key)
    for opening in pending.sorted(by: { ($0.heldAt, $0.key) < ($1.heldAt, $1.key) }) {
      let rank = ranked.firstIndex(of: opening.key).map { ($0 + 1) * 1_000 / ranked.count }
      open(
        opening.key, cause(opening.key), opening.rule, first: opening.start, share: rank ?? 1_000, after: nil)
    }
  }

  /// Last segments without an item.
  private func live() -> [(key: Key, segment: ModelSegment)] {
    segments.compactMap { key, segments in segments.last.map { (key, $0) } }.filter { $0.1.item == nil }
  }

  private func expired() -> [(key: Key, segment: ModelSegment, expires: Int64)] {
    live().compactMap { key, segment in
      guard let rejected = segment.suppressedBy, let rejection = rejection(rejected), rejection.expires < today
      else { return nil }
      // What took a retired key's item over brings it back instead.
      if taxonomy.entry(key)?.retired != nil {
        let heirs = taxonomy.heirs(of: key)
        if heirs.contains(where: { segments[$0]?.contains { $0.suppressedBy == rejected } ?? false }) { return nil }
      }
      return (key, segment, rejection.expires)
    }.sorted { ($0.expires, $0.key) < ($1.expires, $1.key) }
  }

  private func cause(_ key: Key) -> String {
    guard let all = segments[key], all.count > 1 else { return "recurrence" }
    return all[all.count - 1].suppressedBy == nil ? "regression" : "tripwire"
  }

  /// Whether the last window that satisfies the rule ended longer ago than the rule's days.
  private func isHistoric(_ segment: ModelSegment, _ key: Key, _ rule: PlannedRule) -> Bool {
    let times = times(key, in: segment)
    let last = times.indices.last { index in
      index >= rule.count - 1 && times[index] - times[index - rule.count + 1] <= Int64(rule.days) * ModelState.day
    }
    return last.map { times[$0] + Int64(rule.days) * ModelState.day < now } ?? false
  }

  /// - Parameters:
  ///   - share: which part of the time of a backlog it has, in thousandths.
  ///   - after: the last day of the rejection that has expired.
  private mutating func open(
    _ key: Key, _ cause: String, _ rule: PlannedRule, first: Int64, share: Int, after: Int64?
  ) {
    guard var all = segments[key], let segment = all.last else { return }
    let isHistoric = isHistoric(segment, key, rule)
    var goal = now + 14 * ModelState.day
    if isHistoric {
      let whole = 80 * ModelState.day / 1_000 * Int64(share)
      goal = share == 1_000 ? now + 90 * ModelState.day : (now + 10 * ModelState.day + whole) / 1_000 * 1_000
    }
    items.append(
      ModelItem(
        key: key, owner: "ana", cause: cause, rule: rule, first: first,
        follows: all.count > 1 ? all[all.count - 2].item : nil, isHistoric: isHistoric, goal: goal))
    all[all.count - 1].item = items.count
    segments[key] = all
  }

  /// Ends an item's segments where its closing takes effect.
  mutating func end(_ item: Int, at effect: Int64, rejected: Bool) {
    for (key, var all) in segments {
      guard let last = all.last, last.item == item, last.until == nil else { continue }
      let boundary = max(effect, last.since)
      all[all.count - 1].until = boundary
      all.append(ModelSegment(since: boundary, suppressedBy: rejected ? item : nil))
      segments[key] = all
    }
  }
}
