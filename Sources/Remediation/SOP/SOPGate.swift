// SPDX-License-Identifier: Apache-2.0

/// What a proposed SOP text must fulfil, when it is proposed and again when it is committed.
package enum SOPGate {
  /// An SOP is prose for people; more is a mistake.
  package static let largestText = 1 << 20
  /// How far ahead a version may take effect.
  package static let latestEffect = Days(30)

  /// One version of an SOP as the gate sees it.
  package struct Version: Sendable {
    package let frontMatter: SOPFrontMatter
    /// Whether a second person stands by it. What came past the tool may be undone where it changed front matter alone.
    package let isApproved: Bool
    /// The body without any white space, to compare by.
    package let substance: [UInt8]

    package init(frontMatter: SOPFrontMatter, body: [UInt8], isApproved: Bool = true) {
      self.frontMatter = frontMatter
      self.isApproved = isApproved
      let isASCII = body.allSatisfy { $0 < 0x80 }
      self.substance =
        isASCII
        ? body.filter { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
        : Array(
          String(
            String.UnicodeScalarView(
              String(decoding: body, as: UTF8.self).unicodeScalars.filter { !$0.properties.isWhitespace })
          ).utf8)
    }
  }

  /// - Parameters:
  ///   - base: the version that the draft started from; nil for a new SOP.
  ///   - keys: codes and tags of the items that the change closes.
  ///   - taxonomy: says which keys took over from one that is retired: to cover one of those is enough.
  ///   - today: the day in the workspace's zone.
  package static func check(
    _ draft: Version, at path: SOPPath, against base: Version?, keys: [RecurrenceKey], taxonomy: Taxonomy,
    today: CalendarDate
  ) throws(Rejection) {
    guard !draft.substance.isEmpty else { throw .bodyEmpty(path) }
    try draft.mustCover(keys, by: taxonomy, at: path)
    if let base {
      guard draft.substance != base.substance || !base.isApproved && !draft.frontMatter.says(base.frontMatter) else {
        throw .bodyUnchanged(path)
      }
      let before = base.frontMatter.id ?? path.text
      let after = draft.frontMatter.id ?? path.text
      guard base.frontMatter.id == nil || before == after || !base.isApproved else {
        throw .identityChanged(path, from: before, to: after)
      }
    }
    if let effective = draft.frontMatter.effective {
      let latest = today + latestEffect
      guard effective <= latest else { throw .effectiveTooFar(effective, latest: latest) }
    }
  }

  fileprivate static func covers(_ frontMatter: SOPFrontMatter, _ key: RecurrenceKey) -> Bool {
    switch key.kind {
    case .code: frontMatter.codes.contains(key.value)
    case .rootCause: frontMatter.rootCauses.contains(key.value)
    }
  }
}

extension SOPFrontMatter {
  /// Whether it says the same, but for what the tool raises.
  fileprivate func says(_ other: SOPFrontMatter) -> Bool {
    var mine = self
    mine.version = other.version
    mine.effective = other.effective
    return mine == other
  }
}

extension SOPGate.Version {
  /// - Throws: `Rejection.notCovered` unless the front matter names every code and tag, or one that took over from it.
  package func mustCover(_ keys: [RecurrenceKey], by taxonomy: Taxonomy, at path: SOPPath) throws(Rejection) {
    for key in keys where !([key] + taxonomy.heirs(of: key)).contains(where: { SOPGate.covers(frontMatter, $0) }) {
      throw .notCovered(taxonomy.heirs(of: key).first ?? key, path)
    }
  }
}
