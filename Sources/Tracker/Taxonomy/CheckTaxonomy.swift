// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

/// A finding with its place in the files.
package struct PlacedFinding: Equatable, Sendable {
  package let finding: TaxonomyFinding
  package let file: String
  package let line: Int?

  package var sentence: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(finding.weight.rawValue): \(finding.detail)"
  }

  package var json: JSONValue {
    .fields([
      "weight": .string(finding.weight.rawValue), "check": .string(finding.check),
      "subject": .text(finding.key), "file": .string(file), "line": line.map(JSONValue.int) ?? .null,
      "detail": .string(finding.detail),
    ])
  }
}

extension Workspace {
  /// What is wrong with the taxonomy in the files, errors first.
  /// - Throws: `FileProblem` where a file cannot be read at all.
  package func checkTaxonomy(at now: Timestamp) throws -> [PlacedFinding] {
    try check(TaxonomyFiles(folder: taxonomyFolder), at: now)
  }

  func check(_ files: TaxonomyFiles, at now: Timestamp) throws -> [PlacedFinding] {
    let paths = try handbook.tip().map { try handbook.documents(in: $0).map(\.path) } ?? []
    let usage = try ledger.read { try $0.codeUsage() }
    let found = files.taxonomy.check(handbook: Set(paths), usage: usage, today: date(now))
    let findings = found.map { finding in
      let place: (file: String, line: Int?) =
        finding.key.map(files.place) ?? ("taxonomy/\(TaxonomyFiles.file(of: finding.part))", nil)
      return PlacedFinding(finding: finding, file: place.file, line: place.line)
    }
    return findings.filter { $0.finding.weight == .error } + findings.filter { $0.finding.weight == .warning }
  }
}

extension TaxonomyFiles {
  fileprivate static func file(of part: TaxonomyFinding.Part) -> String {
    switch part {
    case .codes: codesFile
    case .policies: policiesFile
    case .calendars: calendarsFile
    case .people: peopleFile
    }
  }
}
