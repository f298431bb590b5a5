// SPDX-License-Identifier: Apache-2.0

/// Where a link of a document may go.
///
/// Decided by the URL as a browser would see it: character references decoded, the scheme's case folded. Allowed are
/// http, https and mailto with something after them, and references within the site: paths, queries, fragments.
/// Refused are all other schemes, and whatever stands before a colon as one would; what begins with two slashes or
/// backslashes, which is another host; white space at either end; and, anywhere, characters that browsers remove or
/// that a reader does not see. So no URL gets its meaning only after a browser has cleaned it.
enum LinkDestination: Equatable {
  /// http or https: another site.
  case web(String)
  case mail(String)
  /// A path, a query or a fragment of this site.
  case relative(String)

  /// Nil where a link may not go there. The URLs are percent-encoded: ASCII without space, quotes and angle brackets.
  init?(_ url: String) {
    let scalars = url.unicodeScalars
    guard !scalars.contains(where: { HiddenCharacter.contains($0) || $0 == "\t" || $0 == "\n" || $0 == "\u{FFFD}" }),
      scalars.first?.properties.isWhitespace != true, scalars.last?.properties.isWhitespace != true
    else { return nil }
    guard let end = scalars.firstIndex(where: { ":/?#".unicodeScalars.contains($0) }), scalars[end] == ":" else {
      guard !scalars.prefix(2).allSatisfy({ $0 == "/" || $0 == "\\" }) || scalars.count < 2 else { return nil }
      self = .relative(LinkDestination.encode(LinkDestination.prefixingFragment(of: url)))
      return
    }
    let rest = scalars[scalars.index(after: end)...]
    switch String(scalars[..<end]).lowercased() {
    case "http", "https":
      guard rest.starts(with: "//".unicodeScalars), let host = rest.dropFirst(2).first,
        !"/\\?#".contains(Character(host))
      else { return nil }
      self = .web(LinkDestination.encode(url))
    case "mailto":
      guard !rest.isEmpty else { return nil }
      self = .mail(LinkDestination.encode(url))
    default: return nil
    }
  }

  /// What `href` or `src` gets.
  var url: String {
    switch self {
    case .web(let url), .mail(let url), .relative(let url): url
    }
  }

  /// A fragment alone means a heading of the document, whose ids have a prefix.
  private static func prefixingFragment(of url: String) -> String {
    // Not by characters: an accent after `#` would be one with it.
    let scalars = url.unicodeScalars
    guard scalars.first == "#", scalars.count > 1 else { return url }
    return "#" + HeadingIDs.prefix + String(scalars.dropFirst())
  }

  /// Percent-encodes what RFC 3986 does not allow in a URL, and brackets; percent signs stay.
  private static func encode(_ url: String) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(url.utf8.count)
    for byte in url.utf8 {
      if byte < 0x80, plain[Int(byte)] {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)
  private static let plain: [Bool] = {
    let characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#@!$&'()*+,;=%"
    var plain = Array(repeating: false, count: 128)
    for byte in characters.utf8 { plain[Int(byte)] = true }
    return plain
  }()
}
