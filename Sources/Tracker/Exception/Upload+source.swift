// SPDX-License-Identifier: Apache-2.0

internal import Remediation

extension Upload {
  /// The source that a map's text names; nil where it names none that can be read.
  package static func source(of map: String) -> String? {
    // What is wrong with the text is said when it is tried.
    let root = try? YAMLFile(Array(map.utf8), named: "the map").root.anyMapping()
    return try? root?["source"]?.string()
  }

  /// A map as somebody corrected it, with the source that they wrote into the field beside it. Who changed one of the two means that one.
  /// - Parameter before: the map as it was shown to them.
  /// - Throws: `KeptMapError` where the field is no source, or both were changed and say different things.
  package static func map(_ text: String, source field: String, before: String?) throws -> String {
    let named = source(of: text)
    guard !field.isEmpty, field != named else { return text }
    guard SourceName.isValid(field) else { throw KeptMapError.source(field) }
    let shown = before.flatMap(source)
    if let named, named != shown {
      if field == shown { return text }
      throw KeptMapError.twoSources(map: named, field: field)
    }
    return MapText.replacing("source", in: text, with: YAMLText.scalar(field))
  }
}
