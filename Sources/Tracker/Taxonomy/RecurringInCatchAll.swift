// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
internal import Remediation

/// What repeats among the exceptions that get no code of their own: values that were left out, and words that people
/// wrote.
struct RecurringInCatchAll {
  private let proposal: ExportProposal
  private let export: String
  private let taxonomy: Taxonomy?
  /// Values that have a code, with case folded.
  private let kept: Set<String>

  private static let shownValues = 20
  private static let shownPhrases = 15
  /// Different words and pairs that are counted at most; the first of a text, so many.
  private static let phrases = 50_000
  private static let wordsOfText = 60

  init(_ proposal: ExportProposal, _ export: String, _ taxonomy: Taxonomy?) {
    self.proposal = proposal
    self.export = export
    self.taxonomy = taxonomy
    kept = Set(proposal.codes.map { $0.value.lowercased() }.filter { !ColumnProfile.isCatchAll($0) })
  }

  func found() throws -> TaxonomySuggestion.CatchAll {
    let survey = proposal.survey
    let times = proposal.map.code.values.isEmpty ? survey.codes : survey.unnamed
    let left = times.filter { !hasCode($0.key) }
    let vague = left.filter { isVague($0.key) }
    let named = left.filter { !isVague($0.key) }
    // Where the map names values, those without one are not among the unnamed; otherwise they stand under the
    // catch-all.
    let without = proposal.map.code.values.isEmpty ? 0 : survey.withoutCode
    let vagueCount = vague.values.reduce(without) { $0 + $1.count }
    let namedCount = named.values.reduce(survey.beyond) { $0 + $1.count }
    let recurring = ExportSurvey.ranked(named).prefix(2000).compactMap { value, count in
      let opens = ExportSurvey.opening(named[value] ?? [])
      return opens.isEmpty ? nil : (value: value, count: count, opens: opens)
    }
    let (column, phrases) = try phrases(of: vagueCount + namedCount)
    return TaxonomySuggestion.CatchAll(
      count: vagueCount + namedCount, share: Double(vagueCount + namedCount) / Double(max(survey.exceptions, 1)),
      withoutValue: vagueCount, values: Array(recurring.prefix(RecurringInCatchAll.shownValues)), textColumn: column,
      phrases: phrases)
  }

  /// Whether a value is among the proposed codes, or is one that the taxonomy in force knows.
  private func hasCode(_ value: String) -> Bool {
    if kept.contains(value.lowercased()) { return true }
    guard proposal.map.code.values.isEmpty, let entry = EntryID.entry(for: value, among: taxonomy?.codes ?? []) else {
      return false
    }
    return !entry.isCatchAll
  }

  private func isVague(_ value: String) -> Bool {
    value.isEmpty || value == proposal.map.code.otherwise || ColumnProfile.isCatchAll(value)
  }

  // MARK: What people wrote

  /// Words and pairs of words, each counted once an exception.
  private func phrases(of count: Int) throws -> (column: String?, found: [(text: String, count: Int)]) {
    guard count > 0, let column = textColumn() else { return (nil, []) }
    var counts: [String: Int] = [:]
    var repeats: Set<Fingerprint> = []
    var map = proposal.map
    if !map.inputs.contains(column) { map.inputs.append(column) }
    let file = try ExportFile(at: export, map: map, progress: { _ in })
    try file.forEachRow(taxonomy: nil) { _, result, _ in
      guard case .success(let received)? = result else { return }
      let record = received.record
      let value = proposal.map.code.values.isEmpty ? record.code : record.rawCode
      guard !hasCode(value), proposal.map.code.values.isEmpty || record.code == proposal.map.code.otherwise else {
        return
      }
      if proposal.map.rows == .each, !proposal.map.id.isEmpty, !repeats.insert(Fingerprint(record.reference)).inserted {
        return
      }
      guard let text = received.personal.inputs.first(where: { $0.name == column })?.value else { return }
      for phrase in RecurringInCatchAll.phrases(in: text) {
        if let known = counts[phrase] {
          counts[phrase] = known + 1
        } else if counts.count < RecurringInCatchAll.phrases {
          counts[phrase] = 1
        }
      }
    }
    return (column, RecurringInCatchAll.telling(counts, of: count))
  }

  private func textColumn() -> String? {
    guard ExportFormat(of: export) == .csv else { return nil }
    // A map that was given says nothing of the columns that it does not read, so they are looked at here. Where that
    // finds no roles, the map knows better, and there is no column of texts to name.
    let roles = proposal.roles ?? (try? ColumnRoles(ExportSample(export)))
    guard let column = roles?.freeText, !proposal.map.code.columns.contains(column.name.text) else { return nil }
    return column.name.text
  }

  static func phrases(in text: String) -> Set<String> {
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "’" }.prefix(wordsOfText)
      .map(String.init)
    var found: Set<String> = []
    var previous: String?
    for word in words {
      let isTelling = word.count >= 3 && !commonWords.contains(word) && word.contains(where: \.isLetter)
      if isTelling {
        found.insert(word)
        if let previous, previous != word { found.insert("\(previous) \(word)") }
      }
      // A pair stands side by side, but for words such as "of" between them.
      if isTelling { previous = word } else if !commonWords.contains(word) { previous = nil }
    }
    return found
  }

  /// Those that stand in enough exceptions; a word that hardly ever stands without its pair gives way to the pair.
  static func telling(_ counts: [String: Int], of total: Int) -> [(text: String, count: Int)] {
    let least = max(3, total / 100)
    let often = counts.filter { $0.value >= least }
    var covered: Set<String> = []
    for (phrase, count) in often {
      let words = phrase.split(separator: " ").map(String.init)
      guard words.count == 2 else { continue }
      for word in words where (often[word] ?? 0) * 4 <= count * 5 { covered.insert(word) }
    }
    return often.filter { !covered.contains($0.key) }.map { (text: $0.key, count: $0.value) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.text.utf8.lexicographicallyPrecedes($1.text.utf8)
    }.prefix(shownPhrases).map { $0 }
  }

  private static let commonWords: Set<String> = [
    "the", "and", "for", "with", "from", "that", "this", "was", "were", "has", "have", "had", "not", "are", "but",
    "you", "your", "our", "can", "cannot", "will", "would", "when", "while", "into", "onto", "out", "off", "via", "per",
    "due", "its", "been", "being", "does", "did", "they", "them", "their", "there", "then", "than", "also", "please",
    "hello", "thanks", "re", "fw", "fwd", "to", "of", "in", "on", "at", "by", "a", "an", "is", "as", "be", "it", "or",
    "my", "me", "we", "us", "no", "so", "if", "do", "i", "der", "die", "das", "und", "den", "dem", "ein", "eine", "mit",
    "von", "für", "auf", "ist", "nicht", "zu", "im", "am", "bei", "les", "des", "une", "pour", "dans", "sur", "est",
    "pas", "que", "qui", "los", "las", "del", "por", "para", "con",
  ]
}
