// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// An exception as lists show it, while its row is being read.
package struct ListedException {
  package let row: ExceptionRow
  package let items: [ItemID]
  package let sopInForce: SOPInForce?

  /// A version, and how it is written: made once for all exceptions that occurred while it was in force.
  package struct SOPInForce: Sendable {
    package let reference: SOPReference
    /// `refunds/duplicate-charge.md v3`.
    package let text: String
    fileprivate let json: [UInt8]

    fileprivate init(_ reference: SOPReference) {
      self.reference = reference
      text = "\(reference.path) v\(reference.version)"
      json = Array(
        JSONValue.fields([
          "id": .string(reference.id), "path": .text(reference.path), "version": .int(reference.version),
          "commit": .text(reference.commit),
        ]).compactText.utf8)
    }
  }

  /// Appends it as one JSON object, for scripts.
  package func appendJSON(to bytes: inout [UInt8]) {
    bytes.reserveRoom(for: 1_024)
    bytes.append(member: "{\"source\":", row.source)
    bytes.append(member: ",\"ref\":", row.text(.reference))
    bytes.append(member: ",\"occurred_at\":", row.occurredAt)
    bytes.append(",\"received_at\":\"")
    bytes.append(contentsOf: row.batch.receivedAtText)
    bytes.append("\"")
    bytes.append(member: ",\"code\":", row.text(.code))
    bytes.append(member: ",\"raw_code\":", row.text(.rawCode))
    bytes.append(member: ",\"taxonomy_version\":", Int64(row.batch.taxonomy))
    bytes.append(",\"root_causes\":")
    bytes.appendList(row.rootCauses) { $0.appendJSONString(utf8: $1) }
    bytes.append(member: ",\"team\":", row.text(.team))
    bytes.append(member: ",\"severity\":", row.text(.severity))
    bytes.append(member: ",\"status\":", row.text(.status))
    bytes.append(member: ",\"case\":", row.text(.caseReference))
    if let amount = row.integer(.amount), let currency = row.text(.currency) {
      bytes.append(member: ",\"amount\":{\"minor_units\":", amount)
      bytes.append(member: ",\"currency\":", currency)
      bytes.append("}")
    } else {
      bytes.append(",\"amount\":null")
    }
    bytes.append(member: ",\"deviation\":", row.text(.deviation))
    bytes.append(member: ",\"resolved_at\":", row.time(.resolvedAt))
    bytes.append(",\"items\":")
    bytes.appendList(items) { $0.appendJSONString($1.description) }
    bytes.append(",\"sop_in_force\":")
    if let sopInForce { bytes.append(contentsOf: sopInForce.json) } else { bytes.append("null") }
    bytes.append(member: ",\"revisions\":", Int64(row.revisions))
    bytes.append(",\"amendment\":")
    if let amendment = row.amendment { bytes.appendJSONString(amendment.rawValue) } else { bytes.append("null") }
    bytes.append("}")
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  fileprivate mutating func append(member name: StaticString, _ text: UnsafeBufferPointer<UInt8>?) {
    append(name)
    if let text { appendJSONString(utf8: text) } else { append("null") }
  }

  fileprivate mutating func append(member name: StaticString, _ text: String) {
    append(name)
    appendJSONString(text)
  }

  fileprivate mutating func append(member name: StaticString, _ number: Int64) {
    append(name)
    guard (0..<10).contains(number) else {
      var text = String(number)
      return text.withUTF8 { append(contentsOf: $0) }
    }
    append(UInt8(ascii: "0") + UInt8(number))
  }

  /// Grows by half as soon as there is no room for so many more.
  fileprivate mutating func reserveRoom(for more: Int) {
    if capacity - count < more { reserveCapacity(count + Swift.max(more, count / 2)) }
  }

  fileprivate mutating func append(member name: StaticString, _ time: Timestamp?) {
    append(name)
    guard let time else { return append("null") }
    append("\"")
    time.appendText(to: &self)
    append("\"")
  }

  fileprivate mutating func appendList<Item>(_ elements: [Item], _ append: (inout [UInt8], Item) -> Void) {
    self.append("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { self.append(",") }
      append(&self, element)
    }
    self.append("]")
  }
}

/// Makes listed exceptions of rows: what follows from code, tag and time is looked up once for many.
final class ExceptionLister {
  private let reader: LedgerReader
  private var rows: ExceptionRows
  private var lookup: ItemLookup
  private var timelines = KeptByText<[Interval]>()

  private typealias Interval = (from: Timestamp, to: Timestamp?, sop: ListedException.SOPInForce)

  init(_ reader: LedgerReader) throws {
    self.reader = reader
    rows = try ExceptionRows(reader)
    lookup = ItemLookup(reader)
  }

  func forEach(_ ids: some Sequence<Int64>, _ body: (ListedException) throws -> Void) throws {
    try rows.forEach(ids) { row in
      try body(ListedException(row: row, items: try lookup.items(of: row), sopInForce: try sopInForce(row)))
    }
  }

  private func sopInForce(_ row: ExceptionRow) throws -> ListedException.SOPInForce? {
    guard let code = row.text(.code) else { return nil }
    let reader = reader
    let timeline = try timelines.value(for: code) { code in
      try reader.inForceTimeline(of: RecurrenceKey(.code, code)).intervals.map { interval in
        (interval.from, interval.to, ListedException.SOPInForce(interval.version.reference))
      }
    }
    let time = row.occurredAt
    return timeline.last { $0.from <= time }.flatMap { interval in
      interval.to.map { time < $0 } ?? true ? interval.sop : nil
    }
  }
}
