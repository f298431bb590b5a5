// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Handbook
internal import Remediation

/// An SOP as somebody writes it: its text, and beside it what else is said about it; or the file as a whole.
enum TypedSOP: Sendable {
  case parts(Parts)
  case whole(String)

  struct Parts: Sendable {
    /// The lines between the dashes as they are in the file: what has no field stays as it stands there.
    var front = ""
    /// The path of the SOP that they were taken from, and the one that is written: another SOP has an identity of its own.
    var frontOf = ""
    var path = ""
    var title = ""
    var owner = ""
    var codes = ""
    var rootCauses = ""
    var effective = ""
    var reviewBy = ""
    var body = ""
  }

  /// A file as it is; whole where its front matter cannot be read, so that somebody can mend that.
  /// - Parameters:
  ///   - path: of the SOP; empty for a new one.
  ///   - key: is among what it covers, whether the file says so or not.
  init(file bytes: [UInt8], at path: String = "", covering key: RecurrenceKey? = nil) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let sop = try? ParsedSOP(bytes: bytes) else {  // why not is said when it is sent
      self = .whole(text)
      return
    }
    var parts = Parts(sop)
    (parts.frontOf, parts.path) = (path, path)
    if let key {
      switch key.kind {
      case .code: parts.codes = TypedSOP.list(sop.fields.codes, with: key.value)
      case .rootCause: parts.rootCauses = TypedSOP.list(sop.fields.rootCauses, with: key.value)
      }
    }
    self = .parts(parts)
  }

  /// As a form or a script sent it: `text` is the whole file. Whoever pastes a whole file into the field of its text means that, too.
  init(_ form: FormFields) {
    let (text, body) = (form["text"], form["body"])
    if !text.isEmpty || body.isEmpty && form["title"].isEmpty {
      self = .whole(text)
    } else if let pasted = try? ParsedSOP(bytes: Array(body.utf8)), !pasted.frontMatterText.isEmpty {
      self = .whole(body)
    } else {
      self = .parts(
        Parts(
          front: form["front"], frontOf: form["front_of"], path: form["path"], title: form["title"],
          owner: form["owner"], codes: form["codes"],
          rootCauses: form["root_causes"], effective: form["effective"], reviewBy: form["review_by"], body: body))
    }
  }

  /// The file that is meant.
  /// - Throws: `Problem` where a date is none; `HandbookError` where the lines between the dashes cannot be read.
  func bytes() throws -> [UInt8] {
    switch self {
    case .whole(let text): return Array(text.utf8)
    case .parts(let parts):
      let marker = parts.front.isEmpty ? "" : "---\n"
      let sop = try ParsedSOP(bytes: Array("\(marker)\(parts.front)\(marker)\(parts.body)".utf8))
      let isAnother = !parts.frontOf.isEmpty && parts.frontOf != parts.path
      let own = isAnother ? try ParsedSOP(bytes: sop.without(["id", "version"])) : sop
      return try own.with(parts.fields(replacing: own.fields))
    }
  }

  private static func list(_ names: [String], with name: String) -> String {
    (names + (names.contains(name) ? [] : [name])).joined(separator: ", ")
  }
}

extension TypedSOP.Parts {
  fileprivate init(_ sop: ParsedSOP) {
    let fields = sop.fields
    self.init(
      front: String(decoding: sop.frontMatterText, as: UTF8.self), title: fields.title ?? "", owner: fields.owner ?? "",
      codes: fields.codes.joined(separator: ", "), rootCauses: fields.rootCauses.joined(separator: ", "),
      reviewBy: fields.reviewBy?.description ?? "", body: String(decoding: sop.body, as: UTF8.self))
  }

  /// - Parameter old: says when the SOP takes effect where nothing is typed: the tool fills that in.
  fileprivate func fields(replacing old: SOPFields) throws -> SOPFields {
    func date(_ text: String, _ what: String) throws -> CalendarDate? {
      guard !text.isEmpty else { return nil }
      guard let date = CalendarDate(text) else {
        throw Problem(
          status: .unprocessableContent, sentence: "\(what): \"\(text)\" is no date. Write one such as 2026-11-30.")
      }
      return date
    }
    func names(_ text: String) -> [String] {
      text.split { $0 == "," || $0.isNewline }.map(trimmed).filter { !$0.isEmpty }
    }
    func text(_ text: String) -> String? { trimmed(text[...]).isEmpty ? nil : trimmed(text[...]) }
    return SOPFields(
      title: text(title), owner: text(owner), codes: names(codes), rootCauses: names(rootCauses),
      effective: try date(effective, "Takes effect on") ?? old.effective, reviewBy: try date(reviewBy, "Review by"))
  }

  private func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start[..<(start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)])
  }
}
