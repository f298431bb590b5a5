// SPDX-License-Identifier: Apache-2.0

/// One record of a CSV file: its bytes as they stand, and where its fields are in them.
///
/// It owns its bytes, so it stays valid when the reader goes on. Give the same variable to `CSVReader.next` again and again:
/// its storage is used anew, so that reading allocates nothing once the longest record has been seen.
struct CSVRecord {
  /// Why a record has no fields.
  enum Excess: Equatable {
    /// The record is longer than `CSVLimits.recordBytes`; it was passed over to its end.
    case bytes
    /// The record has more fields than `CSVLimits.fields`; it was passed over to its end.
    case fields
    /// A quoted field is longer than `CSVLimits.recordBytes`: its quote was hardly ever meant to open one. The record ends
    /// with the line on which that quote stands, and the next line starts a record.
    case quotedField
  }

  /// The physical line on which the record starts; the first line of a file is 1.
  fileprivate(set) var line = 0

  /// The physical line on which the record ends; larger than `line` where quoted fields hold line ends.
  fileprivate(set) var lastLine = 0

  /// Why the record was not divided into fields; nil for a record that was.
  fileprivate(set) var excess: Excess?

  /// Whether a NUL byte is among the bytes of the record.
  fileprivate(set) var hasNUL = false

  /// Whether a line end follows; false only for the last record of a file that ends without one.
  fileprivate(set) var endsWithNewline = false

  /// The line on which a quoted field opens that is closed on a later line, and there in the middle of a text: a quotation mark is
  /// missing or was not doubled, and other rows may be inside of it. Nil where there is none.
  fileprivate(set) var lateQuote: Int?

  /// Whether the file ended inside a quoted field of this record.
  fileprivate(set) var isCutInQuotes = false

  /// The record as it stands, followed by the values of those fields that had to be unescaped.
  private var storage: [UInt8] = []
  private var rawCount = 0
  private var bounds: [Bounds] = []

  /// An empty record, to be filled by `CSVReader.next`.
  init() {}

  /// How many fields there are; 0 where the record is too long.
  var count: Int { bounds.count }

  /// Whether the record was longer than the limits, and so has no fields.
  var isTooLong: Bool { excess != nil }

  /// The record as it stands in the file, quotes and all, without its line end. Of a record with more bytes than
  /// `CSVLimits.recordBytes`, the first so many.
  var raw: ArraySlice<UInt8> { storage[..<rawCount] }

  /// Calls `body` with the bytes of field `index`, unescaped. The pointer is valid within `body` only.
  func withField<Result, Failure: Error>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bounds = bounds[index]
    return try storage.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try body(UnsafeBufferPointer(rebasing: bytes[Int(bounds.start)..<Int(bounds.end)]))
    }
  }

  /// The bytes of field `index`, unescaped.
  func bytes(_ index: Int) -> ArraySlice<UInt8> {
    storage[Int(bounds[index].start)..<Int(bounds[index].end)]
  }

  /// Field `index` as text; nil where its bytes are not valid UTF-8.
  func string(_ index: Int) -> String? {
    withField(index) { bytes in
      // Nearly every field is ASCII, and then decoding cannot repair anything.
      bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
    }
  }

  /// Where a field is in the record, in bytes from the record's start.
  struct Bounds {
    var start: Int32
    var end: Int32
    /// Whether the value differs from the bytes between `start`, an opening quote, and `end`.
    var isEscaped: Bool
  }
}

// What CSVReader does to a record.
extension CSVRecord {
  /// Forgets the record before and keeps its storage.
  mutating func begin(line: Int) {
    self.line = line
    lastLine = line
    excess = nil
    hasNUL = false
    lateQuote = nil
    endsWithNewline = false
    isCutInQuotes = false
    storage.removeAll(keepingCapacity: true)
    rawCount = 0
    bounds.removeAll(keepingCapacity: true)
  }

  /// Takes over the bytes of the record, or the first of them where there are too many.
  mutating func setRaw(_ bytes: UnsafeBufferPointer<UInt8>) {
    storage.append(contentsOf: bytes)
    rawCount = storage.count
  }

  /// Takes over where the fields are, and unescapes those that need it.
  mutating func setFields(_ found: UnsafeBufferPointer<Bounds>, anyEscaped: Bool) {
    bounds.append(contentsOf: found)
    guard anyEscaped else { return }
    for index in bounds.indices where bounds[index].isEscaped {
      let start = storage.count
      unescape(Int(bounds[index].start)..<Int(bounds[index].end))
      bounds[index] = Bounds(start: Int32(start), end: Int32(storage.count), isEscaped: false)
    }
  }

  /// Completes the record with what the scan found besides fields.
  mutating func end(_ scan: CSVScan, _ stop: CSVScan.Stop, _ excess: Excess?) {
    lastLine = scan.lastLine
    hasNUL = scan.hasNUL
    lateQuote = scan.lateQuote
    self.excess = excess
    endsWithNewline = stop == .lineEnd
    isCutInQuotes = stop == .cutInQuotes
  }

  /// Appends the value of a field that starts with a quote: doubled quotes count as one, the first single one closes, and
  /// what follows it is data.
  private mutating func unescape(_ range: Range<Int>) {
    let quote = UInt8(ascii: "\"")
    var index = range.lowerBound + 1
    while index < range.upperBound {
      let byte = storage[index]
      index += 1
      if byte == quote {
        guard index < range.upperBound, storage[index] == quote else { break }
        index += 1
      }
      storage.append(byte)
    }
    while index < range.upperBound {
      storage.append(storage[index])
      index += 1
    }
  }
}
