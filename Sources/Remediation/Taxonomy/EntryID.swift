// SPDX-License-Identifier: Apache-2.0

/// Ids of codes and tags that are made from the values of an export.
package enum EntryID {
  /// The id of what fits nowhere. It counts as no code of the 10 to 30, and opens nothing.
  package static let other = "OTHER"

  /// The value in ASCII upper case, every run of other characters than `A`–`Z` and `0`–`9` a `-`; at most 190 bytes of
  /// that, so that a number can follow.
  package static func proposed(for value: String) -> String {
    var id: [UInt8] = []
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): id.append(byte - 32)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): id.append(byte)
      default: if id.last != UInt8(ascii: "-") { id.append(UInt8(ascii: "-")) }
      }
    }
    return String(decoding: id.prefix(190), as: UTF8.self)
  }

  /// An id for each value, in their order; where two clash, the later ones get `-2`, `-3` and so on.
  package static func proposed(forAll values: [String], avoiding taken: Set<String> = []) -> [String] {
    var used = taken
    return values.map { value in
      let base = proposed(for: value)
      var id = base
      var suffix = 2
      while !used.insert(id).inserted {
        id = "\(base)-\(suffix)"
        suffix += 1
      }
      return id
    }
  }

  /// The same where some entries are there already: a value that is the title or the id of one keeps that id; the ids
  /// of others are not given a second time.
  package static func proposed(forAll values: [String], knowing entries: [TaxonomyEntry]) -> [String] {
    let known = values.map { entry(for: $0, among: entries)?.id }
    let fresh = zip(values, known).filter { $1 == nil }.map(\.0)
    var ids = proposed(forAll: fresh, avoiding: Set(entries.map(\.id) + [other])).makeIterator()
    return known.map { $0 ?? ids.next() ?? other }
  }

  /// The entry that a value of an export means when a map names no values: the first whose title it is, with case
  /// folded; else the one whose id is made from it.
  package static func entry(for value: String, among entries: [TaxonomyEntry]) -> TaxonomyEntry? {
    let folded = value.lowercased()
    return entries.first { $0.title.lowercased() == folded } ?? entries.first { $0.id == proposed(for: value) }
  }

  /// Whether a taxonomy may use this id: 1 to 200 of `A`–`Z`, `0`–`9`, `-`, `_` and `.`.
  package static func isValid(_ id: String) -> Bool {
    (1...200).contains(id.utf8.count)
      && id.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-_.".utf8.contains($0)
        }
      }
  }
}
