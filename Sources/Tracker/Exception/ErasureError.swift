// SPDX-License-Identifier: Apache-2.0

internal import Ledger

/// Why nothing is erased, or what remains of it.
package enum ErasureError: Error, Equatable {
  case reasonNamesIt
  case valueTooShort(String)
  case valueTooLong(String)
  case tooManyValues(Int)
  /// A file that somebody sent.
  case unreadable(String)
  case nothingFound([Erasure.Rest])
  /// What could be erased is, and recorded where an event was due.
  case unfinished([Erasure.Remainder])

  /// Each is looked for in everything.
  package static let mostValues = 100
  /// In characters. No name or address is longer.
  package static let longestValue = 200

  package var sentence: String {
    switch self {
    case .reasonNamesIt: "The reason names what is to be erased, and would keep it. Write it without."
    case .valueTooShort(let value):
      "\"\(value)\" is too short to look for: half of what it finds would be something else."
    case .valueTooLong(let value):
      "\"\(value.prefix(40))…\" is too long to look for: it has \(value.count) characters, and \(ErasureError.longestValue) are the most. Give "
        + "names, addresses and numbers, each as a value of its own."
    case .tooManyValues(let count):
      "These are \(count) values, and \(ErasureError.mostValues) are looked for at once. Erase them in parts."
    case .unreadable(let path):
      "\(path) cannot be read, so nobody can tell whether it holds what is to be erased. Let it be read, or remove it; nothing was changed."
    case .nothingFound(let rest) where rest.isEmpty: "Nothing that can be erased holds it; nothing was recorded."
    case .nothingFound(let rest):
      "Nothing that can be erased holds it, and nothing was recorded. It stands where this does not reach: "
        + rest.map { "\($0.place) (\($0.count))" }.joined(separator: "; ") + "."
    case .unfinished(let remains):
      "It is erased, and where the record held it, that is recorded; but not every byte is gone. "
        + remains.map(\.sentence).joined(separator: " ") + " See to that, and tidy up to finish it."
    }
  }

  /// What to type next, where that follows.
  package var command: String? {
    switch self {
    case .unfinished: "sopwright maintain"
    case .reasonNamesIt, .valueTooShort, .valueTooLong, .tooManyValues, .unreadable, .nothingFound: nil
    }
  }
}
