// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import HummingbirdCore
internal import Remediation
internal import Tracker

/// What somebody sent, each field once: a form of a page, or a JSON object with the same names from a script.
struct FormFields: Sendable {
  private let texts: [String: String]
  /// Texts of a script that end lines otherwise, as they were sent.
  private var written: [String: String] = [:]
  /// Those to which a script gave null.
  private var nulls: Set<String> = []
  /// Whether a script sent it.
  let isJSON: Bool

  static let none = FormFields(texts: [:], isJSON: false)

  private init(texts: [String: String], isJSON: Bool) { (self.texts, self.isJSON) = (texts, isJSON) }

  /// The same with other texts in some fields.
  func with(_ others: [String: String]) -> FormFields {
    var fields = FormFields(texts: texts.merging(others) { $1 }, isJSON: isJSON)
    fields.written = written.filter { others[$0.key] == nil }
    return fields
  }

  /// Browsers send what our own pages ask for; what a session's forms carry may come with anything.
  /// - Throws: `Problem` where JSON has a member that nobody reads.
  func mustBeAmong(_ known: [String]) throws {
    guard isJSON, let unknown = texts.keys.sorted().first(where: { !known.contains($0) && $0 != "form_token" })
    else { return }
    throw Problem(
      status: .unprocessableContent,
      sentence: "\(unknown.quoted) is not known here. Known: "
        + "\(known.isEmpty ? "no field" : known.joined(separator: ", ")). Nothing was done.")
  }

  /// - Parameter form: `application/x-www-form-urlencoded`.
  /// - Throws: `Problem` where what is escaped in it is no UTF-8, or escaped in part: what would be recorded in its place is not what was
  ///   sent.
  init(form bytes: [UInt8]) throws {
    guard let form = String(validating: bytes, as: UTF8.self), form.removingPercentEncoding != nil else {
      throw Problem(
        status: .badRequest,
        sentence:
          "The form is not in UTF-8, or has a % that escapes nothing, so nothing was done. Send its texts in UTF-8, each % as %25."
      )
    }
    let fields = URI("/?\(form.replacing("+", with: "%20"))").queryParameters
    var texts: [String: String] = [:]
    for (name, value) in fields { texts[String(name)] = FormFields.normal(String(value)) }
    self.init(texts: texts, isJSON: false)
  }

  /// The record keeps texts up to a NUL, and its hashes cover all of them: so none has one.
  /// - Throws: `Problem` where a field holds one.
  func mustHoldNoNUL() throws {
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
      guard let place = text.utf8.firstIndex(of: 0) else { continue }
      let line = text.utf8[..<place].count { $0 == UInt8(ascii: "\n") } + 1
      throw Problem(
        status: .badRequest,
        sentence: "\"\(name)\" holds the character U+0000 (NUL) in line \(line), which no text may. Send it without.")
    }
  }

  /// What people write at length, by the names of the fields, where it is not empty.
  var longTexts: [(name: String, text: String)] {
    ["text", "body", "map", "summary", "rationale", "note", "values", "reason"].compactMap { name in
      texts[name].flatMap { $0.isEmpty ? nil : (name, $0) }
    }
  }

  /// A list of texts becomes one, each in a line of its own.
  /// - Throws: `Problem` where it is not one JSON object of texts, numbers, truth values and lists of texts and numbers.
  init(json bytes: [UInt8]) throws {
    func refusal(_ why: String) -> Problem { Problem(status: .badRequest, sentence: "The JSON is not taken: \(why)") }
    let value: JSONValue
    do { value = try JSONValue(parsing: bytes) } catch { throw refusal(error.sentence) }
    guard case .object(let members) = value else { throw refusal("it has to be one object.") }
    var (texts, written): ([String: String], [String: String]) = ([:], [:])
    for member in members {
      if case .string(let text) = member.value, text != FormFields.normal(text) { written[member.name] = text }
      texts[member.name] =
        switch member.value {
        case .string(let text): FormFields.normal(text)
        case .integer(let number): String(number)
        // As it was written: no floating point in between.
        case .decimal(let digits): digits
        case .bool(let isTrue): isTrue ? "true" : ""
        case .null: ""
        case .array(let parts):
          try parts.map { part in
            switch part {
            case .string(let text): return text
            case .integer(let number): return String(number)
            default: throw refusal("\"\(member.name)\" has to be a list of texts or numbers.")
            }
          }.joined(separator: "\n")
        default: throw refusal("\"\(member.name)\" has to be a text or a number.")
        }
    }
    self.init(texts: texts, isJSON: true)
    self.written = written
    nulls = Set(members.filter { $0.value == .null }.map(\.name))
  }

  /// Whether a script sent an empty text, where it could have left the field out: a mistake of whoever made it.
  func isEmptyText(_ name: String) -> Bool {
    isJSON && !nulls.contains(name) && texts[name]?.allSatisfy(\.isWhitespace) == true
  }

  /// The same for the same fields, in whatever form and order they were sent.
  var canonicalText: String {
    texts.sorted { $0.key < $1.key }.reduce(JSONValue.fields([:])) { $0.with($1.key, .string($1.value)) }.compactText
  }

  /// Whether it was sent, be it empty.
  func has(_ name: String) -> Bool { texts[name] != nil }

  /// Empty where it is absent.
  subscript(_ name: String) -> String { texts[name] ?? "" }

  /// A text that is kept as a file, with its lines ended as a script did; those of a form end as the file's did from which it was made.
  func file(_ name: String, like before: String?) -> String {
    if isJSON { return written[name] ?? self[name] }
    let ends = LineEnds(of: Array((before ?? "").utf8))
    return String(decoding: ends.applied(to: Array(self[name].utf8)), as: UTF8.self)
  }

  /// Browsers end lines with CR LF.
  private static func normal(_ text: String) -> String { text.replacing("\r\n", with: "\n") }
}
