// SPDX-License-Identifier: Apache-2.0

/// What an SOP says about itself, between two lines of `---` at its top. A file without any is a valid SOP of version 0.
package struct SOPFrontMatter: Equatable, Sendable {
  /// The SOP's identity across renames; where it is nil, the path is the identity.
  package var id: String?
  package var title: String?
  package var owner: String?
  /// A whole number, raised by one with each version; 0 where none is given.
  package var version: Int
  package var effective: CalendarDate?
  package var reviewBy: CalendarDate?
  /// The exception codes that this SOP covers, in the file's order.
  package var codes: [String]
  /// The root-cause tags that it covers, in the file's order.
  package var rootCauses: [String]
  package var isRetired: Bool

  package init(
    id: String? = nil, title: String? = nil, owner: String? = nil, version: Int = 0, effective: CalendarDate? = nil,
    reviewBy: CalendarDate? = nil, codes: [String] = [], rootCauses: [String] = [], isRetired: Bool = false
  ) {
    self.id = id
    self.title = title
    self.owner = owner
    self.version = version
    self.effective = effective
    self.reviewBy = reviewBy
    self.codes = codes
    self.rootCauses = rootCauses
    self.isRetired = isRetired
  }
}
