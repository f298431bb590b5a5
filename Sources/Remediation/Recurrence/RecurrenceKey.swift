// SPDX-License-Identifier: Apache-2.0

/// What recurs: an exception code or a root-cause tag. Each is judged by itself.
package struct RecurrenceKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    case code
    case rootCause = "root_cause"

    /// As people read it: "exception code", "root-cause tag".
    package var words: String {
      switch self {
      case .code: "exception code"
      case .rootCause: "root-cause tag"
      }
    }
  }

  package let kind: Kind
  /// The id in the taxonomy: `RF-07`.
  package let value: String

  package init(_ kind: Kind, _ value: String) {
    self.kind = kind
    self.value = value
  }

  /// `code:RF-07` or `tag:RC-ADDRESS`, as `trace` takes it.
  package var description: String {
    switch kind {
    case .code: "code:\(value)"
    case .rootCause: "tag:\(value)"
    }
  }

  /// Codes before tags, then by bytes.
  package static func < (left: RecurrenceKey, right: RecurrenceKey) -> Bool {
    if left.kind != right.kind { return left.kind == .code }
    return left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
  }
}
