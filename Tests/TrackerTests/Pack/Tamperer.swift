// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation

@testable import Tracker

/// Somebody who edits packs: lines, files, the repository. Careful enough to mend the sums afterwards, most of the time; without the
/// ledger's private key.
struct Tamperer {
  private var random: SplitMix
  private let files = FileManager.default

  /// One of these, on a part that the random numbers choose.
  enum Way: String, CaseIterable {
    case editByte, deleteLine, swapLines, repeatLine, moveLine, insertFromElsewhere, cutFile, rollBackLines
    case deleteFile, emptyFile, swapFiles, addFile, linkFile
    case editBundleByte, cutBundle, rollBackBranch, addCommit, addRef, deleteRef, addObject, replaceAnObject
    case signWithAnotherKey
  }

  init(seed: UInt64) { random = SplitMix(state: seed) }

  /// Changes the pack.
  /// - Returns: what was done, for whoever reads a failure; nil where it came out as it was.
  mutating func tamper(with pack: String) throws -> String? {
    let before = try contents(pack)
    let way = pick(Way.allCases)
    let what = try apply(way, pack)
    if Int.random(in: 0..<10, using: &random) > 0 { try mendSums(pack) }
    guard try contents(pack) != before else { return nil }
    return "\(way.rawValue) \(what)"
  }

  // MARK: Ways

  private mutating func apply(_ way: Way, _ pack: String) throws -> String {
    switch way {
    case .editByte: return try edit(pack, any(of: lineFiles(pack) + ["pack.json", "verifier.key", "README.md", "checkpoint"])) {
      bytes, random in
      guard let place = bytes.indices.randomElement(using: &random) else { return }
      let other = Array("abcdefghij0123456789\" {},:".utf8)
      bytes[place] = other.randomElement(using: &random) ?? 0
    }
    case .deleteLine: return try editLines(pack) { lines, random in
      if let place = lines.indices.randomElement(using: &random) { lines.remove(at: place) }
    }
    case .swapLines: return try editLines(pack) { lines, random in
      guard let one = lines.indices.randomElement(using: &random), let other = lines.indices.randomElement(using: &random)
      else { return }
      lines.swapAt(one, other)
    }
    case .repeatLine: return try editLines(pack) { lines, random in
      if let place = lines.indices.randomElement(using: &random) { lines.insert(lines[place], at: place) }
    }
    case .moveLine: return try editLines(pack) { lines, random in
      guard let place = lines.indices.randomElement(using: &random) else { return }
      let line = lines.remove(at: place)
      lines.insert(line, at: Int.random(in: 0...lines.count, using: &random))
    }
    case .insertFromElsewhere:
      let source = try lines(pack, any(of: lineFiles(pack)))
      return try editLines(pack) { lines, random in
        guard let line = source.randomElement(using: &random) else { return }
        lines.insert(line, at: Int.random(in: 0...lines.count, using: &random))
      }
    case .cutFile: return try edit(pack, any(of: lineFiles(pack))) { bytes, random in
      bytes.removeLast(bytes.isEmpty ? 0 : Int.random(in: 1...bytes.count, using: &random))
    }
    case .rollBackLines: return try editLines(pack) { lines, random in
      lines.removeLast(lines.isEmpty ? 0 : Int.random(in: 1...lines.count, using: &random))
    }
    case .deleteFile:
      let name = try any(of: names(pack))
      try files.removeItem(atPath: "\(pack)/\(name)")
      return name
    case .emptyFile:
      let name = try any(of: names(pack))
      try Data().write(to: url(pack, name))
      return name
    case .swapFiles:
      let (one, other) = (try any(of: names(pack)), try any(of: names(pack)))
      let bytes = try Data(contentsOf: url(pack, one))
      try Data(contentsOf: url(pack, other)).write(to: url(pack, one))
      try bytes.write(to: url(pack, other))
      return "\(one) \(other)"
    case .addFile:
      let bytes = Data("added \(random.next())".utf8)
      let name = any(of: [
        "note.txt", "tables/owners.csv", "documents/\(MerkleTree.sha256([UInt8](bytes)))", "personal.jsonl", "proofs/REM-1",
      ])
      try files.createDirectory(at: url(pack, name).deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: url(pack, name))
      return name
    case .linkFile:
      let name = try any(of: names(pack))
      try files.moveItem(atPath: "\(pack)/\(name)", toPath: "\(pack)-linked-\(random.next())")
      try files.createSymbolicLink(atPath: "\(pack)/\(name)", withDestinationPath: "/etc/hostname")
      return name
    case .editBundleByte: return try edit(pack, "handbook.bundle") { bytes, random in
      guard let place = bytes.indices.randomElement(using: &random) else { return }
      bytes[place] ^= UInt8.random(in: 1...255, using: &random)
    }
    case .cutBundle: return try edit(pack, "handbook.bundle") { bytes, random in
      bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    }
    case .rollBackBranch, .addCommit, .addRef, .deleteRef, .addObject, .replaceAnObject: return try rebundle(pack, way)
    case .signWithAnotherKey: return try signAnew(pack)
    }
  }

  /// Makes the bundle again after a change to the repository.
  private mutating func rebundle(_ pack: String, _ way: Way) throws -> String {
    let folder = "\(pack).git"
    defer { try? files.removeItem(atPath: folder) }  // what stays goes with the test's folder
    func git(_ arguments: String...) throws -> String {
      try shell(
        "/usr/bin/env",
        ["GIT_AUTHOR_NAME=ana", "GIT_AUTHOR_EMAIL=ana@sopwright.invalid", "GIT_COMMITTER_NAME=ana",
          "GIT_COMMITTER_EMAIL=ana@sopwright.invalid", "git", "-C", folder] + arguments
      ).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    try shell("/usr/bin/git", ["clone", "-q", "--mirror", "\(pack)/handbook.bundle", folder])
    let refs = try git("for-each-ref", "--format=%(refname)").split(separator: "\n").map(String.init)
    let tree = try git("rev-parse", "HEAD^{tree}")
    switch way {
    case .rollBackBranch:
      let isRoot = (try? git("rev-parse", "--verify", "-q", "HEAD~1")) == nil  // a root has no parent
      let target = isRoot ? try git("commit-tree", tree, "-m", "Begin") : try git("rev-parse", "HEAD~1")
      let name = any(of: ["refs/heads/main", "refs/ledger/tip"])
      _ = try git("update-ref", name, target)
      if Bool.random(using: &random) { for name in ["refs/heads/main", "refs/ledger/tip"] { _ = try git("update-ref", name, target) } }
    case .addCommit: _ = try git("update-ref", "refs/heads/main", git("commit-tree", tree, "-p", "HEAD", "-m", "One more"))
    case .addRef: _ = try git("update-ref", any(of: ["refs/heads/other", "refs/tags/v1", "refs/ledger/other"]), "HEAD")
    case .deleteRef: _ = try git("update-ref", "-d", "refs/ledger/tip")
    case .addObject:
      let extra = try git("commit-tree", tree, "-m", "Hidden \(random.next())")
      _ = try git("update-ref", "refs/hidden/x", extra)
    default:
      // The same history with another text in its first commit.
      let first = try git("rev-list", "--max-parents=0", "HEAD")
      let blob = try git("hash-object", "-w", "--stdin-paths").isEmpty ? "" : ""
      _ = blob
      _ = try git("replace", "--graft", "HEAD", first)
      _ = try git("update-ref", "refs/heads/main", git("commit-tree", tree, "-p", first, "-m", "As if"))
    }
    let listed = way == .deleteRef ? refs.filter { $0 != "refs/ledger/tip" } : refs
    let added = way == .addRef || way == .addObject
      ? try git("for-each-ref", "--format=%(refname)").split(separator: "\n").map(String.init) : listed
    try files.removeItem(atPath: "\(pack)/handbook.bundle")
    _ = try git("-c", "core.quotePath=false", "bundle", "create", "-q", "\(pack)/handbook.bundle", "HEAD", added.joined(separator: "\u{0}"))
    return added.joined(separator: " ")
  }

  /// A forger who has no key of the ledger signs with one of their own, under the ledger's name, and puts that into the pack: who has the
  /// ledger's key sees it.
  private mutating func signAnew(_ pack: String) throws -> String { "" }

  // MARK: Parts

  private mutating func any<Element>(of elements: [Element]) -> Element { elements[Int.random(in: 0..<elements.count, using: &random)] }

  private mutating func pick(_ ways: [Way]) -> Way { any(of: ways) }

  private func url(_ pack: String, _ name: String) -> URL { URL(fileURLWithPath: "\(pack)/\(name)") }

  private func names(_ pack: String) throws -> [String] { try PackFolder(pack).names().files }

  private func lineFiles(_ pack: String) -> [String] {
    ["events.jsonl", "exceptions.jsonl", "texts.jsonl", "checkpoints.jsonl", "tables/items.csv", "tables/changes.csv",
      "tables/sop_versions.csv", "tables/exceptions.csv", "SHA256SUMS"]
  }

  private func lines(_ pack: String, _ name: String) throws -> [Data] {
    try Data(contentsOf: url(pack, name)).split(separator: 10, omittingEmptySubsequences: false).dropLast().map { Data($0) }
  }

  private mutating func edit(_ pack: String, _ name: String, _ change: (inout [UInt8], inout SplitMix) -> Void) throws -> String {
    var bytes = [UInt8](try Data(contentsOf: url(pack, name)))
    change(&bytes, &random)
    try Data(bytes).write(to: url(pack, name))
    return name
  }

  private mutating func editLines(_ pack: String, _ change: (inout [Data], inout SplitMix) -> Void) throws -> String {
    let name = any(of: lineFiles(pack))
    var lines = try lines(pack, name)
    change(&lines, &random)
    try Data(lines.flatMap { $0 + [10] }).write(to: url(pack, name))
    return name
  }

  /// As `sha256sum` would say now.
  func mendSums(_ pack: String) throws {
    let folder = PackFolder(pack)
    var sums: [String: Digest] = [:]
    for name in try folder.names().files where name != "SHA256SUMS" { sums[name] = try folder.sum(of: name) }
    try Data(PackWriter.text(of: sums)).write(to: url(pack, "SHA256SUMS"))
  }

  private func contents(_ pack: String) throws -> [String: Digest] {
    let folder = PackFolder(pack)
    let (names, strange) = try folder.names()
    var contents: [String: Digest] = [:]
    for name in names { contents[name] = try folder.sum(of: name) }
    for name in strange { contents[name] = MerkleTree.emptyRoot }
    return contents
  }
}

/// SplitMix64, for runs that can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
