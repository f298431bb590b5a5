// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Histories and blame, judged by git itself.
@Suite struct BlameTests {
  private let ana = TestWorkspace.caller("ana")

  /// A handbook of random edits, renames, copies, deletions and merges.
  private func randomHandbook(seed: UInt64) throws -> (folder: String, workspace: Workspace) {
    var generator = SeededGenerator(seed: seed)
    let folder = NSTemporaryDirectory() + "sopwright-blame-\(UUID().uuidString)"
    let git = try PersonWithGit("old", at: "\(folder)/original")
    var files: [String: [String]] = [:]
    func line() -> String { "Line \(Int.random(in: 0..<1_000, using: &generator)) of some words" }
    for round in 0..<60 {
      let name = files.keys.sorted().randomElement(using: &generator)
      switch (Int.random(in: 0..<10, using: &generator), name) {
      case (0...5, let name?):
        var lines = files[name] ?? []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let place = Int.random(in: 0...lines.count, using: &generator)
          if Bool.random(using: &generator) {
            lines.insert(line(), at: place)
          } else if place < lines.count {
            lines[place] = line()
          }
        }
        files[name] = lines
      case (6, let name?):
        try git.git("mv", name, "moved-\(round).md")
        files["moved-\(round).md"] = files.removeValue(forKey: name)
      case (7, let name?): files["copy-\(round).md"] = files[name]
      case (8, let name?) where files.count > 2:
        try git.git("rm", "-q", name)
        files[name] = nil
      default: files["new-\(round).md"] = (0..<Int.random(in: 3...20, using: &generator)).map { _ in line() }
      }
      for (name, lines) in files { try git.write(name, lines.joined(separator: "\n") + "\n") }
      if round % 10 == 9 {
        try git.git("checkout", "-q", "-b", "side-\(round)")
        try git.commit("Round \(round)")
        try git.git("checkout", "-q", "main")
        try git.git("merge", "-q", "--no-ff", "-m", "Merge \(round)", "side-\(round)")
      } else {
        try git.commit("Round \(round)")
      }
    }
    let workspace = try Workspace.make(
      at: "\(folder)/ws", handbook: .clone("\(folder)/original"), people: [TestWorkspace.ben], by: ana)
    return (folder, workspace)
  }

  @Test(arguments: [1, 2, 3]) func historiesAgreeWithGit(seed: UInt64) throws {
    let (folder, workspace) = try randomHandbook(seed: seed)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let repository = "\(folder)/ws/sop.git"
    for sop in try workspace.sops() {
      let path = sop.reference.path.text
      let expected = try shell(
        "/usr/bin/git", ["-C", repository, "log", "--follow", "--first-parent", "--format=%H", "HEAD", "--", path])
      #expect(
        try workspace.history(of: path).map(\.reference.commit.text) == expected.split(separator: "\n").map(String.init)
      )
    }
    let again = try Workspace.open("\(folder)/ws")
    #expect(try !again.ledger.read { try $0.allOrigins() }.isEmpty, "what was looked for is kept")
    #expect(try again.verifyHandbook().isEmpty)
  }

  private func expectBlameOfGit(_ folder: String, _ workspace: Workspace) throws {
    for sop in try workspace.sops() {
      let path = sop.reference.path.text
      let porcelain = try shell(
        "/usr/bin/git",
        ["-C", "\(folder)/ws/sop.git", "blame", "--first-parent", "--line-porcelain", "HEAD", "--", path])
      let expected: [String] = porcelain.split(separator: "\n").filter { (line: Substring) in
        line.first != "\t" && line.prefix { $0.isHexDigit }.count == 40
      }.map { String($0.prefix(40)) }
      let blame = try workspace.blame(path)
      let found = blame.parts.flatMap { part in part.lines.map { _ in part.version.reference.commit.text } }
      #expect(found == expected, "\(path)")
    }
  }

  @Test func historiesAreFollowedAheadOfTheFirstQuestion() throws {
    let (folder, workspace) = try randomHandbook(seed: 6)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let sops = try workspace.sops()
    let asked = try #require(sops.first)
    _ = try workspace.history(of: asked.reference.path.text)
    #expect(try workspace.followHistories() >= sops.count - 1)
    #expect(try workspace.followHistories() == 0)
    func origins() throws -> Int { try workspace.ledger.read { try $0.allOrigins().count } }
    let followed = try origins()
    try expectBlameOfGit(folder, workspace)
    for sop in sops { _ = try workspace.history(of: sop.reference.path.text) }
    #expect(try origins() == followed)
    #expect(try workspace.verifyHandbook().isEmpty)
  }

  @Test(arguments: [4, 5]) func blameAgreesWithGit(seed: UInt64) throws {
    let (folder, workspace) = try randomHandbook(seed: seed)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    try expectBlameOfGit(folder, workspace)
    // Of a long history it keeps what it found and starts from there, also after a rename and a file that comes back.
    let git = try PersonWithGit("dora", at: "\(folder)/dora", cloning: "\(folder)/ws/sop.git")
    let paths = try workspace.sops().map(\.reference.path.text).prefix(2)
    for number in 0..<20 {
      for path in paths {
        let text = try String(contentsOfFile: "\(git.folder)/\(path)", encoding: .utf8)
        try git.write(path, number.isMultiple(of: 2) ? "New \(number)\n" + text : text + "New \(number)\n")
      }
      try git.commit()
    }
    try git.git("push", "-q", "origin", "HEAD")
    _ = try workspace.catchUp(by: ana)
    try expectBlameOfGit(folder, workspace)
    func kept() throws -> Set<String> { Set(try workspace.ledger.read { try $0.allLines() }.map(\.path.text)) }
    #expect(try kept().isSuperset(of: paths))
    let lost = try String(contentsOfFile: "\(git.folder)/\(paths[1])", encoding: .utf8)
    try git.git("rm", "-q", paths[1])
    try git.git("mv", paths[0], "moved.md")
    try git.commit()
    try git.write(paths[1], lost)
    try git.commit()
    try git.git("push", "-q", "origin", "HEAD")
    _ = try workspace.catchUp(by: ana)
    try expectBlameOfGit(folder, workspace)
    #expect(try kept().contains("moved.md"))
    try expectBlameOfGit(folder, try Workspace.open("\(folder)/ws"))
    #expect(try workspace.verifyHandbook().isEmpty)
  }

  @Test func aLineLeadsToTheItemAndItsExceptions() throws {
    let test = try TestWorkspace((1...4).map { Row("d\($0)", day: $0, "Damaged") })
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let change = try test.close(item, body: "First.\nSecond.\nThird.")
    let git = try PersonWithGit("dora", cloning: test)
    let path = "sops/damaged.md"
    let text = try shell("/usr/bin/git", ["-C", git.folder, "show", "HEAD:\(path)"])
    let pushed = try git.push(path, text.replacing("Second.", with: "Otherwise."))
    try git.git("mv", path, "moved.md")
    try git.commit("Move it")
    try git.git("push", "-q", "origin", "HEAD")
    _ = try test.workspace.catchUp(by: ana)
    let blame = try test.workspace.blame("moved.md")
    let lines = blame.parts.flatMap { part in zip(part.lines, part.text).map { ($0, $1, part.version) } }
    let first = try #require(lines.first { $0.1 == "First." })
    #expect(first.2.change == change.id)
    #expect(blame.causes[change.id]?.items == [item] && blame.causes[change.id]?.exceptions == 4)
    let otherwise = try #require(lines.first { $0.1 == "Otherwise." })
    #expect(otherwise.2.reference.commit == pushed && otherwise.2.change == nil)
    let trace = try test.workspace.trace("sop:moved.md:\(first.0)", listingAll: false, by: ana)
    #expect(trace.items.map(\.item.id) == [item] && trace.exceptions.count == 4)
    #expect(try test.workspace.trace("sop:moved.md:\(otherwise.0)", listingAll: false, by: ana).items.isEmpty)
    #expect(throws: TraceError.self) { try test.workspace.trace("sop:moved.md:99", listingAll: false, by: ana) }
    #expect(try test.findings().isEmpty)
  }
}
