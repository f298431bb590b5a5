// SPDX-License-Identifier: Apache-2.0

/// Values of a code or tag column that are probably one: what to offer a person, who decides. Nothing is ever joined by
/// itself.
///
/// Two values are offered as one where they differ in nothing but
/// - `spelling`: case, white space, punctuation, and accents on Latin and Greek letters;
/// - `plural`: the `s` of a word;
/// - `wordOrder`: the order of words, unless a word such as `to` or `not` gives it a meaning;
/// - `form`: the ending of one form of a verb or another, as in damages and damaged;
/// - `typing`: one word in which a letter is missing, doubled, swapped or wrong; the rarer value is the wrong one.
///
/// Never where digits, signs such as `+` and `%`, or words of less than five letters differ, nor where a prefix is all
/// the difference: `Category 4` and `Category 42`, `R01` and `R02`, `paid` and `unpaid`, `active` and `inactive` are
/// different things. See docs/decisions/0028.
package enum NearDuplicates {
  /// A value as it stands, and how often.
  package struct Value: Equatable, Sendable {
    package let text: String
    package let count: Int

    package init(_ text: String, _ count: Int) {
      self.text = text
      self.count = count
    }
  }

  /// How a value differs from the one that it would be joined with.
  package enum Difference: String, Sendable, CaseIterable {
    case spelling, plural
    case wordOrder = "word_order"
    case form, typing
  }

  /// Values that are probably one.
  package struct Group: Equatable, Sendable {
    /// The most frequent of them; of equals the one with the fewest signs; ties by bytes.
    package let kept: Value
    /// The others, the most frequent first.
    package let others: [(value: Value, difference: Difference)]

    package init(kept: Value, others: [(value: Value, difference: Difference)]) {
      self.kept = kept
      self.others = others
    }

    package static func == (left: Group, right: Group) -> Bool {
      left.kept == right.kept && left.others.elementsEqual(right.others) { $0 == $1 }
    }
  }

  /// Values beyond this many, the rarest, are not compared for typing errors and forms.
  package static let comparedForTyping = 20_000

  /// The groups, those with the most exceptions beside the kept value first. Values are given once each, in any order.
  package static func groups(among values: [Value]) -> [Group] {
    var entries = values.compactMap { value in SpelledValue(value.text).map { Entry(value: value, spelled: $0) } }
    entries.sort { Entry.precedes($0.value, $1.value) }
    joinEqual(&entries)
    joinAlike(&entries)
    var members: [Int: [(value: Value, difference: Difference)]] = [:]
    for entry in entries {
      guard let hub = entry.joins else { continue }
      members[hub, default: []].append((entry.value, entry.spelled.difference(to: entries[hub].spelled)))
    }
    return members.map { Group(kept: entries[$0.key].value, others: $0.value) }.sorted { left, right in
      let (a, b) = (left.others.reduce(0) { $0 + $1.value.count }, right.others.reduce(0) { $0 + $1.value.count })
      return a != b ? a > b : Entry.precedes(left.kept, right.kept)
    }
  }

  private struct Entry {
    let value: Value
    let spelled: SpelledValue
    /// The place of the value that it would be joined with; that one joins none itself.
    var joins: Int?

    static func precedes(_ left: Value, _ right: Value) -> Bool {
      if left.count != right.count { return left.count > right.count }
      let (a, b) = (signs(left), signs(right))
      return a != b ? a < b : left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    private static func signs(_ value: Value) -> Int {
      value.text.unicodeScalars.count { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
    }
  }

  /// Joins what has a key in common: the same words in any order, or the same letters whatever stands between them.
  private static func joinEqual(_ entries: inout [Entry]) {
    var firsts: [String: Int] = [:]
    for index in entries.indices {
      let keys = entries[index].spelled.keys
      if let hub = keys.compactMap({ firsts[$0] }).min() { entries[index].joins = hub }
      for key in keys where firsts[key] == nil { firsts[key] = entries[index].joins ?? index }
    }
  }

  /// Joins those that are left with the most frequent value that differs in one word by its form or by a slip.
  /// Candidates share a place in a table of words with one letter left out, so that no two values are compared that
  /// have nothing in common.
  private static func joinAlike(_ entries: inout [Entry]) {
    var table: [UInt64: [Int]] = [:]
    var equals: [Int: [Int]] = [:]
    for (index, entry) in entries.enumerated() { if let hub = entry.joins { equals[hub, default: []].append(index) } }
    for index in entries.indices.prefix(comparedForTyping) where entries[index].joins == nil {
      let traces = entries[index].spelled.traces
      var candidates: Set<Int> = []
      for trace in traces { candidates.formUnion(table[trace] ?? []) }
      let hub = candidates.sorted().first { hub in
        entries[index].spelled.isAlike(
          entries[hub].spelled, counts: (entries[index].value.count, entries[hub].value.count))
      }
      // What is joined already attracts nothing: chains of slips would end anywhere.
      guard let hub else {
        for trace in traces where (table[trace]?.count ?? 0) < 64 { table[trace, default: []].append(index) }
        continue
      }
      for place in [index] + (equals[index] ?? []) { entries[place].joins = hub }
    }
  }
}
