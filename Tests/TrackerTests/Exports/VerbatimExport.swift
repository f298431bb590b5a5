// SPDX-License-Identifier: Apache-2.0

import Testing

/// Exports of the systems that people use: their headers to the letter, with rows made up.
struct VerbatimExport: Sendable, CustomTestStringConvertible {
  let name: String
  let header: String
  var delimiter = ","
  /// What a column holds in a row; columns that are not named are empty.
  let values: @Sendable (Int) -> [String: String]
  /// What the map must say.
  let expected: [String: String]

  var testDescription: String { name }

  /// The rows, in an order that a number decides.
  func csv(rows: Int = 240, shuffled: Int = 0) -> String {
    let names = header.split(separator: Character(delimiter), omittingEmptySubsequences: false).map(String.init)
    var lines = (0..<rows).map { row in
      let values = values(row)
      var repeats: [String: Int] = [:]
      return names.map { name -> String in
        repeats[name, default: 0] += 1
        // A column that is there twice has its second value under NAME#2.
        let place = repeats[name] ?? 1
        let value = values[place == 1 ? name : "\(name)#\(place)"] ?? ""
        return value.contains(delimiter) || value.contains("\"") ? "\"\(value.replacing("\"", with: "\"\""))\"" : value
      }.joined(separator: delimiter)
    }
    for index in lines.indices where shuffled > 0 { lines.swapAt(index, (index &* 7919 &+ shuffled) % rows) }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}

extension VerbatimExport {
  static let all = [
    serviceNowAudit, serviceNowTable, serviceManager, jira, jiraAmerican, stripePayments, stripeBalance, stripeRefunds,
    zendesk,
    pagerDutyBasic, pagerDutyAdvanced, pipelineIncidents,
  ]
}

// What the rows are made of.
extension VerbatimExport {
  /// One of some values, the first ones more often; a fixed function of the row.
  static func pick(_ row: Int, _ salt: Int, _ values: [String]) -> String {
    var state = UInt64(row &* 31 &+ salt) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 29
    state = state &* 0xBF58_476D_1CE4_E5B9
    let number = Int((state >> 33) % 100)
    return values[number * number / 100 * values.count / 100]
  }

  static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  static func hex(_ row: Int, _ salt: Int) -> String {
    let digits = String(UInt64(row &* 7 &+ salt) &* 0x9E37_79B9_7F4A_7C15 | 1 << 63, radix: 16)
    return digits + digits
  }

  static let people = ["Ana Lee", "Ben Ode", "Cy Poe", "Di Roe", "Ed Soe", "Flo Toe"]
  static let texts = [
    "Cannot open the door of bay", "The parcel for customer", "Wrong price shown on page", "No answer from terminal",
  ]
}
