// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A file of lines that were right once and must come out the same for ever. It is compared, and written only where
/// SOPWRIGHT_WRITE_GOLDEN=1 is set; whoever sets it looks at the difference: a line that shipped never changes.
struct Golden {
  private let url: URL

  init(_ name: String, beside file: String = #filePath) {
    url = URL(filePath: file).deletingLastPathComponent().appending(path: "Fixtures").appending(path: name)
  }

  /// The file's lines, after writing `made` into it where that was asked for.
  func lines(comparedWith made: [[UInt8]]) throws -> [[UInt8]] {
    if ProcessInfo.processInfo.environment["SOPWRIGHT_WRITE_GOLDEN"] == "1" {
      try Data(made.flatMap { $0 + [UInt8(ascii: "\n")] }).write(to: url, options: .atomic)
    }
    return try Array(Data(contentsOf: url)).split(separator: UInt8(ascii: "\n")).map(Array.init)
  }
}
