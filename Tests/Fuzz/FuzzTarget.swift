// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A parser of foreign bytes, and what must hold of it whatever it is given: beside that it neither crashes nor hangs.
struct FuzzTarget: Sendable {
  let name: String
  /// Ends the process where something does not hold.
  let run: @Sendable ([UInt8]) throws -> Void

  /// The only list of them. `make fuzz` runs each; a new one gets its seeds in `Seeds/NAME`.
  static let all = [csv, jsonLines, json, frontMatter, markdown, map, taxonomy, path, search, values, note]

  static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Ends the process: the fuzzer then keeps the input.
func require(_ holds: Bool, _ what: @autoclosure () -> String, line: UInt = #line) {
  guard !holds else { return }
  fatalError(what(), line: line)
}

/// Calls `body` with the path of a file in memory that has these bytes. The file is the same one each time.
func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  let path = "/dev/shm/sopwright-fuzz-\(getpid())"
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  require(file >= 0, "no file in memory")
  require(write(file, bytes, bytes.count) == bytes.count, "a short write")
  close(file)
  return try body(path)
}
