// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A parser of foreign bytes, and what must hold of it whatever it is given: beside that it neither crashes nor hangs.
struct FuzzTarget: Sendable {
  let name: String
  /// - Throws: `Broken` where something does not hold; anything else is a refusal, as it should be.
  let run: @Sendable ([UInt8]) throws -> Void

  /// The only list of them. `make fuzz` runs each, and `ReplayTests` every seed of each; a new one gets its seeds in `Seeds/NAME`.
  static let all = [
    csv, jsonLines, json, frontMatter, markdown, map, taxonomy, path, search, values, note, pack, packFiles, proof,
  ]

  static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Something that must hold does not.
struct Broken: Error, CustomStringConvertible {
  let description: String
}

func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
  guard !holds else { return }
  throw Broken(description: what())
}

/// Calls `body` with the path of a file in memory that has these bytes. The file goes when it returns.
func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  let path = "/dev/shm/sopwright-fuzz-\(getpid())-\(pthread_self())"
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  try require(file >= 0, "no file in memory")
  try require(write(file, bytes, bytes.count) == bytes.count, "a short write")
  defer { unlink(path) }
  close(file)
  return try body(path)
}
