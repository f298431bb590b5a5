// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A value taken apart for comparing: its words without case, accents and punctuation, its digits and its signs.
struct SpelledValue {
  /// Words as written, folded.
  let words: [String]
  /// The same without the `s` of a plural.
  private let singular: [String]

  /// Nil where it has neither letters nor digits, or is too long to be a value of a taxonomy.
  init?(_ text: String) {
    guard text.utf8.count <= 300 else { return nil }
    words = SpelledValue.words(of: text)
    guard !words.isEmpty, words.count <= 30 else { return nil }
    singular = words.map(SpelledValue.singular)
  }

  // MARK: Taking apart

  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func end() {
      if !word.isEmpty { words.append(String(word)) }
      word = String.UnicodeScalarView()
    }
    let scalars = Array(fold(text).unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      let properties = scalar.properties
      switch properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
        .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
        word.append(scalar)
      case .mathSymbol, .currencySymbol:
        end()
        words.append(String(scalar))
      default:
        let isAtStart = place == 0 || scalars[place - 1].properties.isWhitespace
        let isSigned =
          scalar == "-" && isAtStart && place + 1 < scalars.count && ("0"..."9").contains(scalars[place + 1])
        // An apostrophe is part of its word: can't and cant.
        if scalar == "'" || scalar == "\u{2019}" { continue }
        end()
        if isSigned || scalar == "%" || scalar == "#" { words.append(String(scalar)) }
        if scalar == "&" { words.append("and") }
      }
    }
    end()
    return words
  }

  /// Lower case, compatibility forms as the usual ones, and no marks above Latin and Greek letters.
  private static func fold(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text.lowercased() }
    var folded = String.UnicodeScalarView()
    var isLatinOrGreek = false
    for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      if (0x300...0x36F).contains(scalar.value) {
        if isLatinOrGreek { continue }
      } else {
        isLatinOrGreek = scalar.value < 0x250 || (0x370..<0x400).contains(scalar.value)
      }
      if scalar == "ß" { folded.append(contentsOf: "ss".unicodeScalars) } else { folded.append(scalar) }
    }
    return String(folded).precomposedStringWithCanonicalMapping
  }

  /// Words that mean something else without their s, or whose s is no plural.
  private static let keepingTheirS: Set<String> = ["news", "goods", "customs", "means", "series", "terms", "sales"]

  private static func singular(_ word: String) -> String {
    guard isPlain(word), word.utf8.count >= 4, word.hasSuffix("s"), !keepingTheirS.contains(word) else { return word }
    for suffix in ["ss", "us", "is", "as", "os"] where word.hasSuffix(suffix) { return word }
    if word.hasSuffix("ies"), word.utf8.count > 5 { return word.dropLast(3) + "y" }
    for suffix in ["xes", "ches", "shes", "sses"] where word.hasSuffix(suffix) { return String(word.dropLast(2)) }
    return String(word.dropLast())
  }

  /// Without the ending of a form: damage, damages and damaged are one; at least four letters stay.
  private static func stem(_ word: String) -> String {
    guard isPlain(word) else { return word }
    for suffix in ["ed", "es", "s", "e"] where word.hasSuffix(suffix) && !word.hasSuffix("ss") {
      let rest = word.dropLast(suffix.count)
      return rest.utf8.count >= 4 ? String(rest) : word
    }
    return word
  }

  /// ASCII letters only: what rules about English endings may be applied to.
  private static func isPlain(_ word: String) -> Bool { word.utf8.allSatisfy { (0x61...0x7A).contains($0) } }

  // MARK: The same but for spelling, plural and order

  /// Words and signs that give the order of the others a meaning. Where all words are short, as in EUR/USD, the order
  /// counts, too.
  private static let directions: Set<String> = [
    ">", "→", "to", "from", "vs", "versus", "by", "into", "before", "after", "than", "over", "under", "against", "not",
    "no", "without", "but", "if", "for", "of", "von", "nach", "zu", "vor", "bis", "ohne", "nicht", "kein", "de", "par",
    "sans", "pas", "sin",
  ]

  private static func hasDigit(_ word: String) -> Bool {
    word.unicodeScalars.contains { $0.properties.numericType != nil }
  }

  /// Runs of digits in their order; they are never the difference between two values that are one.
  private var digits: [String] {
    words.flatMap { word in
      word.split { !($0.unicodeScalars.first?.properties.numericType != nil) }.map(String.init)
    }
  }

  /// Two values with a key in common are the same but for spelling, plural or order.
  var keys: [String] {
    let isOrdered =
      words.contains(where: SpelledValue.directions.contains)
      || words.allSatisfy { $0.count <= 3 && !SpelledValue.hasDigit($0) }
    let numbered = singular.filter(SpelledValue.hasDigit)
    let letters = singular.filter { !SpelledValue.hasDigit($0) }
    let byWord = isOrdered ? singular : letters.sorted() + ["|"] + numbered
    return ["w " + byWord.joined(separator: " "), "l " + singular.joined() + "|" + digits.joined(separator: " ")]
  }

  func difference(to other: SpelledValue) -> NearDuplicates.Difference {
    if words == other.words || words.joined() == other.words.joined() { return .spelling }
    if singular == other.singular || singular.joined() == other.singular.joined() { return .plural }
    if singular.sorted() == other.singular.sorted() { return .wordOrder }
    if singular.map(SpelledValue.stem) == other.singular.map(SpelledValue.stem) { return .form }
    return .typing
  }

  // MARK: Alike but for one word

  /// Whether a word can be mistyped and still be known: five letters of an alphabet, and nothing else.
  private static func canSlip(_ word: String) -> Bool {
    (5...40).contains(word.count) && word.unicodeScalars.allSatisfy { $0.properties.isAlphabetic && $0.value < 0x590 }
  }

  /// A value for each way in which one word may be written slightly wrong, equal for two values that may be alike.
  var traces: [UInt64] {
    guard words.count <= 12 else { return [] }
    var traces: Set<UInt64> = []
    for (place, word) in singular.enumerated() where SpelledValue.canSlip(word) {
      var rest = TextHash()
      for (index, other) in singular.enumerated() where index != place { rest.add(other) }
      rest.add(String(place))
      func trace(_ text: String) {
        var hash = rest
        hash.add(text)
        traces.insert(hash.value)
      }
      let letters = Array(word)
      trace(word)
      trace("=" + SpelledValue.stem(word))
      trace("~" + SpelledValue.shuffled(letters))
      for index in letters.indices {
        var shorter = letters
        shorter.remove(at: index)
        trace(String(shorter))
      }
    }
    return Array(traces)
  }

  /// The first letter, the others sorted, the last: equal for words whose inner letters stand in another order.
  private static func shuffled(_ letters: [Character]) -> String {
    String(letters.prefix(1)) + String(letters.dropFirst().dropLast().sorted()) + String(letters.suffix(1))
  }

  /// Whether it is the other value with one word in another form or with a slip. The other is the more frequent.
  func isAlike(_ other: SpelledValue, counts: (own: Int, other: Int)) -> Bool {
    guard singular.count == other.singular.count, digits == other.digits else { return false }
    let places = singular.indices.filter { singular[$0] != other.singular[$0] }
    guard places.count == 1, let place = places.first else { return false }
    let (word, known) = (singular[place], other.singular[place])
    if SpelledValue.stem(word) == SpelledValue.stem(known) { return true }
    guard SpelledValue.canSlip(word), SpelledValue.canSlip(known), word.first == known.first,
      !SpelledValue.isNegation(word, known), !SpelledValue.isNegation(known, word)
    else { return false }
    switch SpelledValue.slip(from: Array(known), to: Array(word)) {
    case .order: return true
    case .length: return counts.own * 3 <= counts.other
    // Charge and change are one letter apart, too: a wrong letter is believed only where the hand or the ear explains
    // it.
    case .letter(let wrong, let right):
      return known.count >= 6 && counts.own * 10 <= counts.other && SpelledValue.areConfused(wrong, right)
    case nil: return false
    }
  }

  private enum Slip {
    case order, length
    case letter(Character, Character)
  }

  /// Two vowels, or neighbours in a row of the keyboard.
  private static func areConfused(_ one: Character, _ other: Character) -> Bool {
    let vowels: Set<Character> = ["a", "e", "i", "o", "u", "y"]
    if vowels.contains(one), vowels.contains(other) { return true }
    return ["qwertyuiop", "asdfghjkl", "zxcvbnm"].contains { row in
      guard let first = row.firstIndex(of: one), let second = row.firstIndex(of: other) else { return false }
      return abs(row.distance(from: first, to: second)) == 1
    }
  }

  private static func slip(from known: [Character], to word: [Character]) -> Slip? {
    if abs(known.count - word.count) == 1 {
      let (longer, shorter) = known.count > word.count ? (known, word) : (word, known)
      let start = zip(longer, shorter).prefix { $0 == $1 }.count
      return longer[(start + 1)...] == shorter[start...] ? .length : nil
    }
    guard known.count == word.count else { return nil }
    let places = known.indices.filter { known[$0] != word[$0] }
    if places.count == 1 { return .letter(word[places[0]], known[places[0]]) }
    guard shuffled(known) == shuffled(word) else { return nil }
    if places.count == 2, places[1] == places[0] + 1 { return .order }
    return known.count >= 6 && places.count <= 4 ? .order : nil
  }

  private static let negations = [
    "un", "in", "im", "il", "ir", "dis", "non", "de", "mis", "a", "re", "pre", "post", "over",
  ]

  private static func isNegation(_ longer: String, _ shorter: String) -> Bool {
    negations.contains { longer == $0 + shorter }
  }
}

/// FNV-1a over texts: the same in every run, so that nothing found with it depends on chance.
private struct TextHash {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    value = (value ^ 0xFF) &* 0x100_0000_01B3
  }
}
