// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How the repository keeps its objects when the command comes.
enum RepositoryStorage: String, CaseIterable, Sendable {
  /// Only what `init` wrote.
  case fresh
  /// A history of commits that somebody pushed, an object a file.
  case loose
  /// The same in one pack.
  case packed
}

extension Scenario {
  static let map = "source: tests\nid: id\noccurred_at: at\ncode: code\nroot_cause: {column: cause}\n"

  /// An export of so many rows; every code recurs.
  static func export(rows: Int, codes: Int = 4, prefix: String = "r", _ random: inout SeededRandom) -> String {
    var text = "id,at,code,cause\n"
    for row in 0..<rows {
      let day = 1 + row * 27 / rows
      let hour = Int.random(in: 10..<24, using: &random)
      text += "\(prefix)\(row),2026-01-\(day < 10 ? "0" : "")\(day)T\(hour):30:00Z,"
      text += "Trouble \(row % codes),Cause \(Int.random(in: 0..<3, using: &random))\n"
    }
    return text
  }

  /// A folder with a workspace of ana, ben and carla, in which REM-1 and more items are open, and an export that was imported.
  static func workspace(_ bench: Bench, _ name: String, rows: Int, _ random: inout SeededRandom) throws -> String {
    let folder = bench.newPath(name)
    try mustRun("mkdir", folder)
    try export(rows: rows, &random).write(toFile: "\(folder)/export.csv", atomically: false, encoding: .utf8)
    try map.write(toFile: "\(folder)/map.yaml", atomically: false, encoding: .utf8)
    try mustRun(
      bench.program, "init", "\(folder)/ws", "--from", "\(folder)/export.csv", "--map", "\(folder)/map.yaml",
      "--people", "ana,ben,carla", "--as", "ana")
    return folder
  }

  /// Gives the repository a history that somebody pushed, and the ledger its adoption.
  static func fill(_ folder: String, _ storage: RepositoryStorage, _ bench: Bench) throws {
    guard storage != .fresh else { return }
    let clone = try Person(cloning: "\(folder)/ws/sop.git", into: bench.newPath("clone"))
    for number in 1...12 {
      try clone.commit("# Page \(number)\n\nText \(number).\n", to: "pages/folder-\(number % 3)/page-\(number).md")
    }
    try clone.push()
    bench.remove(clone.folder)
    try bench.must("tick", in: "\(folder)/ws")
    if storage == .packed { try mustRun("git", "-C", "\(folder)/ws/sop.git", "repack", "-adq") }
  }

  /// An approved change that closes REM-1, and perhaps more items with it.
  static func approveChange(_ folder: String, _ bench: Bench, _ random: inout SeededRandom) throws {
    let items = Array(1...Int.random(in: 1...3, using: &random)).map { "REM-\($0)" }
    let lines = (0..<Int.random(in: 1...400, using: &random)).map { "Step \($0): look again.\n" }
    let depth = Int.random(in: 0...4, using: &random)
    let path = (0..<depth).map { "folder-\($0)/" }.joined() + "fragile.md"
    let keys = "codes: [TROUBLE-0, TROUBLE-1, TROUBLE-2, TROUBLE-3]\nroot_causes: [CAUSE-0, CAUSE-1, CAUSE-2]\n"
    try ("---\n" + keys + "---\n" + lines.joined()).write(
      toFile: "\(folder)/sop.md", atomically: false, encoding: .utf8)
    let words = ["--sop", path, "--text", "\(folder)/sop.md", "--summary", "Look again"]
    let run = try bench.sopwright(["propose"] + items + words, in: "\(folder)/ws")
    guard run.succeeded else { throw SpawnError(description: "propose: \(run.description)") }
  }
}

/// Somebody who works with git: a clone, an editor, a push.
struct Person {
  let folder: String

  /// A clone that is there.
  init(at folder: String) { self.folder = folder }

  init(cloning repository: String, into folder: String) throws {
    self.folder = folder
    // As from another machine: git gives up on files that a repacking takes away while it links them.
    try mustRun("git", "clone", "-q", "--no-local", repository, folder)
    try mustRun("git", "-C", folder, "config", "user.name", "carla")
    try mustRun("git", "-C", folder, "config", "user.email", "carla@sopwright.invalid")
    try mustRun("git", "-C", folder, "config", "gc.auto", "0")
  }

  func commit(_ text: String, to path: String) throws {
    let above = URL(fileURLWithPath: "\(folder)/\(path)").deletingLastPathComponent()
    try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
    try text.write(toFile: "\(folder)/\(path)", atomically: false, encoding: .utf8)
    try mustRun("git", "-C", folder, "add", path)
    try mustRun("git", "-C", folder, "commit", "-q", "-m", "Edit \(path)")
  }

  func push() throws { try mustRun("git", "-C", folder, "push", "-q") }

  /// The newest commit.
  func head() throws -> String {
    try mustRun("git", "-C", folder, "rev-parse", "HEAD").trimmingCharacters(in: .newlines)
  }
}
