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
  /// Counts the file's exceptions by what a map without values, or with its own, makes of them. Values that differ in upper and
  /// lower case only are one; it is named as it stands first.
  func survey() throws -> ExportSurvey {
    var survey = ExportSurvey()
    var codeNames: [String: String] = [:]
    var tagNames: [String: String] = [:]
    func name(_ value: String, _ names: inout [String: String]) -> String {
      let folded = value.lowercased()
      if let known = names[folded] { return known }
      names[folded] = value
      return value
    }
    var repeats: Set<String> = []
    try forEachRow(taxonomy: nil) { _, result, _ in
      guard let result else { return }
      guard case .success(let received) = result else {
        survey.unreadable += 1
        return
      }
      if map.rows == .each, !map.id.isEmpty, !repeats.insert(received.record.reference).inserted { return }
      survey.exceptions += 1
      let time = received.record.occurredAt
      survey.codes[name(received.record.code, &codeNames), default: []].append(time)
      for tag in received.record.rootCauses { survey.rootCauses[name(tag, &tagNames), default: []].append(time) }
    }
    return survey
  }
}
