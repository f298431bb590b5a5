// SPDX-License-Identifier: Apache-2.0

package import Remediation

extension ParsedSOP {
  /// The final bytes: the same file with this version and effective date. Edited as text, so that every other byte
  /// stays: comments, the order of keys, other keys, ends of lines. A missing `version:` is added at the end of the
  /// front matter, a missing `effective:` after it; a file without front matter gets one. With nil, what is said of
  /// `effective` stays.
  ///
  /// A version beyond 1,000,000 makes a file that `ParsedSOP` refuses.
  package func raised(to version: Int, effective: CalendarDate?) -> [UInt8] {
    let date = effective?.description
    guard let text = layout.text else { return withNewFrontMatter(version, date) }
    var edits: [(range: Range<Int>, bytes: [UInt8])] = []
    var added: [UInt8] = []
    var addedAt = text.upperBound
    if let range = layout.version {
      edits.append((range, value("\(version)", for: range)))
      addedAt = FrontMatterLayout.line(at: range.upperBound, in: bytes).end
    } else {
      added += line("version", "\(version)")
    }
    if let date {
      if let range = layout.effective {
        edits.append((range, value(date, for: range)))
      } else {
        added += line("effective", date)
      }
    }
    edits.append((addedAt..<addedAt, added))
    var result = bytes
    for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      result.replaceSubrange(edit.range, with: edit.bytes)
    }
    return result
  }

  private func withNewFrontMatter(_ version: Int, _ date: String?) -> [UInt8] {
    let marker = Array("---".utf8) + layout.lineEnd
    let lines = line("version", "\(version)") + (date.map { line("effective", $0) } ?? [])
    return bytes[..<layout.start] + marker + lines + marker + bytes[layout.start...]
  }

  func line(_ key: String, _ value: String) -> [UInt8] {
    Array("\(String(repeating: " ", count: layout.indentation))\(key): \(value)".utf8) + layout.lineEnd
  }

  /// Where the key stood alone, the value needs a space before it.
  private func value(_ text: String, for range: Range<Int>) -> [UInt8] {
    Array((range.isEmpty ? " " + text : text).utf8)
  }
}
