// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Audit packs: what is in them, and that they can be checked without their workspace.
@Suite struct PackTests {
  private func text(_ pack: String, _ name: String) throws -> String {
    try String(contentsOfFile: "\(pack)/\(name)", encoding: .utf8)
  }

  private func sums(_ pack: String) throws -> String { try text(pack, PackPart.sums) }

  @Test(arguments: PackHistory.allCases)
  func aPackAddsUp(history: PackHistory) throws {
    let test = try history.workspace()
    #expect(try test.findings().isEmpty)
    let pack = try test.pack()
    let result = try verifyPack(pack, key: "\(pack)/verifier.key")
    #expect(result.findings.isEmpty, "\(result.findings)")
    let workspace = try test.workspace.verifyRecord()
    #expect(result.events == workspace.events && result.exceptions == workspace.exceptions)
    #expect(result.items == workspace.items && result.commits == workspace.commits)
    #expect(result.treeSize == workspace.treeSize && result.treeRoot == workspace.treeRoot)
    #expect(result.notices.map(\.check) == workspace.notices.map(\.check))
  }

  @Test(.enabled(if: SecondVerifier.isThere, SecondVerifier.why), arguments: PackHistory.allCases)
  func theSecondVerifierAgrees(history: PackHistory) throws {
    let test = try history.workspace()
    let packs = [try test.pack(), try test.pack("with personal", withPersonal: true)]
    for verdict in try SecondVerifier.verify(packs, key: "\(packs[0])/verifier.key") {
      #expect(verdict.isGood, "\(verdict.findings)")
    }
    #expect(try verifyPack(packs[1]).findings.isEmpty)
  }

  @Test(.enabled(if: SecondVerifier.isThere, SecondVerifier.why))
  func theCommandsOfItsReadmeRun() throws {
    let test = try PackHistory.decided.workspace()
    let pack = try test.pack()
    func run() throws -> String {
      try shell(
        "/bin/bash",
        [
          "-euo", "pipefail", "-c",
          """
          cd "$0"; export PATH=\(SecondVerifier.binaries):$PATH work="$0.work"; mkdir -p "$work"; rm -rf "$work"/*
          . <(sed -n '/^```sh$/,/^```$/{/^```/d;p}' README.md)
          """, pack,
        ])
    }
    let output = try run()
    #expect(!output.contains("WRONG"), "\(output)")
    for good in ["events are signed", "proofs/", "batch", "CHG-1"] {
      #expect(
        output.split(separator: "\n").contains { $0.hasPrefix("good:") && $0.contains(good) }, "\(good): \(output)")
    }
    // A text that was changed, with its sum mended.
    try shell("/bin/sh", ["-c", "cd '\(pack)' && sed -i s/Lost/Loss/ exceptions.jsonl"])
    #expect(throws: ShellFailure.self) { try run() }
    try shell(
      "/bin/sh",
      ["-c", "cd '\(pack)' && sed -i '/exceptions.jsonl/d' SHA256SUMS && sha256sum exceptions.jsonl >> SHA256SUMS"])
    #expect(try run().contains("WRONG: batch"))
  }

  @Test func aFolderWithNothingInItIsFoundByBoth() throws {
    let test = try PackHistory.decided.workspace()
    let pack = try test.pack()
    try FileManager.default.createDirectory(atPath: "\(pack)/more", withIntermediateDirectories: false)
    #expect(try verifyPack(pack).findings.contains { $0.subject == "more" })
    guard SecondVerifier.isThere else { return }
    #expect(try SecondVerifier.verify([pack]).allSatisfy { !$0.isGood })
  }

  @Test func theSameStateGivesTheSameBytes() throws {
    let test = try PackHistory.pushed.workspace()
    let first = try sums(test.pack("one"))
    try shell("/usr/bin/git", ["-C", "\(test.folder)/ws/sop.git", "repack", "-q", "-a", "-d", "-f", "--depth=3"])
    #expect(try sums(test.pack("two")) == first)
    #expect(try sums(TestWorkspace.reopened(test).pack("three")) == first)
    try test.workspace.comment(on: ItemID(1), "One more", by: TestWorkspace.caller("ana", after: 600_000))
    #expect(try sums(test.pack("four")) != first)
  }

  @Test func everythingInItIsOfOneState() throws {
    let test = try PackHistory.decided.workspace()
    let before = try sums(test.pack("before"))
    var wrote = false
    let folder = "\(test.folder)/during"
    let other = try TestWorkspace.reopened(test)
    // The first look at progress comes from within the export, after the events were written.
    let rows = (1...1500).map { Row("n\($0)", day: 1 + $0 % 150, "Damaged") }
    try test.importRows(rows, after: 700_000)
    let state = try sums(test.pack("state"))
    _ = try test.workspace.export(to: folder) { _, _ in
      guard !wrote else { return }
      wrote = true
      do { try other.comment(on: ItemID(2), "Meanwhile", by: TestWorkspace.caller("ben", after: 700_100)) } catch {
        Issue.record(error)
      }
    }
    #expect(wrote && state != before)
    #expect(try sums(folder) == state)
    #expect(try verifyPack(folder).findings.isEmpty)
    #expect(try sums(test.pack("after")) != state)
  }

  @Test func whatIdentifiesPeopleStaysUnlessItIsAskedFor() throws {
    let test = try PackHistory.decided.workspace()
    let without = try test.pack("without")
    let with = try test.pack("with", withPersonal: true)
    #expect(try shell("/bin/sh", ["-c", "grep -rl Mallory '\(without)' || true"]).isEmpty)
    #expect(try text(with, PackPart.personal).contains(#"{\"requester\":\"Mallory\"}"#))
    #expect(try verifyPack(with).findings.isEmpty)
    let changed = try text(with, PackPart.personal).replacing("Mallory", with: "Malory")
    try changed.write(toFile: "\(with)/\(PackPart.personal)", atomically: true, encoding: .utf8)
    let checks = try verifyPack(with).findings.map(\.check)
    #expect(checks.contains("personal_digest"), "\(checks)")
  }

  /// Both verifiers know from the record which fields there have to be.
  @Test(.enabled(if: SecondVerifier.isThere, SecondVerifier.why))
  func personalFieldsThatWereTakenOutOrPutBackAreFoundByBoth() throws {
    let (whole, erased) = (try PackHistory.decided.workspace(), try PackHistory.erased.workspace())
    let (before, pack) = (try whole.pack(withPersonal: true), try erased.pack(withPersonal: true))
    // An erasure leaves the salted digest of what went; the same fields under another salt are no one's.
    let fields = try text(before, PackPart.personal)
    #expect(!fields.isEmpty)
    for script in ["sed -i 1d \(PackPart.personal)", ": > \(PackPart.personal)"] {
      let copy = "\(pack)-copy"
      try shell("/bin/bash", ["-euc", "rm -rf '\(copy)'; cp -r '\(pack)' '\(copy)'; cd '\(copy)'; \(script)\n\(sums)"])
      #expect(try Set(verifyPack(copy).findings.map(\.check)) == ["personal_missing"], "\(script)")
      #expect(
        try Set(SecondVerifier.verify([copy]).flatMap(\.findings).map(\.check)) == ["personal_missing"], "\(script)")
    }
  }

  /// SHA256SUMS, as who edits a pack makes them again.
  private let sums = "find . -type f ! -name SHA256SUMS -printf '%P\\n' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS"

  @Test(.enabled(if: SecondVerifier.isThere, SecondVerifier.why))
  func erasedFieldsThatComeBackAreFoundByBoth() throws {
    let test = try PackHistory.decided.workspace()
    let before = try test.pack("before", withPersonal: true)
    _ = try test.workspace.erase(
      ErasureSubject(values: ["Mallory"]), reason: "Asked.", by: TestWorkspace.caller("ana", after: 86_400 * 400))
    let pack = try test.pack("after", withPersonal: true)
    #expect(try verifyPack(pack).findings.isEmpty)
    try shell("/bin/bash", ["-euc", "cd '\(pack)'; cp '\(before)/\(PackPart.personal)' .\n\(sums)"])
    #expect(try Set(verifyPack(pack).findings.map(\.check)) == ["erased_returned"])
    #expect(try Set(SecondVerifier.verify([pack]).flatMap(\.findings).map(\.check)) == ["erased_returned"])
  }

  /// A pipe would be waited for, a device read for ever.
  @Test(.enabled(if: SecondVerifier.isThere, SecondVerifier.why))
  func whatIsNoFileIsOpenedByNeitherVerifier() throws {
    let test = try PackHistory.decided.workspace()
    let folder = try test.pack()
    for (name, made) in [
      ("README.md", "mkfifo"), ("handbook.bundle", "mkfifo"), ("tables/items.csv", "ln -s /dev/zero"),
    ] {
      try shell("/bin/bash", ["-euc", "cd '\(folder)'; rm \(name); \(made) \(name)"])
      #expect(try verifyPack(folder).findings.contains { $0.check == "file_strange" && $0.subject == name })
      #expect(
        try SecondVerifier.verify([folder]).flatMap(\.findings).contains {
          $0.check == "file_strange" && $0.subject == name
        })
    }
  }

  @Test func whatWasErasedIsInNoPackAndMayNotComeBack() throws {
    let test = try PackHistory.erased.workspace()
    let pack = try test.pack(withPersonal: true)
    #expect(try shell("/bin/sh", ["-c", "grep -rlw -e Eve -e 'second line' '\(pack)' || true"]).isEmpty)
    #expect(try text(pack, PackPart.personal).contains("Mallory"))
    let earlier = try PackHistory.decided.workspace()
    let before = try earlier.pack()
    let kept = try text(before, PackPart.texts).split(separator: "\n").count
    #expect(
      try text(pack, PackPart.texts).split(separator: "\n").count < kept + 1, "the reason came, what was said went")
    withExtendedLifetime(earlier) {}
  }

  @Test func aTableForASpreadsheetRunsNothingAndCanBeReadBack() throws {
    let test = try PackHistory.decided.workspace()
    let pack = try test.pack()
    let items = try text(pack, "tables/items.csv")
    #expect(items.contains("\"'=HYPERLINK(\"\"http://example.org\"\";\"\"a, b\"\")\nsecond line, \"\"quoted\"\"\""))
    let exceptions = try text(pack, "tables/exceptions.csv")
    #expect(exceptions.contains(",\"'-1\","))
    #expect(exceptions.contains(",-700,EUR,"))
    for table in PackTable.allCases {
      let cells = try lines(pack, table).map { CSVLine.cells(of: $0) }
      #expect(cells.first == table.columns)
      #expect(cells.allSatisfy { $0.count == table.columns.count })
    }
    #expect(try lines(pack, .items).contains { CSVLine.cells(of: $0).contains(PackHistory.formula) })
  }

  private func lines(_ pack: String, _ table: PackTable) throws -> [[UInt8]] {
    let lines = try PackLines(PackFolder(pack), PackPart.table(table))
    var found: [[UInt8]] = []
    while let line = try lines.next(ofCSV: true) { found.append(line) }
    return found
  }

  @Test(arguments: ["", "a", "'a", "=a", "a,b", "a\"b", "\"", "'", "-5", "\t", "\r\n", "a\nb", "a;b", "\0", "''x", "@"])
  func aCellCanBeReadBack(text: String) {
    var line = CSVLine()
    line.add(text)
    line.add("next")
    line.end()
    #expect(CSVLine.cells(of: line.bytes) == [text, "next"])
    let first = line.bytes.first { $0 != UInt8(ascii: "\"") }
    #expect(first.map { !"=+-@\t\r\n\0".utf8.contains($0) } ?? true)
  }

  @Test func aCheckpointThatWasKeptShowsAnOlderPack() throws {
    let test = try PackHistory.decided.workspace()
    let old = try test.pack("old")
    try test.workspace.comment(on: ItemID(2), "Later", by: TestWorkspace.caller("ben", after: 700_000))
    _ = try test.workspace.publishCheckpoint(by: TestWorkspace.caller("ana", after: 700_001))
    let new = try test.pack("new")
    #expect(try verifyPack(old, since: "\(new)/checkpoint").findings.map(\.check) == ["kept_checkpoint"])
    let findings = try verifyPack(new, since: "\(old)/checkpoint").findings
    #expect(findings == [])
    #expect(try verifyPack(old).findings.isEmpty, "by itself an older pack is as good as any")
  }

  /// The newest checkpoint covers what an older one did, so nothing is lost with it.
  @Test func anOlderCheckpointThatIsLeftOutIsNotSeen() throws {
    let test = try PackHistory.decided.workspace()
    let pack = try test.pack()
    try shell("/bin/sh", ["-c", "cd '\(pack)' && sed -i 1d checkpoints.jsonl"])
    #expect(try verifyPack(pack).findings.map(\.subject) == [PackPart.checkpoints], "only the sum, which can be mended")
    try shell("/bin/sh", ["-c", "cd '\(pack)' && sed -i '$d' checkpoints.jsonl"])
    #expect(try verifyPack(pack).findings.map(\.check).contains("checkpoint_last"))
  }

  /// Other deltas, the same objects: nothing was changed.
  @Test func aPackThatGitMadeAnewIsTheSame() throws {
    let test = try PackHistory.pushed.workspace()
    let pack = try test.pack()
    try shell(
      "/bin/bash",
      [
        "-ec",
        "git clone -q --mirror $0/handbook.bundle $0.git; cd $0.git; git bundle create -q $0/handbook.bundle HEAD --all",
        pack,
      ])
    #expect(try verifyPack(pack).findings.map(\.check) == ["file_sum"])
  }

  @Test func aRewrittenBranchIsInThePack() throws {
    let test = try PackHistory.decided.workspace()
    try shell(
      "/usr/bin/git", ["-C", "\(test.folder)/ws/sop.git", "update-ref", "refs/heads/main", "refs/heads/main~1"])
    let checks = Set(try verifyPack(test.pack()).findings.map(\.check))
    #expect(checks.isSuperset(of: ["anchor_lost", "bundle_refs", "commit_unreachable"]), "\(checks)")
  }

  @Test func findingsNameTheRecord() throws {
    let test = try PackHistory.decided.workspace()
    let pack = try test.pack()
    let file = "\(pack)/\(PackPart.records)"
    let changed = try text(pack, PackPart.records).replacing(
      "\"amount\":-700", with: "\"amount\":-701", maxReplacements: 1)
    try changed.write(toFile: file, atomically: true, encoding: .utf8)
    let findings = try verifyPack(pack).findings
    #expect(findings.contains { $0.check == "batch_digest" && $0.subject.hasPrefix("batch ") })
    #expect(findings.contains { $0.check == "table" && $0.subject == "tables/exceptions.csv: exception tests -1" })
  }

  @Test func anExportDisturbsNothingThatIsThere() throws {
    let test = try PackHistory.new.workspace()
    let folder = "\(test.folder)/full"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "mine".write(toFile: "\(folder)/mine", atomically: true, encoding: .utf8)
    #expect(throws: PackError.notEmpty(folder)) { try test.workspace.export(to: folder) }
    #expect(throws: PackError.noPack(folder)) { try verifyPack(folder) }
    // What an export that was killed left is cleared away.
    let left = "\(test.folder)/again.unfinished"
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    try "half".write(toFile: "\(left)/events.jsonl", atomically: true, encoding: .utf8)
    try FileManager.default.createDirectory(atPath: "\(test.folder)/again", withIntermediateDirectories: true)
    #expect(try verifyPack(test.pack("again")).findings.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: left))
  }
}

extension TestWorkspace {
  /// The same workspace by a connection of its own.
  static func reopened(_ test: TestWorkspace) throws -> Workspace { try Workspace.open("\(test.folder)/ws") }
}

extension Workspace {
  fileprivate func pack(_ name: String) throws -> String {
    let path = "\(folder)/../\(name)"
    _ = try export(to: path)
    return path
  }
}
