// SPDX-License-Identifier: Apache-2.0

internal import Handbook
package import Remediation

/// An SOP as somebody fills it in: its text, and in fields what else is said about it.
package struct SOPForm: Equatable, Sendable {
  /// The lines between the dashes as they are in the file: what has no field stays as it stands there.
  package var front = ""
  /// The path of the SOP that they were taken from; empty for a new one.
  package var frontOf = ""
  package var title = ""
  package var owner = ""
  /// Names with commas between them, here and for root causes.
  package var codes = ""
  package var rootCauses = ""
  /// Dates as `2026-11-30`, or empty. Without one, the tool fills in when the SOP takes effect.
  package var effective = ""
  package var reviewBy = ""
  package var body = ""

  package init() {}

  /// A file that is there. Nil where its front matter cannot be read: then somebody has to mend the file itself.
  /// - Parameters:
  ///   - path: of the SOP; empty for a new one.
  ///   - key: is among what it covers, whether the file says so or not.
  package init?(file: [UInt8], at path: String, covering key: RecurrenceKey?) {
    guard let sop = try? ParsedSOP(bytes: file) else { return nil }  // why not is said when it is proposed
    var fields = sop.fields
    switch key?.kind {
    case .code: fields.codes.append(missing: key)
    case .rootCause: fields.rootCauses.append(missing: key)
    case nil: break
    }
    front = String(decoding: sop.frontMatterText, as: UTF8.self)
    frontOf = path
    title = fields.title ?? ""
    owner = fields.owner ?? ""
    codes = fields.codes.joined(separator: ", ")
    rootCauses = fields.rootCauses.joined(separator: ", ")
    reviewBy = fields.reviewBy?.description ?? ""
    body = String(decoding: sop.body, as: UTF8.self)
  }

  /// The file that is meant.
  /// - Parameter path: where it goes. Another SOP than the one that the front matter was taken from has an identity of its own.
  /// - Throws: `SOPFormError` where a date is none; `HandbookError` where the lines between the dashes cannot be read.
  package func file(at path: String) throws -> [UInt8] {
    let marker = front.isEmpty ? "" : "---\n"
    let given = try ParsedSOP(bytes: Array("\(marker)\(front)\(marker)\(body)".utf8))
    let isAnother = !frontOf.isEmpty && frontOf != path
    let own = isAnother ? try ParsedSOP(bytes: given.without(["id", "version"])) : given
    return own.with(try fields(effective: own.fields.effective))
  }

  private func fields(effective known: CalendarDate?) throws -> SOPFields {
    SOPFields(
      title: text(title), owner: text(owner), codes: names(codes), rootCauses: names(rootCauses),
      effective: try date(effective, "Takes effect on") ?? known, reviewBy: try date(reviewBy, "To be reviewed by"))
  }

  private func date(_ text: String, _ field: String) throws -> CalendarDate? {
    guard !text.isEmpty else { return nil }
    guard let date = CalendarDate(text) else { throw SOPFormError.notADate(text, field: field) }
    return date
  }

  private func names(_ text: String) -> [String] {
    text.split { $0 == "," || $0.isNewline }.map(trimmed).filter { !$0.isEmpty }
  }

  private func text(_ text: String) -> String? {
    let text = trimmed(text[...])
    return text.isEmpty ? nil : text
  }

  private func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start[..<(start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)])
  }

  /// Whether a text begins with front matter: somebody pasted a whole file where its text belongs.
  package static func isWholeFile(_ text: String) -> Bool {
    guard let sop = try? ParsedSOP(bytes: Array(text.utf8)) else { return false }  // then it has none that counts
    return !sop.frontMatterText.isEmpty
  }

  /// Whether a refusal names a line of the file, so that only the file shows what is meant.
  package static func isAboutTheFile(_ error: any Error) -> Bool { error is HandbookError }
}

/// Why what was filled in is no SOP.
package enum SOPFormError: Error, Equatable {
  case notADate(String, field: String)

  package var sentence: String {
    switch self {
    case .notADate(let text, let field): "\(field): \(text.quoted) is no date. Write one such as 2026-11-30."
    }
  }
}

extension [String] {
  fileprivate mutating func append(missing key: RecurrenceKey?) {
    if let key, !contains(key.value) { append(key.value) }
  }
}
