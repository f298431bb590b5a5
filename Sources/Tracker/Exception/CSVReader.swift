// SPDX-License-Identifier: Apache-2.0

/// Reads the records of a CSV file (RFC 4180) one after the other, in memory that does not grow with the file.
///
/// - A record ends with LF, CRLF or a lone CR, or with the file. Blank lines are passed over and counted.
/// - A quote opens a quoted field only where the field begins; anywhere else it is data. Two quotes inside a quoted field
///   are one; what follows the closing quote up to the delimiter is data. White space is data.
/// - A byte order mark of UTF-8 is passed over; UTF-16 is refused.
/// - A record over `CSVLimits` comes without fields; see `CSVRecord.Excess` for where reading goes on. The work is
///   proportional to the file's size whatever is in it, and the memory is at most six times `CSVLimits.recordBytes`.
///
/// No record is left out: every byte of the file is in the `raw` of one record, or belongs to a line end, to the mark, or to
/// the rest of a record that is flagged as too long. A closing quote that is missing joins its record to what follows up to the
/// next quote: look at `CSVRecord.lateQuote`.
final class CSVReader {
  private var window: FileWindow
  private let limits: CSVLimits
  private let delimiter: UInt8

  /// For each byte, whether scanning stops at it: outside quotes in the first 256, inside them in the next 256.
  private let stops: UnsafeMutablePointer<Bool>
  private let bounds: UnsafeMutablePointer<CSVRecord.Bounds>

  /// Index in the window of the byte to be read next.
  private var position = 0
  private var line = 1
  private var hasBegun = false
  /// Whether the byte before `position` is a CR that ended a line, so that an LF belongs to the same line end.
  private var isAfterCR = false

  /// Whether the byte can stand between fields: it has no other meaning in CSV.
  static func mayDelimit(_ byte: UInt8) -> Bool {
    ![0, Byte.lineFeed, Byte.carriageReturn, Byte.quote].contains(byte)
  }

  /// Opens the file; nothing is read before the first `next`. `tap` sees every byte of the file once and in order, mark and
  /// all, as it is read, which is complete when `next` has returned false. `chunkSize` is the most that is read at once.
  init(
    path: String, delimiter: UInt8 = UInt8(ascii: ","), chunkSize: Int = 256 << 10, limits: CSVLimits = CSVLimits(),
    tap: ((UnsafeRawBufferPointer) -> Void)? = nil
  ) throws(CSVError) {
    guard CSVReader.mayDelimit(delimiter) else { throw .delimiter(delimiter) }
    window = try FileWindow(path: path, chunkSize: chunkSize, tap: tap)
    self.delimiter = delimiter
    self.limits = limits
    bounds = .allocate(capacity: limits.fields)
    stops = .allocate(capacity: 512)
    stops.initialize(repeating: false, count: 512)
    for byte in [0, Byte.lineFeed, Byte.carriageReturn] {
      stops[Int(byte)] = true
      stops[256 + Int(byte)] = true
    }
    stops[Int(delimiter)] = true
    stops[256 + Int(Byte.quote)] = true
  }

  deinit {
    bounds.deallocate()
    stops.deallocate()
  }

  /// How many bytes were read from the file so far; a little more than what was returned in records.
  var bytesRead: Int64 { window.bytesRead }

  /// The file's size in bytes when it was opened.
  var fileSize: Int64 { window.fileSize }

  /// Fills `record` with the next record. False where there is none left; the record is then empty.
  func next(_ record: inout CSVRecord) throws(CSVError) -> Bool {
    if !hasBegun {
      hasBegun = true
      position = try window.readMark()
    }
    let isThere = try skipLineEnds()
    record.begin(line: line)
    guard isThere else { return false }
    var scan = CSVScan(start: position, line: line)
    var stop: CSVScan.Stop
    repeat {
      stop = try scanField(&scan, &record)
    } while stop == .delimiter
    finish(scan, stop, &record)
    return true
  }

  /// Passes over blank lines, and over the LF of a CRLF whose CR ended a record. False at the end of the file.
  private func skipLineEnds() throws(CSVError) -> Bool {
    while true {
      if position == window.end {
        guard let shift = try window.readOn(keepingFrom: position) else { return false }
        position -= shift
        continue
      }
      let byte = window.bytes[position]
      guard byte == Byte.lineFeed || byte == Byte.carriageReturn else { break }
      if byte == Byte.carriageReturn || !isAfterCR { line += 1 }
      isAfterCR = byte == Byte.carriageReturn
      position += 1
    }
    isAfterCR = false
    return true
  }

  /// Completes the record, and moves to what follows it.
  private func finish(_ scan: CSVScan, _ stop: CSVScan.Stop, _ record: inout CSVRecord) {
    var excess: CSVRecord.Excess?
    if scan.isOverrun {
      excess = .quotedField
    } else if scan.isDropping || scan.at - scan.start > limits.recordBytes {
      excess = .bytes
    } else if scan.count > limits.fields {
      excess = .fields
    }
    if !scan.isDropping { keep(scan, &record) }
    if excess == nil {
      record.setFields(UnsafeBufferPointer(start: bounds, count: scan.count), anyEscaped: scan.anyEscaped)
    }
    record.end(scan, stop, excess)
    position = scan.at
    line = scan.lastLine
    if stop == .lineEnd {
      isAfterCR = window.bytes[position] == Byte.carriageReturn
      position += 1
      line += 1
    }
  }

  /// Gives the record its bytes, at most as many as a record may have.
  private func keep(_ scan: CSVScan, _ record: inout CSVRecord) {
    let count = min(scan.at - scan.start, limits.recordBytes)
    record.setRaw(UnsafeBufferPointer(start: window.bytes + scan.start, count: count))
  }
}

// Scanning. The window ends with a line feed that is not part of the file, so that inner loops have one condition.
extension CSVReader {
  /// Scans one field, from its first byte to what ends it; a delimiter is passed.
  private func scanField(_ scan: inout CSVScan, _ record: inout CSVRecord) throws(CSVError) -> CSVScan.Stop {
    scan.field = scan.at
    if scan.at == window.end { _ = try readOn(&scan, &record) }
    var stop: CSVScan.Stop
    if window.bytes[scan.at] == Byte.quote {
      stop = try scanQuoted(&scan, &record)
    } else {
      stop = try scanPlain(&scan, &record)
      note(scan.field..<scan.at, isEscaped: false, &scan)
    }
    if stop == .delimiter { scan.at += 1 }
    return stop
  }

  /// Scans to the end of the field, taking quotes for data.
  private func scanPlain(_ scan: inout CSVScan, _ record: inout CSVRecord) throws(CSVError) -> CSVScan.Stop {
    while true {
      let bytes = window.bytes
      let stops = stops
      var at = scan.at
      while !stops[Int(bytes[at])] { at &+= 1 }
      scan.at = at
      if bytes[at] == delimiter { return .delimiter }
      if at == window.end {
        guard try readOn(&scan, &record) else { return .fileEnd }
      } else if bytes[at] == 0 {
        scan.hasNUL = true
        scan.at += 1
      } else {
        return .lineEnd
      }
    }
  }

  /// Scans a field that starts with a quote.
  private func scanQuoted(_ scan: inout CSVScan, _ record: inout CSVRecord) throws(CSVError) -> CSVScan.Stop {
    let opening = (line: scan.lastLine, hasNUL: scan.hasNUL)
    var isEscaped = false
    scan.at += 1
    while true {
      let isAtQuote = try scanToQuote(&scan)
      if isAtQuote { scan.at += 1 }
      if scan.at - scan.field > limits.recordBytes {
        (scan.lastLine, scan.hasNUL) = opening
        return try overrun(&scan, &record)
      }
      guard isAtQuote else {
        note(scan.field..<scan.at, isEscaped: true, &scan)
        return .cutInQuotes
      }
      if scan.at == window.end { _ = try readOnInQuotes(&scan) }
      guard window.bytes[scan.at] == Byte.quote else { break }
      isEscaped = true
      scan.at += 1
    }
    let length = scan.at - scan.field
    let closing = scan.lastLine
    let stop = try scanPlain(&scan, &record)
    if scan.at - scan.field != length, closing != opening.line, scan.lateQuote == nil { scan.lateQuote = opening.line }
    if isEscaped || scan.at - scan.field != length {
      note(scan.field..<scan.at, isEscaped: true, &scan)
    } else {
      note((scan.field + 1)..<(scan.at - 1), isEscaped: false, &scan)
    }
    return stop
  }

  /// Scans to the next quote of a quoted field, and counts lines. False where the file ends before it, or the field is too
  /// long already.
  private func scanToQuote(_ scan: inout CSVScan) throws(CSVError) -> Bool {
    while true {
      let bytes = window.bytes
      let stops = stops + 256
      var at = scan.at
      while !stops[Int(bytes[at])] { at &+= 1 }
      scan.at = at
      if bytes[at] == Byte.quote { return true }
      if at == window.end {
        guard at - scan.field <= limits.recordBytes, try readOnInQuotes(&scan) else { return false }
        continue
      }
      if bytes[at] == 0 {
        scan.hasNUL = true
      } else if bytes[at] == Byte.carriageReturn || bytes[at - 1] != Byte.carriageReturn {
        scan.lastLine += 1
      }
      scan.at += 1
    }
  }

  /// Ends the record with the line on which the quoted field in hand begins.
  ///
  /// The field held no single quote so far, so none of the lines that are read anew can leave a quote open: this happens at
  /// most once for each `CSVLimits.recordBytes` of the file.
  private func overrun(_ scan: inout CSVScan, _ record: inout CSVRecord) throws(CSVError) -> CSVScan.Stop {
    scan.isOverrun = true
    scan.at = scan.field
    while true {
      let byte = window.bytes[scan.at]
      if scan.at == window.end {
        guard try readOn(&scan, &record) else { return .fileEnd }
        continue
      }
      if byte == Byte.lineFeed || byte == Byte.carriageReturn { return .lineEnd }
      if byte == 0 { scan.hasNUL = true }
      scan.at += 1
    }
  }

  /// Remembers where a field is.
  private func note(_ range: Range<Int>, isEscaped: Bool, _ scan: inout CSVScan) {
    if scan.count < limits.fields, !scan.isDropping {
      bounds[scan.count] = CSVRecord.Bounds(
        start: Int32(truncatingIfNeeded: range.lowerBound - scan.start),
        end: Int32(truncatingIfNeeded: range.upperBound - scan.start), isEscaped: isEscaped)
      if isEscaped { scan.anyEscaped = true }
    }
    scan.count += 1
  }

  /// Reads on outside a quoted field, and lets go of a record that is too long. False at the end of the file.
  private func readOn(_ scan: inout CSVScan, _ record: inout CSVRecord) throws(CSVError) -> Bool {
    if !scan.isDropping, scan.at - scan.start > limits.recordBytes {
      keep(scan, &record)
      scan.isDropping = true
    }
    return try readOn(keepingFrom: scan.isDropping ? scan.at : scan.start, &scan)
  }

  /// Reads on inside a quoted field, which is kept: should it prove too long, its later lines are read anew.
  private func readOnInQuotes(_ scan: inout CSVScan) throws(CSVError) -> Bool {
    try readOn(keepingFrom: scan.isDropping ? scan.field : scan.start, &scan)
  }

  private func readOn(keepingFrom kept: Int, _ scan: inout CSVScan) throws(CSVError) -> Bool {
    guard let shift = try window.readOn(keepingFrom: kept) else { return false }
    scan.start -= shift
    scan.field -= shift
    scan.at -= shift
    return true
  }
}

/// Bytes that mean something in a CSV file.
private enum Byte {
  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}
