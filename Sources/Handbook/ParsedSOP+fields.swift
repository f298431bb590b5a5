// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// What people fill in about an SOP besides its text. The version is the tool's, and identity and status change by the file itself.
package struct SOPFields: Equatable, Sendable {
  package var title: String?
  package var owner: String?
  package var codes: [String]
  package var rootCauses: [String]
  package var effective: CalendarDate?
  package var reviewBy: CalendarDate?

  package init(
    title: String? = nil, owner: String? = nil, codes: [String] = [], rootCauses: [String] = [],
    effective: CalendarDate? = nil, reviewBy: CalendarDate? = nil
  ) {
    self.title = title
    self.owner = owner
    self.codes = codes
    self.rootCauses = rootCauses
    self.effective = effective
    self.reviewBy = reviewBy
  }
}

extension ParsedSOP {
  package var fields: SOPFields {
    SOPFields(
      title: frontMatter.title, owner: frontMatter.owner, codes: frontMatter.codes, rootCauses: frontMatter.rootCauses,
      effective: frontMatter.effective, reviewBy: frontMatter.reviewBy)
  }

  /// The lines between the two lines of dashes; empty where there are none.
  package var frontMatterText: [UInt8] { layout.text.map { Array(bytes[$0]) } ?? [] }

  /// Whether a text is a whole file: front matter that says something of the SOP, under a key that is known here, and what follows. A text
  /// may begin with a rule, which is `---` too; then what stands up to the next is text. Front matter that cannot be read is recognised
  /// by its lines, so that it is refused by them.
  package static func isWholeFile(_ text: [UInt8]) -> Bool {
    // One that never ends is a rule.
    guard let layout = try? FrontMatterLayout(of: text), let front = layout.text else { return false }
    if let sop = try? ParsedSOP(bytes: text) { return !FrontMatterReader.keys.isDisjoint(with: sop.layout.keys.keys) }
    return text[front].split(separator: UInt8(ascii: "\n")).contains { line in
      let line = line.drop { $0 == UInt8(ascii: " ") }
      return FrontMatterReader.keys.contains { line.starts(with: Array("\($0):".utf8)) }
    }
  }

  /// The same file without the lines of these keys.
  package func without(_ keys: [String]) -> [UInt8] {
    var result = bytes
    for range in keys.compactMap({ layout.keys[$0] }).sorted(by: { $0.lowerBound > $1.lowerBound }) {
      result.removeSubrange(range)
    }
    return result
  }

  /// The same file with these fields, edited as text: what says the same already stays as it is written, and so does every other byte,
  /// comments and other keys among them. A field that changes or is gone loses its lines, and the comments that stand behind its value
  /// with them; a new one gets a line behind the last. A file without front matter gets one where there is something to say.
  package func with(_ fields: SOPFields) -> [UInt8] {
    let old = self.fields
    var edits: [(range: Range<Int>, bytes: [UInt8])] = []
    var added: [UInt8] = []
    func set(_ key: String, _ value: String?, isSame: Bool) {
      guard !isSame else { return }
      let new = value.map { line(key, $0) } ?? []
      if let range = layout.keys[key] { edits.append((range, new)) } else { added += new }
    }
    set("title", fields.title.map(YAMLText.scalar), isSame: fields.title == old.title)
    set("owner", fields.owner.map(YAMLText.scalar), isSame: fields.owner == old.owner)
    set("codes", fields.codes.isEmpty ? nil : YAMLText.list(fields.codes), isSame: fields.codes == old.codes)
    set(
      "root_causes", fields.rootCauses.isEmpty ? nil : YAMLText.list(fields.rootCauses),
      isSame: fields.rootCauses == old.rootCauses)
    set("effective", fields.effective?.description, isSame: fields.effective == old.effective)
    set("review_by", fields.reviewBy?.description, isSame: fields.reviewBy == old.reviewBy)
    guard let text = layout.text else {
      let marker = Array("---".utf8) + layout.lineEnd
      return added.isEmpty ? bytes : bytes[..<layout.start] + marker + added + marker + bytes[layout.start...]
    }
    if !added.isEmpty { edits.append((text.upperBound..<text.upperBound, added)) }
    var result = bytes
    for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      result.replaceSubrange(edit.range, with: edit.bytes)
    }
    return result
  }
}
