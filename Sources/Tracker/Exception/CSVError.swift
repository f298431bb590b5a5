// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why an export, in CSV or JSON Lines, cannot be read at all. What is wrong with a single row is flagged on the row instead.
enum CSVError: Error, Equatable {
  /// Opening or reading failed; `code` is the system's `errno`.
  case unreadable(path: String, code: Int32)

  /// A pipe or a device, which cannot be read again.
  case notAFile(path: String)

  /// The file begins with the byte order mark of UTF-16 or UTF-32.
  case notUTF8(path: String)

  /// A quote, a line end or NUL cannot delimit fields.
  case delimiter(UInt8)

  /// What is wrong and what to do about it, for people.
  var sentence: String {
    switch self {
    case .unreadable(let path, let code):
      "\"\(path)\" cannot be read: \(String(cString: strerror(code)))."
    case .notAFile(let path):
      "\"\(path)\" is a pipe or a device, and an export is read more than once. Write it to a file first, and import that."
    case .notUTF8(let path):
      "\"\(path)\" is UTF-16, not UTF-8: convert it first, as with iconv -f UTF-16 -t UTF-8 < OLD > NEW."
    case .delimiter(let byte):
      "The byte \(byte) cannot delimit the fields of a CSV file: name a comma, a semicolon, a tab or a bar."
    }
  }
}
