// SPDX-License-Identifier: Apache-2.0

/// Rows that were held back are so no more: they could be read since, or somebody says that they are no exceptions.
package struct HeldBackSettled: Equatable, Sendable {
  /// Numbers of the rows, in ascending order; rows side by side are one range.
  package private(set) var rows: [ClosedRange<Int>]
  /// Of the text that says why they are no exceptions; nil where they could be read.
  package var reason: Digest?

  /// - Parameter rows: numbers of at least one row, in any order.
  package init(_ rows: some Sequence<Int>, reason: Digest? = nil) {
    var ranges: [ClosedRange<Int>] = []
    for row in rows.sorted() {
      if let last = ranges.last, row <= last.upperBound + 1 {
        ranges[ranges.count - 1] = last.lowerBound...max(row, last.upperBound)
      } else {
        ranges.append(row...row)
      }
    }
    self.rows = ranges
    self.reason = reason
  }

  /// What setting rows aside comes to.
  /// - Throws: `Rejection.auditorChangesNothing`, `.textMissing` where nobody says why.
  package init(settingAside rows: some Sequence<Int>, because reason: ErasableText, by actor: Actor) throws(Rejection) {
    try actor.mayWork()
    guard !reason.text.allSatisfy(\.isWhitespace) else { throw .textMissing("reason") }
    self.init(rows, reason: reason.digest)
  }

  /// How many rows they are.
  package var count: Int { rows.reduce(0) { $0 + $1.count } }

  static let subject = "held_back"
  package static let setAsideKind = "held_back_set_aside"
  private static let readKind = "held_back_read"
  static let kinds = [readKind, setAsideKind]

  var kind: String { reason == nil ? HeldBackSettled.readKind : HeldBackSettled.setAsideKind }

  var json: JSONValue {
    .fields([
      "rows": .array(rows.map { .array([.int($0.lowerBound), .int($0.upperBound)]) }),
      "reason": reason.map(JSONValue.text),
    ])
  }

  init(kind: String, fields: Fields) throws(DecodingFailure) {
    let problem = DecodingFailure(field: "rows", problem: "is not a list of ranges of numbers that ascend")
    var rows: [ClosedRange<Int>] = []
    for value in try fields.array("rows") {
      guard case .array(let ends) = value, ends.count == 2, case .integer(let first) = ends[0],
        case .integer(let last) = ends[1], first > rows.last?.upperBound ?? 0, last >= first
      else { throw problem }
      rows.append(Int(first)...Int(last))
    }
    guard !rows.isEmpty else { throw problem }
    self.rows = rows
    reason = kind == HeldBackSettled.setAsideKind ? try fields.digest("reason") : nil
  }
}
