// SPDX-License-Identifier: Apache-2.0

/// What became of rows that were held back.
package struct HeldBackSettled: Equatable, Sendable {
  package enum Outcome: Equatable, Sendable {
    /// An import or a correction could read them.
    case read
    /// Somebody says that they are no exceptions. The digest is of the text that says why.
    case setAside(because: Digest)
    /// They were set aside, and are held back again.
    case takenBack
  }

  /// Numbers of the rows, in ascending order; rows side by side are one range.
  package private(set) var rows: [ClosedRange<Int>]
  package let outcome: Outcome

  /// - Parameter rows: numbers of at least one row, in any order.
  package init(_ rows: some Sequence<Int>, _ outcome: Outcome) {
    var ranges: [ClosedRange<Int>] = []
    for row in rows.sorted() {
      if let last = ranges.last, row <= last.upperBound + 1 {
        ranges[ranges.count - 1] = last.lowerBound...max(row, last.upperBound)
      } else {
        ranges.append(row...row)
      }
    }
    self.rows = ranges
    self.outcome = outcome
  }

  /// What setting rows aside comes to.
  /// - Throws: `Rejection.auditorChangesNothing`, `.textMissing` where nobody says why.
  package init(settingAside rows: some Sequence<Int>, because reason: ErasableText, by actor: Actor) throws(Rejection) {
    try actor.mayWork()
    guard !reason.text.allSatisfy(\.isWhitespace) else { throw .textMissing("reason") }
    self.init(rows, .setAside(because: reason.digest))
  }

  /// What taking rows back comes to that were set aside.
  /// - Throws: `Rejection.auditorChangesNothing`.
  package init(takingBack rows: some Sequence<Int>, by actor: Actor) throws(Rejection) {
    try actor.mayWork()
    self.init(rows, .takenBack)
  }

  /// How many rows they are.
  package var count: Int { rows.reduce(0) { $0 + $1.count } }

  /// Of the text that says why; nil where none does.
  package var reason: Digest? { if case .setAside(let reason) = outcome { reason } else { nil } }

  package static let subject = "held_back"
  package static let setAsideKind = "held_back_set_aside"
  package static let takenBackKind = "held_back_taken_back"
  private static let readKind = "held_back_read"
  static let kinds = [readKind, setAsideKind, takenBackKind]

  var kind: String {
    switch outcome {
    case .read: HeldBackSettled.readKind
    case .setAside: HeldBackSettled.setAsideKind
    case .takenBack: HeldBackSettled.takenBackKind
    }
  }

  var json: JSONValue {
    .fields([
      "rows": .array(rows.map { .array([.int($0.lowerBound), .int($0.upperBound)]) }),
      "reason": reason.map(JSONValue.text),
    ])
  }

  init(kind: String, fields: Fields) throws(DecodingFailure) {
    rows = try fields.ranges("rows")
    outcome =
      switch kind {
      case HeldBackSettled.setAsideKind: .setAside(because: try fields.digest("reason"))
      case HeldBackSettled.takenBackKind: .takenBack
      default: .read
      }
  }
}

extension Fields {
  /// A list of pairs: the first and the last of numbers from 1 on that lie side by side, ascending, with gaps between them.
  fileprivate func ranges(_ name: String) throws(DecodingFailure) -> [ClosedRange<Int>] {
    let problem = DecodingFailure(field: name, problem: "is not a list of ranges of numbers that ascend")
    var ranges: [ClosedRange<Int>] = []
    for value in try array(name) {
      guard case .array(let ends) = value, ends.count == 2, case .integer(let first) = ends[0],
        case .integer(let last) = ends[1], first > ranges.last.map({ $0.upperBound + 1 }) ?? 0, last >= first,
        last < 1 << 53
      else { throw problem }
      ranges.append(Int(first)...Int(last))
    }
    guard !ranges.isEmpty else { throw problem }
    return ranges
  }
}
