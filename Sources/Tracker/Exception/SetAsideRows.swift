// SPDX-License-Identifier: Apache-2.0

package import Ledger
internal import Remediation

/// Which of the rows that are held back somebody means.
package struct HeldBackChoice: Sendable {
  package var source: String?
  /// SHA-256 of their file, or the beginning of it in hexadecimal digits.
  package var file: String?
  /// Empty for all.
  package var lines: Set<Int> = []

  package init(source: String? = nil, file: String? = nil, lines: Set<Int> = []) {
    (self.source, self.file, self.lines) = (source, file, lines)
  }

  fileprivate func takes(_ held: HeldBackRow) -> Bool {
    (source == nil || held.source == source) && (lines.isEmpty || lines.contains(held.row.line))
      && (file.map { prefix in held.file?.description.hasPrefix(prefix.lowercased()) ?? false } ?? true)
  }
}

/// Why rows are not set aside.
package enum SettingAsideError: Error, Equatable, Sendable {
  case nothingChosen
  case notHeldBack
  case linesNotHeldBack([Int])
  case severalFiles([String])

  package var sentence: String {
    switch self {
    case .nothingChosen: "Say which rows: those of a source, of a file, or some of its lines."
    case .notHeldBack: "No such row is held back: it was read meanwhile, corrected, set aside, or erased."
    case .linesNotHeldBack(let lines):
      "No row is held back at line \(lines.map(String.init).joined(separator: ", ")). Nothing was set aside."
    case .severalFiles(let files):
      "Several files have rows at these lines. Say which: \(files.joined(separator: ", "))."
    }
  }
}

extension Workspace {
  /// Says of rows that are held back that they are no exceptions, as totals at the end of an export, and why. They are listed no more, and
  /// never asked about again; where a later import can read one after all, it is recorded.
  /// - Parameter seen: what was looked at, of all sources; nil where nobody looked.
  /// - Returns: how many they are.
  /// - Throws: `SettingAsideError`; `RetryError` where something else was looked at; `Rejection` where the caller may not record exceptions,
  ///   and without a reason.
  package func setAside(
    _ choice: HeldBackChoice, seen: SeenQuarantine? = nil, because reason: String, by caller: Caller
  ) throws -> Int {
    try mustBeAllowedToRecord(caller)
    guard choice.source != nil || choice.file != nil else { throw SettingAsideError.nothingChosen }
    let reason = erasable(reason)
    return try command(by: caller) { transaction, actor in
      try transaction.reader.mustBe(seen, of: nil)
      let held = try transaction.reader.quarantine().filter(choice.takes)
      guard !held.isEmpty else { throw SettingAsideError.notHeldBack }
      if !choice.lines.isEmpty {
        let files = Set(held.compactMap { $0.file?.description.prefix(12) }).sorted()
        guard files.count == 1 else { throw SettingAsideError.severalFiles(files.map(String.init)) }
        let missing = choice.lines.subtracting(held.map(\.row.line)).sorted()
        guard missing.isEmpty else { throw SettingAsideError.linesNotHeldBack(missing) }
      }
      let settled = try HeldBackSettled(settingAside: held.map { Int($0.place) }, because: reason, by: actor)
      try transaction.keep(reason)
      try transaction.append(.settled(settled))
      return held.count
    }
  }
}

extension LedgerReader {
  /// - Throws: `RetryError.moved` where other rows are held back than somebody looked at, of a source or of all.
  func mustBe(_ seen: SeenQuarantine?, of source: String?) throws {
    guard let seen else { return }
    let present = SeenQuarantine(try heldBackSources().filter { [nil, $0.source].contains(source) }.map(\.rows))
    guard seen == present else { throw RetryError.moved(present.count) }
  }
}
