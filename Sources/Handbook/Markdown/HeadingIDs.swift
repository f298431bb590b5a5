// SPDX-License-Identifier: Apache-2.0

/// Gives every heading of a document an id of its own, which cannot be one of the page around it.
struct HeadingIDs {
  /// What every id begins with. No element of a page outside of documents may have such an id.
  static let prefix = "sop-"
  /// The most characters taken from the heading.
  private static let longest = 80

  private var taken: Set<String> = []
  private var counts: [String: Int] = [:]

  /// The prefix and the heading's text in lower case: letters, digits, `-` and `_`; blanks as `-`; all else left out,
  /// as on GitHub. `section` where nothing is left. The second of a name ends in `-2`, and so on.
  mutating func next(_ heading: String) -> String {
    var name = String.UnicodeScalarView()
    var length = 0
    for scalar in heading.unicodeScalars.prefix(4 * HeadingIDs.longest) {
      if length >= HeadingIDs.longest { break }
      if scalar == " " || scalar == "-" || scalar == "_" {
        name.append(scalar == " " ? "-" : scalar)
        length += 1
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar.properties.generalCategory == .nonspacingMark
      {
        let lowercase = scalar.properties.lowercaseMapping.unicodeScalars
        name.append(contentsOf: lowercase)
        length += lowercase.count
      }
    }
    let base = HeadingIDs.prefix + (name.isEmpty ? "section" : String(name))
    var id = base
    while !taken.insert(id).inserted {
      counts[base, default: 1] += 1
      id = "\(base)-\(counts[base, default: 1])"
    }
    return id
  }
}
