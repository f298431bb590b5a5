// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

/// An export of made-up exceptions over two years for each million rows; two runs make the same.
struct MadeExport {
  let rows: Range<Int>
  /// As ticketing systems export; otherwise each row has any time of the two years.
  let isInOrderOfTime: Bool

  private static let minutesPerMillion = 730 * 1440

  /// Writes it as CSV, and, where there is a path for it, as JSON Lines.
  func write(to path: String, _ linesPath: String? = nil) throws {
    var generator = SplitMix(seed: 42 + UInt64(rows.lowerBound))
    var text = "number,opened_at,category,subcategory,cause,team,priority,state,amount,currency,requester,note\n"
    var lines = ""
    for row in rows {
      let anyMinute = Int(generator.next() % UInt64(MadeExport.minutesPerMillion))
      let minute = isInOrderOfTime ? row * MadeExport.minutesPerMillion / 1_000_000 : anyMinute
      let time = Timestamp(seconds: 1_700_000_000 / 60 * 60 + Int64(minute) * 60).description
      let category = min(generator.next() % 12, generator.next() % 12)
      let subcategory = generator.next() % 5
      let cause = generator.next() % 15
      let team = generator.next() % 40
      let level = 1 + generator.next() % 4
      let amount = "\(generator.next() % 500).\(10 + generator.next() % 90)"
      let person = generator.next() % 900
      text +=
        "INC\(1_000_000 + row),\(time),Category \(category),Subcategory \(subcategory),Cause \(cause),Group \(team),"
        + "\(level) - Level,Closed,\(amount),EUR,person\(person),\"Called twice, said \"\"again\"\"\"\n"
      guard linesPath != nil else { continue }
      lines +=
        #"{"number": "INC\#(1_000_000 + row)", "opened_at": "\#(time)", "category": "Category \#(category)", "#
        + #""subcategory": "Subcategory \#(subcategory)", "cause": "Cause \#(cause)", "team": "Group \#(team)", "#
        + #""priority": "\#(level) - Level", "state": "Closed", "amount": \#(amount), "currency": "EUR", "#
        + #""requester": "person\#(person)", "note": "Called twice, said \"again\""}"# + "\n"
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    if let linesPath { try lines.write(toFile: linesPath, atomically: true, encoding: .utf8) }
  }

  static let map = """
    source: bench
    id: number
    occurred_at: opened_at
    code: {columns: [category, subcategory]}
    root_cause: cause
    team: team
    severity: priority
    status: state
    amount: {column: amount, currency: {column: currency}}
    requester: requester
    rationale: note

    """
}

/// A small random number generator with a seed (SplitMix64), so that two runs import the same rows.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
