// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// Which of the rows that are held back, or were set aside, somebody means.
package struct HeldBackChoice: Sendable {
  private let source: String?
  /// SHA-256 of their file, or the beginning of it in hexadecimal digits.
  private let file: String?
  /// Empty for all.
  private let lines: Set<Int>

  /// The fewest digits by which a file is named.
  private static let fewestDigits = 8

  /// - Parameter lines: of one file; empty for all.
  /// - Throws: `SettingAsideError` where that is no choice.
  package init(source: String? = nil, file: String? = nil, lines: Set<Int> = []) throws(SettingAsideError) {
    guard source != nil || file != nil, source != "" else { throw .nothingChosen }
    if let file, file.utf8.count < HeldBackChoice.fewestDigits || !file.allSatisfy(\.isHexDigit) {
      throw .noDigest(file)
    }
    (self.source, self.file, self.lines) = (source, file?.lowercased(), lines)
  }

  /// The numbers of those that are meant.
  /// - Throws: `SettingAsideError` where there is none, or they may be of several files.
  fileprivate func chosen(from reader: LedgerReader, setAside: Bool) throws -> [Int] {
    let ofFile = try reader.heldBackPlaces(setAside: setAside).filter { row in
      (source == nil || row.source == source) && (file.map { row.file?.description.hasPrefix($0) ?? false } ?? true)
    }
    let chosen = lines.isEmpty ? ofFile : ofFile.filter { lines.contains($0.line) }
    guard !chosen.isEmpty else { throw SettingAsideError.notThere }
    if file != nil || !lines.isEmpty {
      let files = Set(chosen.compactMap { $0.file?.description.prefix(12) }).sorted()
      guard files.count == 1 else { throw SettingAsideError.severalFiles(files.map(String.init)) }
      let missing = lines.subtracting(chosen.map(\.line)).sorted()
      guard missing.isEmpty else { throw SettingAsideError.linesNotThere(missing) }
    }
    return chosen.map(\.id)
  }
}

/// Why rows are not set aside, or not taken back.
package enum SettingAsideError: Error, Equatable, Sendable {
  case nothingChosen
  case noDigest(String)
  case notThere
  case linesNotThere([Int])
  case severalFiles([String])

  package var sentence: String {
    switch self {
    case .nothingChosen: "Say which rows: those of a source, of a file, or some of a file's lines. Nothing was done."
    case .noDigest(let text):
      "\(text.quoted) is no SHA-256 of a file, and not its first eight digits: the list of rows has it. Nothing was done."
    case .notThere:
      "There is no such row: it was read, corrected, set aside, taken back or erased meanwhile. Nothing was done."
    case .linesNotThere(let lines):
      "There is no such row at line \(lines.map(String.init).joined(separator: ", ")). Nothing was done."
    case .severalFiles(let files):
      "Several files have such rows: \(files.joined(separator: ", ")). Say which. Nothing was done."
    }
  }
}

/// A row that was set aside, with who did it and why.
package struct SetAsideRow: Sendable {
  package let held: HeldBackRow
  package let by: PersonID
  package let at: Timestamp
  /// Nil where the text was erased.
  package let reason: String?

  /// `{batch, line, field, reason, raw, source, file, received_at, set_aside_by, set_aside_at, set_aside_because}`.
  package var json: JSONValue {
    held.json.with("set_aside_by", .text(by)).with("set_aside_at", .text(at))
      .with("set_aside_because", .optional(reason))
  }
}

extension Workspace {
  /// Says of rows that are held back that they are no exceptions, as totals at the end of an export, and why. They are listed no more, and
  /// an import of the same file passes them over, under whatever source; where a later one can read one after all, it is recorded.
  /// - Parameter seen: what was looked at, of all sources; nil where nobody looked.
  /// - Returns: how many they are.
  /// - Throws: `SettingAsideError`; `RetryError` where something else was looked at; `Rejection` where the caller may not record exceptions,
  ///   and without a reason.
  package func setAside(
    _ choice: HeldBackChoice, seen: SeenQuarantine? = nil, because reason: String, by caller: Caller
  ) throws -> Int {
    let reason = erasable(reason)
    return try command(by: caller) { transaction, actor in
      try actor.mayWork()
      try transaction.reader.mustBe(seen, of: nil)
      let rows = try choice.chosen(from: transaction.reader, setAside: false)
      let settled = try HeldBackSettled(settingAside: rows, because: reason, by: actor)
      try transaction.keep(reason)
      try transaction.append(.settled(settled))
      return rows.count
    }
  }

  /// Rows that were set aside are held back again.
  /// - Returns: how many they are.
  /// - Throws: `SettingAsideError`; `Rejection` where the caller may not record exceptions.
  package func takeBackRows(_ choice: HeldBackChoice, by caller: Caller) throws -> Int {
    try command(by: caller) { transaction, actor in
      try actor.mayWork()
      let rows = try choice.chosen(from: transaction.reader, setAside: true)
      try transaction.append(.settled(HeldBackSettled(takingBack: rows, by: actor)))
      return rows.count
    }
  }

  /// Rows that were set aside, oldest first.
  /// - Parameter limit: the last so many; nil means all.
  package func rowsSetAside(limit: Int? = nil, by caller: Caller) throws -> [SetAsideRow] {
    try ledger.read { reader in
      let mayRead = try !reader.actor(caller).roles.contains(.auditor)
      // The newest first: a row may have been taken back in between.
      let events = try reader.newestEvents(of: [HeldBackSettled.setAsideKind], from: 0, limit: Int.max)
      return try reader.setAsideRows(limit: limit).compactMap { row in
        for event in events {
          guard case .settled(let settled) = event.event, let digest = settled.reason,
            settled.rows.contains(where: { $0.contains(Int(row.place)) })
          else { continue }
          return SetAsideRow(
            held: mayRead ? row : row.withheld, by: event.actor, at: event.at, reason: try reader.text(digest))
        }
        return nil
      }
    }
  }

  package func setAsideCount() throws -> Int { try ledger.read { try $0.setAsideCount() } }
}

extension LedgerReader {
  /// - Throws: `RetryError.moved` where other rows are held back than somebody looked at, of a source or of all.
  func mustBe(_ seen: SeenQuarantine?, of source: String?) throws {
    guard let seen else { return }
    let present = SeenQuarantine(try heldBackSources().filter { [nil, $0.source].contains(source) }.map(\.rows))
    guard seen == present else { throw RetryError.moved(present.count) }
  }
}
