// SPDX-License-Identifier: Apache-2.0

/// A text of YAML in which nothing refers to anything and no key holds more than a word, so that composing it takes time in proportion
/// to its length. Every character has the place that it had.
///
/// An asterisk, a question mark, and a colon behind a list or keys in braces are made letters of no meaning; braces are made brackets. What
/// was an alias is a word then, what was a key in braces an element, and a key that is a list an error, each in its place: whoever knows
/// the text sees what it was. In quotes, comments and texts nothing changes but these characters themselves.
struct Disarmed {
  let text: String
  private let letters: (asterisk: Unicode.Scalar, questionMark: Unicode.Scalar, colon: Unicode.Scalar)

  /// Nil where the text is harmless as it is.
  init?(_ yaml: String) {
    guard Disarmed.isNeeded(Array(yaml.utf8)) else { return nil }
    letters = Disarmed.unused(in: yaml)
    var disarmed = String.UnicodeScalarView()
    var brackets = Brackets()
    for scalar in yaml.unicodeScalars {
      switch scalar {
      case "*": disarmed.append(letters.asterisk)
      case "?": disarmed.append(letters.questionMark)
      case "{": disarmed.append("[")
      case "}": disarmed.append("]")
      case ":" where brackets.endsCollection: disarmed.append(letters.colon)
      default: disarmed.append(scalar)
      }
      brackets.pass(scalar)
    }
    text = String(disarmed)
  }

  /// A word of it as it was, but for braces.
  func armed(_ word: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in word.unicodeScalars {
      switch scalar {
      case letters.asterisk: scalars.append("*")
      case letters.questionMark: scalars.append("?")
      case letters.colon: scalars.append(":")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// Whether there are braces, a colon behind a bracket, an asterisk or question mark where anything can begin at all: behind a letter
  /// or a digit nothing does.
  private static func isNeeded(_ text: [UInt8]) -> Bool {
    var previous: UInt8 = 0
    var isBehindBracket = false
    for byte in text {
      switch byte {
      case UInt8(ascii: "{"): return true
      case UInt8(ascii: ":") where isBehindBracket: return true
      case UInt8(ascii: "*"), UInt8(ascii: "?"):
        switch previous {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
        default: return true
        }
      default: break
      }
      if byte != 0x20 && byte != 0x09 { isBehindBracket = byte == UInt8(ascii: "]") }
      previous = byte
    }
    return false
  }

  /// Three characters for private use that are not in the text, so that no two words become the same.
  private static func unused(in yaml: String) -> (Unicode.Scalar, Unicode.Scalar, Unicode.Scalar) {
    let taken = Set(yaml.unicodeScalars.lazy.filter { 0xE000 <= $0.value })
    var free = [0xE000...0xF8FF, 0xF_0000...0xF_FFFD, 0x10_0000...0x10_FFFD].lazy
      .joined().lazy.compactMap { (value: UInt32) in Unicode.Scalar(value) }
      .filter { !taken.contains($0) }.makeIterator()
    return (free.next() ?? "\u{E000}", free.next() ?? "\u{E001}", free.next() ?? "\u{E002}")
  }
}

/// What stands in brackets on a line, as far as that can be told without knowing which quotes are quotes: whatever could be a list, or keys
/// in braces, is taken for one. A key ends on the line on which it begins, so no other line matters.
private struct Brackets {
  /// Whether what has just been passed is the end of a list or of keys in braces, or blanks behind it.
  private(set) var endsCollection = false
  private var open: [(beginsCollection: Bool, quotes: Int)] = []
  private var quotes = 0
  private var previous = Previous.start
  private var isBehindBlank = true

  private enum Previous {
    /// Nothing on the line but dashes of lists.
    case start
    /// A sign behind which anything can begin.
    case sign
    /// A word; an anchor or a tag is none.
    case word
    case property
  }

  mutating func pass(_ scalar: Unicode.Scalar) {
    switch scalar {
    case " ", "\t":
      isBehindBlank = true
      return
    case "\n", "\r":
      self = Brackets()
      return
    case "[", "{":
      open.append((beginsCollection: previous != .word, quotes: quotes))
      previous = .sign
    case "]", "}":
      let opening = open.popLast()
      endsCollection = opening.map { $0.beginsCollection || $0.quotes != quotes } ?? (quotes > 0)
      previous = .word
      isBehindBlank = false
      return
    case ",", ":", "?": previous = .sign
    case "-" where previous == .start: break
    case "&" where isBehindBlank, "!" where isBehindBlank: previous = .property
    default:
      if scalar == "\"" || scalar == "'" { quotes += 1 }
      if isBehindBlank || previous != .property { previous = .word }
    }
    endsCollection = false
    isBehindBlank = false
  }
}
