// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// An SOP as somebody writes it in the browser: in fields, or the file as a whole.
enum TypedSOP: Sendable {
  case fields(SOPForm)
  case whole(String)

  /// A file as it is; whole where it cannot be divided into fields.
  /// - Parameter today: see `SOPForm`.
  init(file bytes: [UInt8], at path: String = "", covering key: RecurrenceKey? = nil, after today: CalendarDate? = nil)
  {
    self =
      SOPForm(file: bytes, at: path, covering: key, after: today).map(TypedSOP.fields)
      ?? .whole(String(decoding: bytes, as: UTF8.self))
  }

  /// The names of what a form or a script sends.
  static let sent = [
    "text", "body", "title", "owner", "codes", "root_causes", "effective", "effective_was", "review_by", "front",
    "front_of",
  ]

  /// As a form or a script sent it: `text` is the whole file. Whoever pastes a whole file into the field of its text means that, too.
  init(_ form: FormFields) {
    let (text, body) = (form["text"], form["body"])
    if !text.isEmpty || body.isEmpty && form["title"].isEmpty {
      self = .whole(text)
    } else if SOPForm.isWholeFile(body) {
      self = .whole(body)
    } else {
      var typed = SOPForm()
      (typed.front, typed.frontOf) = (form["front"], form["front_of"])
      (typed.title, typed.owner) = (form["title"], form["owner"])
      (typed.codes, typed.rootCauses) = (form["codes"], form["root_causes"])
      (typed.effective, typed.effectiveWas) = (form["effective"], form["effective_was"])
      (typed.reviewBy, typed.body) = (form["review_by"], body)
      self = .fields(typed)
    }
  }

  var isWhole: Bool { if case .whole = self { true } else { false } }

  /// The path of the SOP that fields were taken from; empty where there is none.
  var frontOf: String { if case .fields(let form) = self { form.frontOf } else { "" } }

  /// The file that is meant. Browsers end lines in their own way, so those of the file that it began from have to be given back.
  /// - Throws: `SOPFormError`; `HandbookError` where the lines between the dashes cannot be read.
  /// A script's whole text is taken as it was sent; what comes from a form gets these ends of lines.
  func bytes(at path: String, _ form: FormFields, endingLinesAs ends: LineEnds) throws -> [UInt8] {
    if case .whole = self, form.isJSON, !form["text"].isEmpty { return Array(form.file("text", like: nil).utf8) }
    return ends.applied(to: try bytes(at: path))
  }

  func bytes(at path: String) throws -> [UInt8] {
    switch self {
    case .whole(let text): Array(text.utf8)
    case .fields(let form): try form.file(at: path)
    }
  }

  /// The same as the file that it makes.
  func asWhole(at path: String) throws -> TypedSOP {
    .whole(String(decoding: try bytes(at: path), as: UTF8.self))
  }

  /// The same as a file in which its front matter can be mended: where that cannot be read, it stands there as it was taken, without what
  /// the fields say.
  func asFileToMend(at path: String) -> TypedSOP {
    do {
      return try asWhole(at: path)
    } catch {
      guard SOPForm.isAboutTheFile(error), case .fields(let form) = self else { return self }
      return .whole(form.unread)
    }
  }
}
