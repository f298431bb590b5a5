// SPDX-License-Identifier: Apache-2.0

/// Why YAML of somebody else is not taken.
package struct YAMLRefusal: Error, Equatable {
  package enum Reason: Equatable {
    /// An alias or an anchor.
    case alias
    /// `? key`, which may be longer than a line, and hold more keys.
    case explicitKey
    /// A list, or keys with values, where a key stands.
    case collectionAsKey
    case tag
    case tooDeep
    /// A line break that editors do not count, by its name.
    case lineBreak(String)
    /// What YAML cannot hold, by its name.
    case character(String)
    /// A quotation mark opens in the line and is not closed.
    case openQuote
    /// A tab where lines are indented.
    case tab
    case secondDocument
    /// A value begins with `@`, `%`, a backquote or a tab.
    case reservedSign
    /// The key.
    case duplicate(String)
    /// What the parser says.
    case notYAML(String)
  }

  package let reason: Reason
  /// Of the text, from 1; nil where the parser does not say it.
  package let line: Int?

  init(_ reason: Reason, line: Int?) {
    self.reason = reason
    self.line = line
  }
}
