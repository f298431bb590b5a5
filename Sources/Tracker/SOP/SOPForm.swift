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
  /// What `effective` said when the form was shown: where that was a date, an empty field says that there is none any more. Where it was
  /// empty, the date of the file, which has passed, stays for the tool to raise.
  package var effectiveWas = ""
  package var reviewBy = ""
  package var body = ""

  package init() {}

  /// A file that is there. Nil where its front matter cannot be read: then somebody has to mend the file itself.
  /// - Parameters:
  ///   - path: of the SOP; empty for a new one.
  ///   - key: is among what it covers, whether the file says so or not.
  ///   - today: a date after it, on which the SOP shall take effect, is shown; nil shows none.
  package init?(file: [UInt8], at path: String, covering key: RecurrenceKey?, after today: CalendarDate? = nil) {
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
    if let today, let date = fields.effective, date > today { effective = date.description }
    effectiveWas = effective
    reviewBy = fields.reviewBy?.description ?? ""
    body = String(decoding: sop.body, as: UTF8.self)
  }

  /// The file that is meant, its lines ended by LF. What the fields say as they were shown stays as it is written in the front matter.
  /// - Parameter path: where it goes. Another SOP than the one that the front matter was taken from has an identity and days of its own.
  /// - Throws: `SOPFormError` where a date is none; `HandbookError` where the lines between the dashes cannot be read.
  package func file(at path: String) throws -> [UInt8] {
    let given = try ParsedSOP(bytes: Array(unread.utf8))
    let isAnother = !frontOf.isEmpty && frontOf != path
    let own = isAnother ? try ParsedSOP(bytes: given.without(["id", "version", "effective"])) : given
    return own.with(try fields(over: own.fields))
  }

  /// The front matter as it was taken from the file, and the text: what has to be mended where the front matter cannot be read. What the
  /// other fields say is not in it.
  package var unread: String {
    // A text that begins with a rule would be read as front matter.
    let marker = front.isEmpty && !body.utf8.starts(with: "---".utf8) ? "" : "---\n"
    return "\(marker)\(front)\(marker)\(body)"
  }

  private func fields(over old: SOPFields) throws -> SOPFields {
    let day = try date(effective, "Takes effect on")
    return SOPFields(
      title: text(title, over: old.title), owner: text(owner, over: old.owner),
      codes: names(codes, over: old.codes), rootCauses: names(rootCauses, over: old.rootCauses),
      effective: day ?? (effectiveWas.isEmpty ? old.effective : nil), reviewBy: try date(reviewBy, "To be reviewed by"))
  }

  private func date(_ text: String, _ field: String) throws -> CalendarDate? {
    guard !text.isEmpty else { return nil }
    guard let date = CalendarDate(text) else { throw SOPFormError.notADate(text, field: field) }
    return date
  }

  /// Names that stand there as they were shown are the file's: a comma may be part of one.
  private func names(_ text: String, over old: [String]) -> [String] {
    let shown = old.joined(separator: ", ")
    if text == shown { return old }
    let isLonger = !old.isEmpty && text.hasPrefix("\(shown),")
    let rest = isLonger ? text.dropFirst(shown.count) : text[...]
    return (isLonger ? old : [])
      + rest.split { $0 == "," || $0.isNewline }.map { String($0).trimmed }.filter { !$0.isEmpty }
  }

  private func text(_ text: String, over old: String?) -> String? {
    if text == old ?? "" { return old }
    let text = text.trimmed
    return text.isEmpty ? nil : text
  }

  /// Whether a text is a whole file, which somebody pasted where its text belongs.
  package static func isWholeFile(_ text: String) -> Bool { ParsedSOP.isWholeFile(Array(text.utf8)) }

  /// Whether a refusal names a line of the file, so that only the file shows what is meant.
  package static func isAboutTheFile(_ error: any Error) -> Bool {
    if case Rejection.marksLeft? = error as? Rejection { return true }
    return isAboutText(error)
  }
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
