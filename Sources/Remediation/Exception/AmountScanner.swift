// SPDX-License-Identifier: Apache-2.0

/// Reads the text of an amount for `ExactDecimal`, which says what is read.
struct AmountScanner {
  /// What was read: digits without the point, and how many of them are behind it.
  struct Amount {
    var isNegative = false
    var magnitude: Int64 = 0
    var scale = 0
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var amount = Amount()

  /// Nil where the bytes are no amount.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ decimalSeparator: UInt8) -> Amount? {
    guard decimalSeparator == UInt8(ascii: ".") || decimalSeparator == UInt8(ascii: ",") else { return nil }
    var scanner = AmountScanner(bytes)
    return scanner.readSigned(decimalSeparator) ? scanner.amount : nil
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  private mutating func readSigned(_ decimalSeparator: UInt8) -> Bool {
    skipSpaces()
    let inParentheses = take(UInt8(ascii: "("))
    skipSpaces()
    var hasSign = inParentheses
    amount.isNegative = inParentheses
    if !inParentheses {
      amount.isNegative = takeMinus()
      hasSign = amount.isNegative || take(UInt8(ascii: "+"))
      skipSpaces()
    }
    guard readDigits(decimalSeparator) else { return false }
    skipSpaces()
    if inParentheses {
      guard take(UInt8(ascii: ")")) else { return false }
    } else if !hasSign, takeMinus() {
      amount.isNegative = true
    }
    skipSpaces()
    return at == bytes.count
  }

  private mutating func readDigits(_ decimalSeparator: UInt8) -> Bool {
    let first = at
    var count = 0
    while let digit = nextDigit {
      guard append(digit) else { return false }
      count += 1
    }
    if (1...3).contains(count), bytes[first] != UInt8(ascii: "0") {
      guard readGroups(decimalSeparator) else { return false }
    }
    guard take(decimalSeparator) else { return count > 0 }
    return readFraction()
  }

  /// Reads further groups of three digits; there may be none.
  private mutating func readGroups(_ decimalSeparator: UInt8) -> Bool {
    var separator: UInt32?
    while let found = separatorHere(decimalSeparator), digitFollows(at + found.length) {
      guard separator == nil || separator == found.sign else { return false }
      separator = found.sign
      at += found.length
      for _ in 0..<3 {
        guard let digit = nextDigit, append(digit) else { return false }
      }
      if nextDigit != nil { return false }
    }
    return true
  }

  /// Reads what is behind the separator, at least one digit.
  private mutating func readFraction() -> Bool {
    let first = at
    var isFull = false
    while let digit = nextDigit {
      if !isFull, amount.scale < 18, append(digit) {
        amount.scale += 1
      } else {
        guard digit == 0 else { return false }
        isFull = true
        at += 1
      }
    }
    return at > first
  }

  /// Takes the next digit into the magnitude; false, with nothing changed, where there is no room.
  private mutating func append(_ digit: Int64) -> Bool {
    let (tenfold, overflow) = amount.magnitude.multipliedReportingOverflow(by: 10)
    let (sum, overflowToo) = tenfold.addingReportingOverflow(digit)
    guard !overflow, !overflowToo else { return false }
    amount.magnitude = sum
    at += 1
    return true
  }

  private var nextDigit: Int64? {
    guard at < bytes.count, digitFollows(at) else { return nil }
    return Int64(bytes[at] - UInt8(ascii: "0"))
  }

  private func digitFollows(_ index: Int) -> Bool {
    index < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  /// Takes a hyphen or U+2212.
  private mutating func takeMinus() -> Bool {
    if take(UInt8(ascii: "-")) { return true }
    guard matches(0xE2, 0x88, 0x92) else { return false }
    at += 3
    return true
  }

  private mutating func skipSpaces() {
    while let space = spaceHere ?? tabHere { at += space.length }
  }

  /// A space at this place, as a code point and a number of bytes.
  private var spaceHere: (sign: UInt32, length: Int)? {
    guard at < bytes.count else { return nil }
    if bytes[at] == UInt8(ascii: " ") { return (0x20, 1) }
    if at + 1 < bytes.count, bytes[at] == 0xC2, bytes[at + 1] == 0xA0 { return (0xA0, 2) }
    if matches(0xE2, 0x80, 0xAF) { return (0x202F, 3) }
    return nil
  }

  /// A tab at this place; it is around an amount only.
  private var tabHere: (sign: UInt32, length: Int)? {
    at < bytes.count && bytes[at] == UInt8(ascii: "\t") ? (0x09, 1) : nil
  }

  /// What may group digits, at this place.
  private func separatorHere(_ decimalSeparator: UInt8) -> (sign: UInt32, length: Int)? {
    guard at < bytes.count else { return nil }
    let byte = bytes[at]
    if byte == UInt8(ascii: "'") { return (0x27, 1) }
    if byte != decimalSeparator, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".") { return (UInt32(byte), 1) }
    if matches(0xE2, 0x80, 0x99) { return (0x2019, 3) }
    return spaceHere
  }

  private func matches(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
    at + 2 < bytes.count && bytes[at] == first && bytes[at + 1] == second && bytes[at + 2] == third
  }
}
