// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension Workspace {
  /// What speaks against an export being of the source that its map names, as sentences for a person: the rows that came before were read
  /// by maps of quite other columns. A map to which columns were added, or from which some were taken, is the same one.
  func doubts(about map: ExportMap) throws -> [String] {
    let columns = Set(map.columns)
    let earlier = try ledger.read { reader in
      try reader.maps(ofSource: map.source).compactMap { digest in
        try reader.document(digest).flatMap { bytes in
          // A map that this program no longer reads says nothing about this one.
          try? ExportMap(YAMLFile(bytes, named: "an earlier map of \(map.source)"))
        }
      }
    }
    guard let last = earlier.first,
      !earlier.contains(where: { columns.isSubset(of: $0.columns) || columns.isSuperset(of: $0.columns) })
    else { return [] }
    let others = last.columns.filter { !columns.contains($0) }.map(\.quoted)
    let shown = others.prefix(4).joined(separator: ", ") + (others.count > 4 ? ", …" : "")
    return [
      "What came before from the source \(map.source.quoted) was read by a map of other columns: \(shown). If this export is of "
        + "another system, give it a source of its own; otherwise its rows amend those that have the same id."
    ]
  }
}
