// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

extension PackAudit {
  /// Findings about one table; more would say no more.
  private static let mostFindings = 100
  /// Lines of a table that are looked through for a row.
  private static let lookahead = 4

  /// What checks a workspace, on the one that was made again; and what the pack says that follows from it.
  func compare(
    _ workspace: Workspace, _ hasHandbook: Bool, _ hasPersonal: Bool, _ result: inout Verification
  ) throws {
    let events = result.events
    result = try workspace.verifyRecord(of: .pack(withPersonal: hasPersonal))
    result.events = events
    add(result.findings)
    progress()
    if hasHandbook { check(PackPart.bundle) { add(try workspace.verifyHandbook(progress: progress)) } }
    try workspace.ledger.read { reader in
      for table in PackTable.allCases where hasHandbook || table != .sopVersions {
        check(PackPart.table(table)) { try compare(table, reader) }
      }
      check(PackPart.about) {
        let branch = hasHandbook ? try workspace.handbook.branch() : ""
        let expected = try PackAbout(reader, branch: branch, hasPersonal: hasPersonal).json.canonicalBytes + [10]
        if hasHandbook, try folder.bytes(of: PackPart.about) != expected {
          find("about", PackPart.about, "It says something else than the other files.")
        }
      }
    }
  }

  /// Byte by byte: a receipt follows from the events and the newest checkpoint.
  func compareReceipts(_ workspace: Workspace, _ files: Set<String>, _ note: SignedNote) throws {
    var expected: Set<String> = []
    try workspace.ledger.read { reader in
      try PackReceipts.forEach(reader, note) { name, bytes in
        expected.insert(name)
        if !files.contains(name) {
          find("file_missing", name, "A pack has this file: it was taken out.")
        } else if try folder.bytes(of: name) != bytes {
          find("receipt", name, "It is not the receipt of this item by the newest checkpoint.")
        }
      }
    }
    for name in files.sorted() where name.hasPrefix(PackPart.proofs + "/") && !expected.contains(name) {
      find("file_unknown", name, "No item of this id ended in the tree of the newest checkpoint: it was added.")
    }
  }

  /// Line by line. Where the two differ, a few lines ahead are looked at, so that one row that was added or taken out is one finding.
  private func compare(_ table: PackTable, _ reader: LedgerReader) throws {
    let lines = try PackLines(folder, PackPart.table(table))
    let most = findings.count + PackAudit.mostFindings
    func differ(_ line: [UInt8], _ detail: String) {
      guard findings.count < most else { return }
      find("table", "\(PackPart.table(table)): \(table.name(of: CSVLine.cells(of: line)))", detail)
    }
    var ahead: [[UInt8]] = []
    var count = 0
    try table.forEachLine(reader) { expected in
      count += 1
      if count % 1000 == 0 { progress() }
      if ahead.isEmpty, let line = try nextLine(lines) { ahead.append(line) }
      if ahead.first == expected {
        ahead.removeFirst()
        return
      }
      while ahead.count < PackAudit.lookahead, let line = try nextLine(lines) { ahead.append(line) }
      let key = table.key(of: expected)
      guard let place = ahead.firstIndex(where: { table.key(of: $0) == key }) else {
        differ(expected, "The row was taken out or moved.")
        return
      }
      for added in ahead[..<place] { differ(added, "The row was added: ledger and evidence have none such here.") }
      if ahead[place] != expected { differ(expected, "The row says something else than ledger and evidence.") }
      ahead.removeFirst(place + 1)
    }
    while let line = try ahead.isEmpty ? nextLine(lines) : ahead.removeFirst() {
      differ(line, "The row was added: ledger and evidence have none such here.")
    }
  }

  private func nextLine(_ lines: PackLines) throws -> [UInt8]? {
    try lines.next(ofCSV: true).map { $0 + [10] }
  }
}

extension PackTable {
  fileprivate func key(of line: [UInt8]) -> ArraySlice<UInt8> {
    var commas = 0
    var isQuoted = false
    for (index, byte) in line.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: ","), !isQuoted { commas += 1 }
      if commas == keyColumns { return line[..<index] }
    }
    return line[...]
  }
}
