// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation

@testable import Tracker

/// Somebody who edits packs: lines, files, the repository, signatures. Careful enough to mend the sums afterwards, most of the time;
/// without the ledger's private key.
struct Tamperer {
  var random: SplitMix
  private let files = FileManager.default

  /// What is done to a part that the random numbers choose.
  enum Way: String, CaseIterable {
    case editByte, deleteLine, swapLines, repeatLine, moveLine, insertFromElsewhere, rollBackLines, cutFile
    case deleteFile, emptyFile, swapFiles, addFile, linkFile
    case editBundleByte, cutBundle, goOnAfterBundle
    case rollBackBranch, addCommit, addRef, deleteRef, addObject, replaceText
    case signWithAnotherKey
  }

  private static let lineFiles = [
    "events.jsonl", "exceptions.jsonl", "texts.jsonl", "checkpoints.jsonl", "SHA256SUMS", "tables/items.csv",
    "tables/changes.csv", "tables/sop_versions.csv", "tables/exceptions.csv", "personal.jsonl",
  ]
  /// Those that the pack has.
  private var lineFiles: [String] = []
  private static let otherFiles = ["pack.json", "verifier.key", "README.md", "checkpoint"]
  static let bundle = "handbook.bundle"

  init(seed: UInt64) { random = SplitMix(state: seed) }

  /// Changes a pack, until it is not what it was.
  /// - Returns: what was done, for whoever reads a failure.
  mutating func tamper(with pack: String) throws -> String {
    lineFiles = Tamperer.lineFiles.filter { files.fileExists(atPath: "\(pack)/\($0)") }
    let before = try contents(of: pack)
    while true {
      let way = any(of: Way.allCases)
      let what = try apply(way, pack)
      let mends = random.next() % 10 > 0
      if mends { try mendSums(of: pack) }
      if try contents(of: pack) != before { return "\(way.rawValue) \(what)\(mends ? ", sums mended" : "")" }
    }
  }

  // MARK: Ways

  private mutating func apply(_ way: Way, _ pack: String) throws -> String {
    switch way {
    case .editByte:
      return try edit(any(of: lineFiles + Tamperer.otherFiles), pack) { bytes, random in
        let others = Array("abcdefghij0123456789\" {},:".utf8)
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        bytes[place] = others.randomElement(using: &random) ?? 0
      }
    case .deleteLine:
      // An older checkpoint can be left out: PackTests says why.
      return try editLines(any(of: lineFiles.filter { $0 != "checkpoints.jsonl" }), pack) { lines, random in
        if let place = lines.indices.randomElement(using: &random) { lines.remove(at: place) }
      }
    case .swapLines:
      return try editLines(pack) { lines, random in
        let places = (lines.indices.randomElement(using: &random), lines.indices.randomElement(using: &random))
        if case (let one?, let other?) = places { lines.swapAt(one, other) }
      }
    case .repeatLine:
      return try editLines(pack) { lines, random in
        if let place = lines.indices.randomElement(using: &random) { lines.insert(lines[place], at: place) }
      }
    case .moveLine:
      return try editLines(pack) { lines, random in
        guard let place = lines.indices.randomElement(using: &random) else { return }
        let line = lines.remove(at: place)
        lines.insert(line, at: Int.random(in: 0...lines.count, using: &random))
      }
    case .insertFromElsewhere:
      let line = try lines(of: any(of: lineFiles), pack).randomElement(using: &random)
      return try editLines(pack) { lines, random in
        if let line { lines.insert(line, at: Int.random(in: 0...lines.count, using: &random)) }
      }
    case .rollBackLines:
      return try editLines(pack) { lines, random in
        lines.removeLast(lines.isEmpty ? 0 : Int.random(in: 1...lines.count, using: &random))
      }
    case .cutFile: return try cut(any(of: lineFiles), pack)
    case .cutBundle: return try cut(Tamperer.bundle, pack)
    case .editBundleByte:
      return try edit(Tamperer.bundle, pack) { bytes, random in
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      }
    case .goOnAfterBundle: return try edit(Tamperer.bundle, pack) { bytes, random in bytes += Array("more".utf8) }
    case .deleteFile, .emptyFile, .swapFiles, .addFile, .linkFile: return try applyToFile(way, pack)
    case .rollBackBranch, .addCommit, .addRef, .deleteRef, .addObject, .replaceText: return try rebundle(way, pack)
    case .signWithAnotherKey: return try signWithAnotherKey(pack)
    }
  }

  private mutating func applyToFile(_ way: Way, _ pack: String) throws -> String {
    let names = try PackFolder(pack).names().files
    let name = any(of: names)
    switch way {
    case .deleteFile: try files.removeItem(atPath: "\(pack)/\(name)")
    case .emptyFile: try Data().write(to: url(name, pack))
    case .swapFiles:
      let other = any(of: names)
      let bytes = try Data(contentsOf: url(name, pack))
      try Data(contentsOf: url(other, pack)).write(to: url(name, pack))
      try bytes.write(to: url(other, pack))
      return "\(name) with \(other)"
    case .addFile:
      let bytes = Data("added \(random.next())".utf8)
      let added = any(of: [
        "note.txt", "tables/owners.csv", "documents/\(MerkleTree.sha256([UInt8](bytes)))", "personal.jsonl",
        "proofs/REM-1000.proof", "proofs/more/deep.txt",
      ])
      try files.createDirectory(at: url(added, pack).deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: url(added, pack))
      return added
    default:
      try files.moveItem(atPath: "\(pack)/\(name)", toPath: "\(pack)-\(random.next())")
      try files.createSymbolicLink(atPath: "\(pack)/\(name)", withDestinationPath: "/etc/hostname")
    }
    return name
  }

  /// A forger without the ledger's key signs with one of their own, under the ledger's name, and puts that into the pack. Only who knows
  /// the ledger's key can see it.
  private mutating func signWithAnotherKey(_ pack: String) throws -> String {
    let name = try VerifierKey(String(contentsOf: url("verifier.key", pack), encoding: .utf8)).name
    let forged = try SigningKey.make(at: "\(pack).key\(random.next())", name: name, kind: .note)
    try Data("\(forged.verifier)\n".utf8).write(to: url("verifier.key", pack))
    var last = Data()
    let signed = try lines(of: "checkpoints.jsonl", pack).map { line in
      let text = try SignedNote(Array(Fields(JSONValue(parsing: [UInt8](line))).string("note").utf8)).text
      let note = text + [10] + Array(try forged.sign(text, at: Timestamp(seconds: 0)).line.utf8)
      last = Data(note)
      return Data(JSONValue.fields(["note": .string(String(decoding: note, as: UTF8.self))]).canonicalBytes)
    }
    try Data(signed.flatMap { $0 + [10] }).write(to: url("checkpoints.jsonl", pack))
    try last.write(to: url("checkpoint", pack))
    return "of another forger"
  }

  // MARK: Parts of a pack

  mutating func any<Element>(of elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private func url(_ name: String, _ pack: String) -> URL { URL(fileURLWithPath: "\(pack)/\(name)") }

  private func lines(of name: String, _ pack: String) throws -> [Data] {
    try Data(contentsOf: url(name, pack)).split(separator: 10, omittingEmptySubsequences: false).dropLast()
      .map { Data($0) }
  }

  private mutating func cut(_ name: String, _ pack: String) throws -> String {
    try edit(name, pack) { bytes, random in
      bytes.removeLast(bytes.isEmpty ? 0 : Int.random(in: 1...bytes.count, using: &random))
    }
  }

  private mutating func edit(
    _ name: String, _ pack: String, _ change: (inout [UInt8], inout SplitMix) -> Void
  ) throws -> String {
    var bytes = [UInt8](try Data(contentsOf: url(name, pack)))
    change(&bytes, &random)
    try Data(bytes).write(to: url(name, pack))
    return name
  }

  private mutating func editLines(
    _ pack: String, _ change: (inout [Data], inout SplitMix) -> Void
  ) throws -> String {
    try editLines(any(of: lineFiles), pack, change)
  }

  private mutating func editLines(
    _ name: String, _ pack: String, _ change: (inout [Data], inout SplitMix) -> Void
  ) throws -> String {
    var lines = try lines(of: name, pack)
    change(&lines, &random)
    try Data(lines.flatMap { $0 + [10] }).write(to: url(name, pack))
    return name
  }

  /// As `sha256sum` would give them now.
  private func mendSums(of pack: String) throws {
    let sums = try contents(of: pack).filter { $0.key != "SHA256SUMS" && !$0.key.hasSuffix("@") }
    try Data(PackWriter.text(of: sums)).write(to: url("SHA256SUMS", pack))
  }

  /// The sums of the files; what is no file by its name and an `@`.
  private func contents(of pack: String) throws -> [String: Digest] {
    let folder = PackFolder(pack)
    let (names, strange) = try folder.names()
    var contents: [String: Digest] = [:]
    for name in names { contents[name] = try folder.sum(of: name) }
    for name in strange { contents["\(name)@"] = MerkleTree.emptyRoot }
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
