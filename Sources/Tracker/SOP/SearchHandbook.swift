// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
package import Ledger
package import Remediation

/// A version in which the words were found.
package struct SearchHit: Sendable {
  package let version: SOPVersion
  /// The first line that has one of the words, counted from 1; nil where only the title has it.
  package let line: Int?
  package let text: String

  package var json: JSONValue {
    .fields([
      "id": .string(version.reference.id), "path": .text(version.reference.path),
      "version": .int(version.reference.version), "commit": .text(version.reference.commit),
      "title": .optional(version.title), "line": line.map(JSONValue.int) ?? .null, "text": .string(text),
    ])
  }
}

extension Workspace {
  /// Finds SOPs by words, phrases and beginnings of words, in any case and without regard to accents; the best first. The first
  /// search reads what it looks through; later ones only what is new.
  /// - Parameters:
  ///   - allVersions: also in versions that are no longer in force.
  ///   - progress: files read for the index, of all that are missing there.
  package func search(
    _ text: String, allVersions: Bool, limit: Int, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [SearchHit] {
    let query = try SearchQuery(text)
    let missing = try ledger.read { try $0.unindexedBlobs(allVersions: allVersions) }
    for start in stride(from: 0, to: missing.count, by: Workspace.filesPerReading) {
      let end = min(start + Workspace.filesPerReading, missing.count)
      try ledger.index(missing[start..<end].compactMap(searchable))
      progress(end, missing.count)
    }
    return try ledger.read { reader in
      try reader.versions(matching: query, allVersions: allVersions, limit: limit).map { try hit($0, query) }
    }
  }

  func searchable(_ blob: String) throws -> (text: SearchableText, contents: SOPContents)? {
    let contents = try SOPContents(of: blob, in: handbook)
    guard case .sop(_, let frontMatter) = contents, let bytes = try handbook.bytes(ofBlob: blob) else {
      return (SearchableText(blob: blob, title: "", body: ""), contents)
    }
    let body = (try? ParsedSOP(bytes: bytes))?.body ?? bytes  // front matter that cannot be read is text
    return (
      SearchableText(blob: blob, title: frontMatter.title ?? "", body: String(decoding: body, as: UTF8.self)), contents
    )
  }

  private func hit(_ version: SOPVersion, _ query: SearchQuery) throws -> SearchHit {
    let bytes = try version.blob.flatMap { try handbook.bytes(ofBlob: $0) } ?? []
    let body = (try? ParsedSOP(bytes: bytes))?.body ?? bytes  // as it was indexed
    let before = bytes.dropLast(body.count).count { $0 == UInt8(ascii: "\n") }
    let words = query.terms.map { $0.text.foldedForSearch }
    for (index, line) in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let text = String(decoding: line, as: UTF8.self)
      let folded = text.foldedForSearch
      if words.contains(where: folded.contains) {
        return SearchHit(version: version, line: before + index + 1, text: text.trimmingCharacters(in: .whitespaces))
      }
    }
    return SearchHit(version: version, line: nil, text: "")
  }
}

extension String {
  /// Without case and accents, as the index compares.
  fileprivate var foldedForSearch: String { folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil) }
}
