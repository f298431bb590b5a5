// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// How an export's columns become exceptions: what a file in `taxonomy/maps/` says. See docs/formats/map.md.
package struct ExportMap: Sendable {
  /// The system that reported; with the id it is the exception's identity.
  package var source: String
  /// Columns that identify a row; empty where the row's content and its ordinal do.
  var id: [String] = []
  var rows: Rows = .each
  var updatedAt: TimeColumn?
  var occurredAt: TimeColumn
  var code: KeyColumn
  var rootCause: KeyColumn?
  var amount: AmountColumn?
  var team: String?
  var caseReference: String?
  var severity: String?
  var status: String?
  var resolvedAt: TimeColumn?
  var deviation: String?
  var requester: String?
  var approver: String?
  var rationale: String?
  /// The snapshot that the decision was made on.
  var inputs: [String] = []
  /// Columns, and fields of `erasable`, that are erasable beyond those that always are.
  var personal: Set<String> = []
  static let erasable = ["team", "case", "severity", "status"]
  /// What stands for no value; the empty text always does.
  var missing: Set<String> = [""]
  var delimiter = UInt8(ascii: ",")
  var encoding: TextEncoding = .utf8
  /// SHA-256 of the map's file.
  var digest: Digest
  /// Its bytes, kept in the workspace with the first batch that used it.
  var bytes: [UInt8]

  enum Rows: String { case each, last }

  enum TextEncoding: String {
    case utf8 = "utf-8"
    case windows1252 = "windows-1252"
    case latin1 = "iso-8859-1"
  }

  struct TimeColumn: Sendable {
    var column: String
    var formats: [TimePattern]
    var zone: Zone
  }

  /// A code or tags, out of one or several columns.
  struct KeyColumn: Sendable {
    var columns: [String]
    var join = "/"
    var split: String?
    /// Values and their ids; empty where a value is its own code.
    var values: [(value: String, id: String)] = []
    var otherwise: String?
  }

  struct AmountColumn: Sendable {
    enum Unit: String { case major, minor }
    enum Sign: String {
      case asIs = "as_is"
      case absolute, negated
    }

    var column: String
    var times: String?
    var currency: CurrencySource
    var decimalSeparator = UInt8(ascii: ".")
    var unit: Unit = .major
    var sign: Sign = .asIs
  }

  enum CurrencySource: Sendable {
    case fixed(Currency)
    case column(String)
  }
}
