// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

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

/// Calls `body` with the path of a file in memory that has these bytes, and nobody else for as long.
func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  let path = FilesInMemory.take()
  defer { FilesInMemory.give(back: path) }
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  try require(file >= 0, "no file in memory")
  defer { close(file) }
  try require(write(file, bytes, bytes.count) == bytes.count, "a short write")
  return try body(path)
}

/// Files that are written again and again: making one takes longer than parsing what is in it. They go with the process.
private enum FilesInMemory {
  private static let free = Mutex<(paths: [String], made: Int)>(([], 0))

  static func take() -> String {
    free.withLock { free in
      if let path = free.paths.popLast() { return path }
      if free.made == 0 { atexit { FilesInMemory.remove() } }
      free.made += 1
      return "/dev/shm/sopwright-fuzz-\(getpid())-\(free.made)"
    }
  }

  static func give(back path: String) { free.withLock { $0.paths.append(path) } }

  private static func remove() {
    for path in free.withLock({ $0.paths }) { unlink(path) }
  }
}
