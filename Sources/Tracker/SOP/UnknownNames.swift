// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

/// Something that the front matter of a text names, and that the taxonomy in force does not have: no rule refuses it, and it is
/// probably misspelled.
package enum UnknownName: Equatable, Sendable {
  case key(RecurrenceKey)
  case owner(String)

  package var sentence: String {
    switch self {
    case .key(let key):
      "The taxonomy in force has no \(key.kind.words) \(key.value.quoted), which the front matter names."
    case .owner(let name):
      "The owner \(name.quoted), whom the front matter names, is not among the people of this workspace."
    }
  }
}

extension Workspace {
  /// Codes, tags and people that a text names and that are unknown, each once, in the order of the file. Empty where the front matter
  /// cannot be read: then the text is refused, with the reason.
  package func unknownNames(in text: [UInt8]) throws -> [UnknownName] {
    guard let frontMatter = (try? ParsedSOP(bytes: text))?.frontMatter else { return [] }
    let taxonomy = try ledger.read { try $0.requiredTaxonomy().taxonomy }
    let keys =
      frontMatter.codes.map { RecurrenceKey(.code, $0) } + frontMatter.rootCauses.map { RecurrenceKey(.rootCause, $0) }
    var names: [UnknownName] = []
    for key in keys where taxonomy.entry(key) == nil && !names.contains(.key(key)) { names.append(.key(key)) }
    if let owner = frontMatter.owner, !owner.isEmpty, PersonID(owner).flatMap(taxonomy.person) == nil {
      names.append(.owner(owner))
    }
    return names
  }
}
