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
  ///   - now: where it may be answered as it was in the same second.
  ///   - progress: files read for the index, of all that are missing there.
  package func search(
    _ text: String, allVersions: Bool, limit: Int, at now: Timestamp? = nil, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [SearchHit] {
    let query = try SearchQuery(text)
    let missing = try ledger.read { try $0.unindexedBlobs(allVersions: allVersions) }
    for start in stride(from: 0, to: missing.count, by: Workspace.filesPerReading) {
      let end = min(start + Workspace.filesPerReading, missing.count)
      try ledger.index(missing[start..<end].compactMap(searchable))
      progress(end, missing.count)
    }
    return try ledger.read { reader in
      func hits() throws -> [SearchHit] {
        let words = query.terms.map { SoughtWord($0.text) }
        return try reader.versions(matching: query, allVersions: allVersions, limit: limit).map { try hit($0, words) }
      }
      guard let now else { return try hits() }
      return try reader.once("search \(allVersions) \(limit)", query.fullText, at: now, hits)
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

  private func hit(_ version: SOPVersion, _ words: [SoughtWord]) throws -> SearchHit {
    let bytes = try version.blob.flatMap { try handbook.bytes(ofBlob: $0) } ?? []
    let start = ParsedSOP.bodyStart(of: bytes)
    // Front matter that cannot be read is text, and comes last: what it says is seldom what somebody looks for.
    for part in [start..<bytes.count, 0..<start] {
      if part.lowerBound < start, (try? ParsedSOP(bytes: bytes)) != nil { break }
      var line = bytes[..<part.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
      for text in bytes[part].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        if words.contains(where: { $0.occurs(in: text) }) {
          let text = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespaces)
          return SearchHit(version: version, line: line, text: text)
        }
        line += 1
      }
    }
    return SearchHit(version: version, line: nil, text: "")
  }
}

/// A word that lines are searched for, in any case and without regard to accents, as the index compares.
private struct SoughtWord {
  private let folded: String
  /// In small letters; nil where it has others than ASCII's.
  private let ascii: [UInt8]?

  init(_ text: String) {
    folded = SoughtWord.fold(text)
    ascii = folded.utf8.allSatisfy { $0 < 0x80 } ? Array(folded.utf8) : nil
  }

  func occurs(in line: ArraySlice<UInt8>) -> Bool {
    guard line.allSatisfy({ $0 < 0x80 }) else {
      return SoughtWord.fold(String(decoding: line, as: UTF8.self)).contains(folded)
    }
    guard let ascii, !ascii.isEmpty, line.count >= ascii.count else { return false }
    return (line.startIndex...line.endIndex - ascii.count).contains { place in
      ascii.indices.allSatisfy { SoughtWord.small(line[place + $0]) == ascii[$0] }
    }
  }

  private static func small(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
  }

  private static func fold(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }
}
