// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

extension Visit {
  /// The revision that was looked at; nil where none is named.
  /// - Throws: `Problem` where it is no whole number: what was looked at is then not known.
  func revision() throws -> Int? { try number("revision") }

  /// - Throws: `Problem` where the field holds something that is no whole number.
  func number(_ field: String) throws -> Int? {
    let text = form[field]
    guard !text.isEmpty else { return nil }
    guard let number = Int(text) else {
      throw Problem(
        status: .unprocessableContent,
        sentence: "\(field): \(text.quoted) is no whole number. Send the one that you looked at.")
    }
    return number
  }

  /// What was looked at, as the form says it; nil where it says nothing.
  /// - Throws: `Problem` where it says something else.
  func seen<Seen: LosslessStringConvertible>() throws -> Seen? {
    let text = form["seen"]
    guard !text.isEmpty else { return nil }
    guard let seen = Seen(text) else {
      throw Problem(
        status: .unprocessableContent,
        sentence: "seen: \(text.quoted) names nothing that was looked at. Send it as it was read.")
    }
    return seen
  }
}
