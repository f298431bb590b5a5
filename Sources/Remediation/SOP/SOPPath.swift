// SPDX-License-Identifier: Apache-2.0

/// The path of an SOP in the handbook: one regular Markdown file, `refunds/duplicate-charge.md`.
///
/// Names are taken from an allow-list, because git itself takes nearly anything, and what it takes can harm whoever
/// checks it out: letters and digits of any script, space, and `. _ - ( ) & , + '`. No part begins with a dot, a dash or
/// a space, or ends in a dot or a space; none is a name that Windows reserves. Marks that combine with a letter are none, so that
/// a name has one spelling. Paths compare as bytes.
package struct SOPPath: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let text: String

  package static let longest = 240
  package static let deepest = 12

  /// - Throws: `Rejection.sopPath`, whose sentence names what is wrong.
  package init(_ text: String) throws(Rejection) {
    var text = text
    if !text.withUTF8({ SOPPath.isPlain($0) }) { try SOPPath.check(text) }
    self.text = text
  }

  private static func check(_ text: String) throws(Rejection) {
    func refuse(_ reason: String) -> Rejection { .sopPath(text, reason: reason) }
    guard !text.isEmpty else { throw refuse("it is empty") }
    guard text.utf8.count <= SOPPath.longest else { throw refuse("it is longer than \(SOPPath.longest) bytes") }
    // By scalars, not by characters: a mark may follow a dot or a slash, and is one character with it.
    let parts = text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= SOPPath.deepest else { throw refuse("it is deeper than \(SOPPath.deepest) folders") }
    for part in parts {
      guard !part.isEmpty else { throw refuse("it has an empty part; write folder/name.md") }
      if let scalar = part.first(where: { !SOPPath.allows($0) }) {
        throw refuse("a name may have letters, digits, space and . _ - ( ) & , + ' only, not \(SOPPath.name(scalar))")
      }
      guard let first = part.first, let last = part.last,
        !".- ".unicodeScalars.contains(first), !". ".unicodeScalars.contains(last)
      else { throw refuse("a name may not begin with a dot, a dash or a space, nor end in a dot or a space") }
      let stem = String(part.prefix { $0 != "." }).lowercased()
      guard !SOPPath.reserved.contains(stem) else { throw refuse("\(String(part)) is a name that Windows reserves") }
    }
    guard let name = parts.last, name.count > 3, name.suffix(3).elementsEqual(".md".unicodeScalars) else {
      throw refuse("an SOP is a Markdown file, so the name ends in .md")
    }
  }

  /// Whether a text is certainly a path, without a look at Unicode's tables: a history has thousands, nearly all of them so. What is not
  /// certain is checked.
  private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count <= longest, text.suffix(3).elementsEqual(".md".utf8) else { return false }
    var parts = 1
    var start = 0
    for (index, byte) in text.enumerated() {
      switch byte {
      case UInt8(ascii: "/"):
        guard isPlain(part: UnsafeBufferPointer(rebasing: text[start..<index])) else { return false }
        parts += 1
        start = index + 1
      case 0x80...: return false
      default: guard allows(Unicode.Scalar(byte)) else { return false }
      }
    }
    return parts <= deepest && text.count - start > 3
      && isPlain(part: UnsafeBufferPointer(rebasing: text[start...]))
  }

  private static func isPlain(part: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = part.first, let last = part.last, !".- ".utf8.contains(first), !". ".utf8.contains(last) else {
      return false
    }
    // Names that Windows reserves have three or four letters and digits, and begin with one of these.
    let stem = part.firstIndex(of: UInt8(ascii: ".")) ?? part.count
    return !(3...4).contains(stem) || !"acnlp".utf8.contains(first | 0x20)
  }

  /// How a sentence names a character that may be none to look at.
  private static func name(_ scalar: Unicode.Scalar) -> String {
    let code = String(scalar.value, radix: 16, uppercase: true)
    let number = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
    return scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F ? String(scalar) : number
  }

  package var description: String { text }

  package static func == (left: SOPPath, right: SOPPath) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  package static func < (left: SOPPath, right: SOPPath) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  private static let reserved: Set<String> = {
    var names: Set<String> = ["con", "prn", "aux", "nul", "conin$", "conout$"]
    for number in 0...9 { names.formUnion(["com\(number)", "lpt\(number)"]) }
    return names
  }()

  /// Whether a name may have it. What is shown as nothing at all may not be in one: two names would look the same.
  package static func allows(_ scalar: Unicode.Scalar) -> Bool {
    // A history has thousands of names, nearly all of them in ASCII; Unicode's tables are asked about the rest.
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", " ", ".", "_", "-", "(", ")", "&", ",", "+", "'": return true
    case "\0"..."\u{7F}": return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
      return !scalar.properties.isDefaultIgnorableCodePoint
    default: return false
    }
  }
}
