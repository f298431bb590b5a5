// SPDX-License-Identifier: Apache-2.0

/// Reads the parts of a time's text from front to back. Every function takes what it reads, or takes nothing and says so;
/// after a nil the position is undefined. Nothing is allocated.
struct TimeScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0

  /// At the first byte. The bytes must outlive the scanner.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// Whether everything was taken.
  var isAtEnd: Bool { at == bytes.count }

  /// The next byte; nil at the end.
  var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  /// Takes this byte if it is the next one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  /// Takes spaces: blanks, tabs, U+00A0, and U+202F, which newer systems write before AM and PM. Returns whether there were any.
  mutating func takeSpaces() -> Bool {
    let start = at
    while let byte = next {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        at += 1
      } else if byte == 0xC2, at + 1 < bytes.count, bytes[at + 1] == 0xA0 {
        at += 2
      } else if byte == 0xE2, at + 2 < bytes.count, bytes[at + 1] == 0x80, bytes[at + 2] == 0xAF {
        at += 3
      } else {
        break
      }
    }
    return at > start
  }

  /// Takes a number of as many digits as there are, at most `most`; nil where there are fewer than `fewest`.
  mutating func number(_ fewest: Int, _ most: Int) -> Int? {
    var value = 0
    let start = at
    while at - start < most, let digit = nextDigit {
      value = value * 10 + digit
      at += 1
    }
    return at - start >= fewest ? value : nil
  }

  /// Takes two digits that are at most `limit`.
  mutating func pair(upTo limit: Int) -> Int? {
    guard let value = number(2, 2), value <= limit else { return nil }
    return value
  }

  /// Takes the digits of a fraction, at least one and at most `most`, as thousandths; further digits are cut off.
  mutating func thousandths(_ most: Int = .max) -> Int? {
    let start = at
    var value = 0
    var unit = 100
    while at - start < most, let digit = nextDigit {
      value += digit * unit
      unit /= 10
      at += 1
    }
    return at > start ? value : nil
  }

  /// How many bytes were taken so far.
  var position: Int { at }

  /// Takes an English month, in full, or its first three letters, or `Sept`; case does not matter. 1 is January.
  mutating func month() -> Int? {
    let start = at
    while let byte = next, byte.isASCIILetter { at += 1 }
    let count = at - start
    guard count >= 3 else { return nil }
    for (index, name) in TimeScanner.months.enumerated() {
      guard count == 3 || count == name.utf8CodeUnitCount || (index == 8 && count == 4) else { continue }
      let found = name.withUTF8Buffer { letters in
        (0..<count).allSatisfy { bytes[start + $0] | 0x20 == letters[$0] }
      }
      if found { return index + 1 }
    }
    return nil
  }

  /// Takes a word of any script, such as the name of a weekday; false where there is none.
  mutating func word() -> Bool {
    let start = at
    while let byte = next, byte.isASCIILetter || byte >= 0x80 { at += 1 }
    return at > start
  }

  /// Takes `AM` or `PM`, also with dots; case does not matter. True for the afternoon.
  mutating func isAfternoon() -> Bool? {
    guard let letter = next.map({ $0 | 0x20 }), letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else {
      return nil
    }
    at += 1
    let hasDot = take(UInt8(ascii: "."))
    guard take(UInt8(ascii: "M")) || take(UInt8(ascii: "m")) else { return nil }
    if hasDot { _ = take(UInt8(ascii: ".")) }
    return letter == UInt8(ascii: "p")
  }

  /// Takes `Z`, `UTC`, `GMT`, or an offset `+02:00`, `+0200`, `+02`, also after `UTC` or `GMT`; at most 18 hours. In
  /// milliseconds east of Greenwich.
  mutating func zoneOffset() -> Int64? {
    if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
    let isNamed = take(letters: "utc") || take(letters: "gmt")
    let isWest = next == UInt8(ascii: "-")
    guard isWest || next == UInt8(ascii: "+") else { return isNamed ? 0 : nil }
    at += 1
    guard let hours = pair(upTo: 18) else { return nil }
    var minutes = 0
    if take(UInt8(ascii: ":")) || nextDigit != nil {
      guard let found = pair(upTo: 59) else { return nil }
      minutes = found
    }
    guard hours < 18 || minutes == 0 else { return nil }
    let offset = Int64(hours * 60 + minutes) * 60_000
    return isWest ? -offset : offset
  }

  /// Takes these letters, in whatever case.
  private mutating func take(letters: StaticString) -> Bool {
    let count = letters.utf8CodeUnitCount
    guard bytes.count - at >= count else { return false }
    let found = letters.withUTF8Buffer { letters in
      (0..<count).allSatisfy { bytes[at + $0] | 0x20 == letters[$0] }
    }
    if found { at += count }
    return found
  }

  private var nextDigit: Int? {
    guard let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
    return Int(byte - UInt8(ascii: "0"))
  }

  private static let months: [StaticString] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
}

extension UInt8 {
  /// Whether this is one of A to Z or a to z.
  var isASCIILetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
