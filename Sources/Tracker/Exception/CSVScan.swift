// SPDX-License-Identifier: Apache-2.0

/// How large a record may be before it is passed over.
struct CSVLimits {
  /// Bytes in one record, or in one quoted field with its quotes; less than 1 GiB.
  var recordBytes = 16 << 20

  /// Fields in one record.
  var fields = 10_000
}

/// Where `CSVReader` stands in the record that it scans; positions are indices into its `FileWindow`.
struct CSVScan {
  /// What ended a field. At `lineEnd`, the scan stands on the first byte of the line end.
  enum Stop {
    case delimiter, lineEnd, fileEnd, cutInQuotes
  }

  /// The record's first byte; meaningless once `isDropping`.
  var start: Int

  /// The first byte of the field in hand.
  var field: Int

  /// The byte to be looked at next.
  var at: Int

  /// How many fields were found.
  var count = 0

  /// Whether one of them has to be unescaped.
  var anyEscaped = false

  /// Whether a NUL byte was passed.
  var hasNUL = false

  /// The physical line that `at` is on.
  var lastLine: Int

  /// Whether `start` is no longer in the window, because the record is too long.
  var isDropping = false

  /// The line on which a quoted field opens that is closed on a later one in the middle of a text; nil where there is none.
  var lateQuote: Int?

  /// Whether a quoted field was too long.
  var isOverrun = false

  /// At the first byte of a record.
  init(start: Int, line: Int) {
    self.start = start
    self.field = start
    self.at = start
    self.lastLine = line
  }
}
