// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads the lines of a file in JSON Lines one after the other, in memory that does not grow with the file.
///
/// A line ends with LF, or with the file; a CR before it is white space. Blank lines are passed over and counted, and so is a
/// byte order mark of UTF-8. A line over `CSVLimits` comes without values. No line is left out.
final class JSONLinesReader {
  private var window: FileWindow
  private var scan: JSONScan
  private let limits: CSVLimits

  /// Index in the window of the byte to be read next.
  private var position = 0
  private var line = 1
  private var hasBegun = false

  /// Opens the file; nothing is read before the first `next`. `tap` and `chunkSize` are those of `CSVReader`.
  /// - Parameters:
  ///   - columns: whose values are wanted, each once.
  ///   - wantsContent: whether `JSONRecord.appendContent` is wanted too, which takes time.
  init(
    path: String, columns: [String], wantsContent: Bool, chunkSize: Int = 256 << 10, limits: CSVLimits = CSVLimits(),
    tap: ((UnsafeRawBufferPointer) -> Void)? = nil
  ) throws(CSVError) {
    window = try FileWindow(path: path, chunkSize: chunkSize, tap: tap)
    scan = JSONScan(columns, wantsContent: wantsContent, limits: limits)
    self.limits = limits
  }

  /// How many bytes were read from the file so far; a little more than what was returned in records.
  var bytesRead: Int64 { window.bytesRead }

  /// The file's size in bytes when it was opened; 0 where that has no meaning, as for a pipe.
  var fileSize: Int64 { window.fileSize }

  /// By column: whether a line that was read so far has it, be it null.
  var occurs: [Bool] { scan.occurs }

  /// Fills `record` with the next line that is not blank. False where there is none left.
  func next(_ record: inout JSONRecord) throws(CSVError) -> Bool {
    if !hasBegun {
      hasBegun = true
      position = try window.readMark()
    }
    while true {
      if position == window.end {
        guard try readOn() else { return false }
      } else if try takeLine(&record) {
        return true
      }
    }
  }

  private func readOn() throws(CSVError) -> Bool {
    guard let shift = try window.readOn(keepingFrom: position) else { return false }
    position -= shift
    // An empty read is the file's end, which the next one tells.
    return true
  }

  /// Takes the line that begins at `position`; false where it is blank.
  private func takeLine(_ record: inout JSONRecord) throws(CSVError) -> Bool {
    var at = position
    var isDropping = false
    var endsWithNewline = true
    while true {
      if let found = memchr(window.bytes + at, Int32(UInt8(ascii: "\n")), window.end - at) {
        at = UnsafePointer(window.bytes).distance(to: UnsafePointer(found.assumingMemoryBound(to: UInt8.self)))
        break
      }
      at = window.end
      if !isDropping, at - position > limits.recordBytes {
        drop(&record)
        isDropping = true
      }
      if isDropping { position = at }
      guard let shift = try window.readOn(keepingFrom: position) else {
        endsWithNewline = false
        break
      }
      position -= shift
      at -= shift
    }
    defer {
      position = endsWithNewline ? at + 1 : at
      line += 1
    }
    if isDropping { return true }
    if at - position > limits.recordBytes {
      drop(&record)
      return true
    }
    return scanLine(UnsafeBufferPointer(start: window.bytes + position, count: at - position), endsWithNewline, &record)
  }

  /// A line that is too long: its beginning is kept.
  private func drop(_ record: inout JSONRecord) {
    let head = UnsafeBufferPointer(start: window.bytes + position, count: limits.recordBytes)
    record.set(line: line, raw: head, endsWithNewline: true, fault: .tooLong)
  }

  private func scanLine(
    _ bytes: UnsafeBufferPointer<UInt8>, _ endsWithNewline: Bool, _ record: inout JSONRecord
  ) -> Bool {
    guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return false }
    do throws(JSONFault) {
      try scan.scan(bytes)
      record.set(line: line, raw: bytes, endsWithNewline: endsWithNewline, scan)
    } catch {
      record.set(line: line, raw: bytes, endsWithNewline: endsWithNewline, fault: error)
    }
    return true
  }
}
