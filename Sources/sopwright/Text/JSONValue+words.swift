// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

// What people read is made of the JSON that scripts read, so that both say the same, wherever it comes from. What is absent, because
// another version wrote it, reads as empty.
extension JSONValue {
  var text: String? { if case .string(let text) = self { text } else { nil } }

  var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }

  /// A text, a number or a list of them in one line, without what a terminal would obey.
  var words: String {
    switch self {
    case .null, .object: ""
    case .bool(let isTrue): isTrue ? "yes" : "no"
    case .integer(let number): String(number)
    case .decimal(let digits): digits
    case .string(let text): Terminal.safe(text)
    case .array(let values): values.map(\.words).joined(separator: ", ")
    }
  }

  /// The words of a member; empty where there is none.
  func words(_ name: String) -> String { self[name]?.words ?? "" }

  func list(_ name: String) -> [JSONValue] { self[name]?.elements ?? [] }

  func isTrue(_ name: String) -> Bool { self[name] == true }

  /// The same without these members.
  func without(_ names: String...) -> JSONValue {
    if case .object(let members) = self { .object(members.filter { !names.contains($0.name) }) } else { self }
  }

  /// Nil where it is absent or null.
  func object(_ name: String) -> JSONValue? {
    if case .object? = self[name] { self[name] } else { nil }
  }

  /// `2026-11-21 09:30`.
  func time(_ name: String) -> String { String(words(name).prefix(16)).replacing("T", with: " ") }

  /// `2026-11-21`.
  func date(_ name: String) -> String { String(words(name).prefix(10)) }

  func count(_ name: String) -> Int { if case .integer(let number)? = self[name] { Int(number) } else { 0 } }

  /// `12.50 EUR, 3.00 GBP`, of a list of amounts.
  func money(_ name: String) -> String {
    list(name).compactMap { amount in
      guard case .integer(let units)? = amount["minor_units"] else { return nil }
      return Words.money(units, amount.words("currency"))
    }.joined(separator: ", ")
  }

  /// A word of several, as `in_review`.
  func state(_ name: String) -> String { words(name).replacing("_", with: " ") }

  /// A commit, short.
  func commit(_ name: String) -> String { CommitID(words(name))?.abbreviated ?? "" }
}
