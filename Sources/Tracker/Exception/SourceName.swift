// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What a source is called. Rows with the same id from the same source are one exception, so two systems must not share a name.
package enum SourceName {
  /// What an export is called where its file's name says nothing.
  static let fallback = "export"

  /// In characters, which are ASCII.
  static let longest = 100

  /// Whether a map may name its source so.
  package static func isValid(_ name: String) -> Bool {
    (1...longest).contains(name.utf8.count)
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
      && name != Workspace.manualSource
  }

  /// The source that the name of a file says; nil where it says none.
  package static func said(byFile name: String) -> String? {
    let guess = guess(file: name)
    return guess.certainty == .likely ? guess.column : nil
  }

  /// The system that an export is of, by the name of its file: lower case, without its ending, dates, numbers, and words that only say
  /// that it is an export. The exports of two months have one source.
  static func guess(file path: String) -> ColumnChoice {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let stem = name.split(separator: ".", omittingEmptySubsequences: false).first.map(String.init) ?? name
    let words = stem.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
    let kept = words.filter(isOfTheSystem).map(withoutYear)
    let source = kept.joined(separator: "-")
    guard !source.isEmpty else {
      return choice(
        fallback, .unsure,
        "\"\(name.isEmpty ? "the file" : name)\" names no system. Name the one that it is of: rows with the same id from the same "
          + "source amend one another")
    }
    guard source != Workspace.manualSource else {
      return choice("\(source)-export", .unsure, "\(source) is the source of what people record by hand")
    }
    let reason = "the file is called \"\(name)\""
    return choice(source, .likely, kept == words ? reason : reason + ", without what differs from export to export")
  }

  private static func choice(
    _ source: String, _ certainty: ColumnChoice.Certainty, _ reason: String
  ) -> ColumnChoice {
    ColumnChoice(
      field: "source", column: source, certainty: certainty, reason: "\(reason).",
      line: "source: \(YAMLText.scalar(source))")
  }

  private static let empty: Set<String> = [
    "export", "exports", "exported", "extract", "dump", "download", "downloads", "copy", "final", "latest", "csv",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
  ]

  /// Dates, times and numbers begin with a digit; quarters, weeks and versions are a letter and a number.
  private static func isOfTheSystem(_ word: String) -> Bool {
    guard !empty.contains(withoutYear(word)), word.first?.isNumber == false else { return false }
    return !("hqvw".contains(word.prefix(1)) && word.count > 1 && word.dropFirst().allSatisfy(\.isNumber))
  }

  /// `zendesk2024` as `zendesk`; `s3` stays.
  private static func withoutYear(_ word: String) -> String {
    let digits = word.reversed().prefix(while: \.isNumber).count
    return digits >= 4 ? String(word.dropLast(digits)) : word
  }
}
