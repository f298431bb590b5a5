// SPDX-License-Identifier: Apache-2.0

// New versions of the taxonomy. docs/formats/taxonomy.md: "Lineage".
extension ModelState {
  /// What somebody writes into the files.
  func edited(_ plan: PlannedTaxonomy, serial: Int) -> [ModelEntry] {
    var entries = taxonomy.entries
    let choices = entries.indices.filter { !entries[$0].isCatchAll }
    func chosen(_ number: Int) -> Int { choices[number % choices.count] }
    func heir(of keys: [Key], _ suffix: String) {
      let key = Key(isTag: keys[0].isTag, id: "N\(serial)\(suffix)")
      entries.append(ModelEntry(key: key, rule: PlannedRule(count: 3, days: 7), replaces: keys.map(\.id)))
    }
    func retire(_ index: Int, _ daysAgo: Int) {
      if entries[index].retired == nil { entries[index].retired = today - Int64(daysAgo) }
    }
    switch plan {
    case .rule(let key, let rule): entries[chosen(key)].rule = rule
    case .add:
      let key = Key(isTag: serial.isMultiple(of: 3), id: "N\(serial)")
      entries.append(ModelEntry(key: key, rule: PlannedRule(count: 2, days: 5)))
    case .rename(let key, let daysAgo):
      retire(chosen(key), daysAgo)
      heir(of: [entries[chosen(key)].key], "")
    case .merge(let key, let other, let daysAgo):
      let kind = entries[chosen(key)].key.isTag
      let alike = choices.filter { entries[$0].key.isTag == kind }
      let second = alike[other % alike.count]
      retire(chosen(key), daysAgo)
      retire(second, daysAgo)
      heir(of: Set([chosen(key), second]).sorted().map { entries[$0].key }, "")
    case .split(let key, let daysAgo):
      retire(chosen(key), daysAgo)
      heir(of: [entries[chosen(key)].key], "A")
      heir(of: [entries[chosen(key)].key], "B")
    case .retire(let key, let daysAgo): retire(chosen(key), daysAgo)
    }
    // Codes and tags have a file each.
    return entries.filter { !$0.key.isTag } + entries.filter { $0.key.isTag }
  }

  mutating func adopt(_ entries: [ModelEntry], by person: String) throws(Refused) {
    try mustBeKnown(person)
    var next = ModelTaxonomy(entries: entries, version: taxonomy.version + 1)
    let wasThere =
      entries.count == taxonomy.entries.count
      && entries.allSatisfy { entry in
        taxonomy.entry(entry.key).map { $0.rule == entry.rule && $0.retired == entry.retired } ?? false
      }
    if wasThere { throw Refused("nothing changed") }
    for entry in entries where entry.retired != nil {
      // Its own: one that it took over goes on under the key that it opened for, and that one's other heirs.
      let hasOpenItem = items.contains { $0.key == entry.key && !$0.isClosed }
      let inForce = next.heirs(of: entry.key).contains { next.entry($0)?.retired == nil }
      if hasOpenItem, !inForce { throw Refused("an open item without an heir") }
    }
    swap(&taxonomy, &next)
    for entry in entries where entry.retired == nil && !entry.replaces.isEmpty && itemNumbers(of: entry.key).isEmpty {
      if let inherited = inherited(by: entry.key) { cut(entry.key, by: inherited) }
    }
    openItems()
  }

  private func itemNumbers(of key: Key) -> [Int] { (segments[key] ?? []).compactMap(\.item) }

  /// The items that an heir goes on with: of the first of those before that has an open one, else of the first that has had any.
  private func inherited(by heir: Key) -> [Int]? {
    let had = (taxonomy.entry(heir)?.replaces ?? []).map { id in
      let key = Key(isTag: heir.isTag, id: id)
      let own = itemNumbers(of: key)
      return own.isEmpty ? inherited(by: key) ?? [] : own
    }.filter { !$0.isEmpty }
    return had.first { numbers in numbers.last.map { !items[$0 - 1].isClosed } ?? false } ?? had.first
  }

  /// Its time is cut as that of the one before.
  private mutating func cut(_ heir: Key, by numbers: [Int]) {
    var all = [ModelSegment(since: Int64.min)]
    for number in numbers {
      all[all.count - 1].item = number
      guard let effect = items[number - 1].effect else { break }
      let boundary = max(effect, all[all.count - 1].since)
      all[all.count - 1].until = boundary
      var isRejected = false
      if case .rejected = items[number - 1].state { isRejected = true }
      all.append(ModelSegment(since: boundary, suppressedBy: isRejected ? number : nil))
    }
    segments[heir] = all
  }
}
