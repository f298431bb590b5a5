// SPDX-License-Identifier: Apache-2.0

/// `&amp;`, `&#38;` or `&#x26;` in Markdown.
enum CharacterReference {
  /// What the reference stands for; nil where HTML has none of that name, so that it is text. Numbers that are no
  /// character stand for U+FFFD, as zero does.
  static func decode(_ reference: UnsafeBufferPointer<UInt8>) -> String? {
    guard reference.count >= 3, reference[0] == UInt8(ascii: "&") else { return nil }
    let body = UnsafeBufferPointer(rebasing: reference[1..<(reference.count - 1)])
    guard body[0] == UInt8(ascii: "#") else { return named[String(decoding: body, as: UTF8.self)] }
    let isHex = body.count > 1 && body[1] | 0x20 == UInt8(ascii: "x")
    let digits = String(decoding: body[(isHex ? 2 : 1)...], as: UTF8.self)
    let scalar = UInt32(digits, radix: isHex ? 16 : 10).flatMap(Unicode.Scalar.init)
    guard let scalar, scalar.value != 0 else { return "\u{FFFD}" }
    return String(scalar)
  }

  /// By name, without `&` and `;`. Made once.
  private static let named: [String: String] = {
    var characters: [String: String] = [:]
    characters.reserveCapacity(2200)
    for entry in namedCharacterReferences.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      let parts = entry.split(separator: ":")
      let scalars = parts[1].split(separator: "+").compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
      characters[String(parts[0])] = String(String.UnicodeScalarView(scalars))
    }
    return characters
  }()
}
