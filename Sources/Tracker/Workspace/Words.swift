// SPDX-License-Identifier: Apache-2.0

package import Remediation

// How values read for people.
package enum Words {
  /// `12.50 EUR`; the currency's own number of digits.
  package static func money(_ minorUnits: Int64, _ currency: String) -> String {
    guard let known = Currency(currency) else { return "\(minorUnits) \(currency)" }
    return String(describing: Money(minorUnits: minorUnits, currency: known))
  }

  /// `2026-11-21 09:30`.
  package static func time(_ time: Timestamp) -> String {
    var bytes: [UInt8] = []
    append(time, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func append(_ time: Timestamp, to bytes: inout [UInt8]) {
    let start = bytes.count
    time.appendText(to: &bytes)
    bytes[start + 10] = UInt8(ascii: " ")
    bytes.removeLast(bytes.count - start - 16)
  }

  package static func date(_ time: Timestamp) -> String { time.date.description }

  /// "14 times in 30 days (expected 3)".
  package static func because(_ because: OpenedBecause) -> String {
    let expected = because.expectedThousandths.map { " (expected \(tenths($0)))" }
    return "\(because.count) times within \(because.rule.window.count) days\(expected ?? "")"
  }

  /// Thousandths with one digit behind the point, the rest left out: 2756 as `2.7`.
  package static func tenths(_ thousandths: Int) -> String { "\(thousandths / 1000).\(thousandths % 1000 / 100)" }

  /// 893 as `8.93`.
  package static func hundredths(_ number: Int) -> String {
    "\(number / 100).\(number % 100 < 10 ? "0" : "")\(number % 100)"
  }

  /// `4,310`.
  package static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// `4.2 MB`, in powers of a thousand.
  package static func bytes(_ count: Int64) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard count >= 1_000 else { return "\(count) B" }
    var tenths = count / 100
    var unit = 0
    while tenths >= 10_000, unit + 1 < units.count {
      tenths /= 1_000
      unit += 1
    }
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }

  /// `1.25 s`.
  package static func seconds(_ duration: Duration) -> String {
    let hundredths = duration / .milliseconds(10)
    return "\(Int(hundredths) / 100).\(Int(hundredths) % 100 < 10 ? "0" : "")\(Int(hundredths) % 100) s"
  }

  package static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? singular : plural ?? singular + "s")"
  }
}
