// SPDX-License-Identifier: Apache-2.0

/// Titles by their words. Work is in proportion to how many titles share their rarest word, not to their number.
private struct TitleIndex {
  typealias Title = (words: Set<String>, entry: TaxonomyEntry)

  private(set) var titles: [Title] = []
  private let frequency: [String: Int]
  /// By each word, the titles that have it, in their order.
  private var having: [String: [Int]] = [:]
  /// By a title's rarest word, those titles.
  private var represented: [String: [Int]] = [:]

  init(frequency: [String: Int]) { self.frequency = frequency }

  private func rarest(_ words: Set<String>) -> String? {
    words.min { (frequency[$0] ?? 0, $0) < (frequency[$1] ?? 0, $1) }
  }

  mutating func add(_ title: Title) {
    let place = titles.count
    titles.append(title)
    for word in title.words { having[word, default: []].append(place) }
    if let word = rarest(title.words) { represented[word, default: []].append(place) }
  }

  /// The first title that has all of these words, or no others.
  func first(alike words: Set<String>) -> Title? {
    let larger = rarest(words).flatMap { having[$0]?.first { words.isSubset(of: titles[$0].words) } }
    let smaller = words.compactMap { represented[$0]?.first { titles[$0].words.isSubset(of: words) } }.min()
    return [larger, smaller].compactMap { $0 }.min().map { titles[$0] }
  }
}

extension Taxonomy {
  /// Two names that nobody tells apart: the same words, or all words of one in the other.
  func checkLookalikes(_ kind: RecurrenceKey.Kind) -> [TaxonomyFinding] {
    let titles: [TitleIndex.Title] = entries(kind).filter { $0.retired == nil && !$0.isCatchAll }.map { entry in
      (Set(entry.title.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)), entry)
    }.filter { !$0.words.isEmpty }
    var seen = TitleIndex(frequency: Dictionary(titles.flatMap(\.words).map { ($0, 1) }, uniquingKeysWith: +))
    var findings: [TaxonomyFinding] = []
    for (words, entry) in titles {
      if let other = seen.first(alike: words) {
        let relation =
          words == other.words ? "have the same title but for spelling" : "share every word of the shorter title"
        findings.append(
          TaxonomyFinding(
            .warning, "lookalikes", RecurrenceKey(kind, entry.id),
            "\(entry.id) and \(other.entry.id) \(relation). Nobody tells them apart: merge them, or name the difference."
          ))
      }
      seen.add((words, entry))
    }
    return findings
  }
}
