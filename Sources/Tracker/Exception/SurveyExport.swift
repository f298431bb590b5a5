// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What an export holds, counted by the values of its code and tag columns in their final form.
package struct ExportSurvey: Sendable {
  /// Times of the exceptions of each value, unsorted.
  package fileprivate(set) var codes: [String: [Timestamp]] = [:]
  package fileprivate(set) var rootCauses: [String: [Timestamp]] = [:]
  package fileprivate(set) var exceptions = 0
  package fileprivate(set) var unreadable = 0
  /// Exceptions without a code of their own.
  package fileprivate(set) var withoutCode = 0
  /// Exceptions without a tag.
  package fileprivate(set) var withoutTag = 0
  /// Exceptions whose value came after `ExportSurvey.values` others: they are counted, and not told apart.
  package fileprivate(set) var beyond = 0
  /// Where the map names values: those that it does not name, and so gives to its catch-all.
  package fileprivate(set) var unnamed: [String: [Timestamp]] = [:]
  /// Values of the code column, as they stand in the file whatever the map makes of them, with case folded.
  package fileprivate(set) var rawCodes: [String: Int] = [:]
  package fileprivate(set) var first: Timestamp?
  package fileprivate(set) var last: Timestamp?

  /// Different values that are told apart; so many are no codes, but memory must not grow with them.
  static let values = 100_000

  /// Values by how often they occur; ties by bytes.
  package static func ranked(_ values: [String: [Timestamp]]) -> [(value: String, count: Int)] {
    values.map { (value: $0.key, count: $0.value.count) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.value.utf8.lexicographicallyPrecedes($1.value.utf8)
    }
  }

  /// Which of these values a rule would open an item for.
  package static func opening(_ rule: RecurrenceRule, of values: [String: [Timestamp]], among kept: Set<String>) -> Int
  {
    values.count { kept.contains($0.key) && rule.earliestWindow(in: $0.value.sorted()) != nil }
  }
}

extension ExportFile {
  /// Counts the file's exceptions by what a map without values, or with its own, makes of them. Values that differ in
  /// upper and lower case only are one; it is named as it stands most often.
  func survey() throws -> ExportSurvey {
    var survey = ExportSurvey()
    var codeNames = NamedValues()
    var tagNames = NamedValues()
    var rawNames = NamedValues()
    var repeats: Set<Fingerprint> = []
    try forEachRow(taxonomy: nil) { _, result, _ in
      guard let result else { return }
      guard case .success(let received) = result else {
        survey.unreadable += 1
        return
      }
      let record = received.record
      if map.rows == .each, !map.id.isEmpty, !repeats.insert(Fingerprint(record.reference)).inserted { return }
      let time = record.occurredAt
      survey.exceptions += 1
      survey.first = min(survey.first ?? time, time)
      survey.last = max(survey.last ?? time, time)
      if let code = codeNames.folded(record.code) {
        survey.codes[code, default: []].append(time)
      } else {
        survey.beyond += 1
      }
      if record.rawCode.isEmpty {
        survey.withoutCode += 1
      } else if let raw = rawNames.folded(record.rawCode) {
        survey.rawCodes[raw, default: 0] += 1
        if !map.code.values.isEmpty, record.code == map.code.otherwise { survey.unnamed[raw, default: []].append(time) }
      }
      if record.rootCauses.isEmpty { survey.withoutTag += 1 }
      for tag in record.rootCauses {
        if let tag = tagNames.folded(tag) { survey.rootCauses[tag, default: []].append(time) }
      }
    }
    survey.codes = codeNames.named(survey.codes)
    survey.rootCauses = tagNames.named(survey.rootCauses)
    survey.unnamed = rawNames.named(survey.unnamed)
    survey.rawCodes = rawNames.named(survey.rawCodes)
    return survey
  }
}

/// Values with case folded, and how often each spelling of them stands there.
private struct NamedValues {
  private var spellings: [String: [String: Int]] = [:]

  /// The value with case folded, counted once more; nil where there are too many to tell apart.
  mutating func folded(_ value: String) -> String? {
    let folded = value.lowercased()
    guard spellings.count < ExportSurvey.values || spellings[folded] != nil else { return nil }
    spellings[folded, default: [:]][value, default: 0] += 1
    return folded
  }

  /// The same by the most frequent spelling of each value; ties by bytes, so that the order of rows does not count.
  func named<Value>(_ values: [String: Value]) -> [String: Value] {
    Dictionary(
      uniqueKeysWithValues: values.map { folded, value in
        let best = (spellings[folded] ?? [:]).max {
          $0.value != $1.value ? $0.value < $1.value : $1.key.utf8.lexicographicallyPrecedes($0.key.utf8)
        }
        return (best?.key ?? folded, value)
      })
  }
}
