// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// Backups made, restored and killed by the program itself, beside others that work.
@Suite struct BackupCommandTests {
  private func workspace(_ folder: Folder, rows: Int = 3) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let export = try folder.write("export.csv", BackupCommandTests.rows(1...rows))
    let map = try folder.write("map.yaml", "source: tests\nid: id\noccurred_at: at\ncode: code\n")
    let made = try Sopwright.process(
      Sopwright.path,
      ["init", sopwright.workspace, "--from", export, "--map", map, "--people", "ana,ben", "--as", "ana"])
    try #require(made.status == 0, "\(made.errors)")
    return sopwright
  }

  private static func rows(_ numbers: ClosedRange<Int>, code: String = "Damaged") -> String {
    "id,at,code\n" + numbers.map { "\(code)-\($0),2026-01-0\($0 % 9 + 1),\(code)\n" }.joined()
  }

  /// Proposes, approves and closes an item under an SOP of its own.
  private func close(_ item: String, code: String, _ sopwright: Sopwright, _ folder: Folder) throws {
    let text = try folder.write("\(item).md", "---\ncodes: [\(code)]\n---\nPack \(item) well.\n")
    let change = try sopwright.json(
      "propose", item, "--sop", "packing/\(item.lowercased()).md", "--text", text, "--summary", "Pack it")
    let closed = try sopwright.run("approve", change["id"]?.text ?? "", "--close", as: "ben")
    #expect(closed.status == 0, "\(closed.errors)")
  }

  @Test func aRestoredBackupIsTheWorkspaceAsItWas() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    try close("REM-1", code: "DAMAGED", sopwright, folder)
    let backup = "\(folder.path)/backup"
    let made = try sopwright.json("backup", backup)
    #expect(made["tree"] == (try sopwright.json("verify")["tree"]))
    #expect(made.names == ["folder", "made_at", "tree", "tip", "files", "bytes"])
    #expect(try mode("\(backup)/keys/checkpoint.key") == 0o600)
    #expect(try mode(backup) == 0o700)
    let restored = Sopwright(workspace: "\(folder.path)/restored")
    let result = try restored.json("restore", backup)
    #expect(result["tree"] == made["tree"] && result["replaced"] == .null)
    let verified = try restored.json("verify")
    #expect(verified["ok"] == true)
    #expect(verified["events"] == .integer(try size(made) + 1), "the restore is one event more")
    #expect(verified["notices"]?.elements.contains { $0["check"] == "restored" } == true)
    #expect(try restored.json("show", "REM-1")["state"] == "closed")
    // It goes on as the old one did.
    let more = try folder.write("more.csv", BackupCommandTests.rows(4...6))
    #expect(try restored.run("import", more, "--map", "tests").status == 0)
    #expect(try restored.run("comment", "REM-1", "--text", "Still here.").status == 0)
    #expect(try restored.json("verify")["ok"] == true)
    #expect(try sopwright.run("backup", backup).status == 1, "a folder that is not empty is refused")
    #expect(try sopwright.run("backup", "\(sopwright.workspace)/backup").status == 1, "and one in the workspace")
    #expect(try restored.run("restore", backup).status == 1, "and a workspace without --replace")
  }

  @Test func aBackupIsNoWorkspaceAndStaysAsItWasMade() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let backup = Sopwright(workspace: "\(folder.path)/backup")
    #expect(try sopwright.run("backup", backup.workspace).status == 0)
    for arguments in [
      ["verify"], ["items"], ["comment", "REM-1", "--text", "Here?"],
      ["restore", backup.workspace, "--replace", "--older-than-checkpoint"],
    ] {
      let refused = try Sopwright.process(
        Sopwright.path, arguments + ["-C", backup.workspace, "--as", "ana"])
      #expect(refused.status == 1 && refused.errors.contains("is a backup"), "\(arguments): \(refused.errors)")
    }
    #expect(try Sopwright(workspace: "\(folder.path)/restored").run("restore", backup.workspace).status == 0)
  }

  /// Whoever is at work in the folder that a link leads to has to notice that it was replaced.
  @Test func aLinkToAWorkspaceIsFollowed() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let linked = Sopwright(workspace: "\(folder.path)/link")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: linked.workspace, withDestinationPath: "ws")
    let backup = "\(folder.path)/backup"
    #expect(try sopwright.run("backup", backup).status == 0)
    for inside in ["backup", "export"] {
      let refused = try linked.run(inside, "\(linked.workspace)/more")
      #expect(refused.status == 1 && refused.errors.contains("is in the workspace"), "\(refused.errors)")
    }
    // It would be a backup no more.
    for inside in ["backup", "export"] {
      let refused = try sopwright.run(inside, "\(backup)/deep/more")
      #expect(refused.status == 1 && refused.errors.contains("is in the backup"), "\(refused.errors)")
    }
    let result = try linked.json("restore", backup, "--replace")
    #expect(try files.destinationOfSymbolicLink(atPath: linked.workspace) == "ws")
    let aside = try #require(result["replaced"]?.text)
    #expect(aside.contains("/ws.replaced-"))
    #expect(try files.attributesOfItem(atPath: aside)[.type] as? FileAttributeType == .typeDirectory)
    #expect(try sopwright.json("verify")["notices"]?.elements.contains { $0["check"] == "restored" } == true)
  }

  @Test func backupsMadeWhileOthersImportCloseAndTidyUpAllVerify() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let script = """
      set -eu
      for round in 1 2 3 4 5 6; do
        { echo id,at,code; for n in 1 2 3 4 5 6 7 8 9; do echo "r$round-$n,2026-02-0$n,Damaged"; done; } > "$1/round-$round.csv"
        "$2" import "$1/round-$round.csv" --map tests -C "$1/ws" --as ana
        printf -- '---\\ntitle: Round %s\\n---\\nRound %s.\\n' $round $round > "$1/round.md"
        "$2" sop propose packing/round.md --text "$1/round.md" --summary "Round $round" -C "$1/ws" --as ana
        "$2" approve CHG-$round --close -C "$1/ws" --as ben
        "$2" maintain -C "$1/ws" --as ana
      done
      touch "$1/done"
      """
    let work = Process()
    work.executableURL = URL(fileURLWithPath: "/bin/bash")
    work.arguments = ["-c", script, "bash", folder.path, Sopwright.path]
    work.standardOutput = FileHandle.nullDevice
    try work.run()
    var sizes: [Int64] = []
    while work.isRunning || sizes.isEmpty {
      let made = try sopwright.json("backup", "\(folder.path)/backup-\(sizes.count)")
      sizes.append(try size(made))
    }
    work.waitUntilExit()
    #expect(work.terminationStatus == 0 && FileManager.default.fileExists(atPath: "\(folder.path)/done"))
    sizes.append(try size(try sopwright.json("backup", "\(folder.path)/backup-\(sizes.count)")))
    #expect(sizes == sizes.sorted() && Set(sizes).count > 2, "\(sizes)")
    for (index, size) in sizes.enumerated() {
      let restored = Sopwright(workspace: "\(folder.path)/restored-\(index)")
      let result = try restored.run("restore", "\(folder.path)/backup-\(index)")
      #expect(result.status == 0, "backup \(index): \(result.errors)")
      // Catch-up finishes what was under way, and takes nothing for a push that is a closing.
      #expect(try restored.run("tick").status == 0)
      #expect(try restored.json("sop", "list", "--unapproved") == .array([]), "backup \(index)")
      #expect(try restored.json("verify")["ok"] == true, "backup \(index) of \(size) events")
      _ = try shell("git", "-C", "\(restored.workspace)/sop.git", "fsck", "--strict", "--no-dangling", "--no-progress")
    }
  }

  @Test(arguments: [
    "printf x >> taxonomy/codes.yaml", "printf x | dd of=sopwright.sqlite bs=1 seek=5000 conv=notrunc status=none",
    "rm taxonomy/people.yaml", "touch taxonomy/more.yaml", "sed -i 's/main/other/' sop.git/HEAD", "rm backup.json",
    "mkdir extra && echo exit > sop.git/hooks/post-receive",
    "f=$(find sop.git/objects -type f | head -1); chmod +w $f; : > $f",
    "sed -i 's/\\\"size\\\":\\([0-9]*\\)}/\\\"size\\\":1/' backup.json",
    "mv taxonomy/codes.yaml codes && ln -s ../codes taxonomy/codes.yaml",
    "rm backup.json && mkfifo backup.json", "rm backup.json && mkdir backup.json",
  ])
  func aBackupThatWasTamperedWithIsRefused(damage: String) throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let backup = "\(folder.path)/backup"
    _ = try sopwright.json("backup", backup)
    _ = try shell("bash", "-c", "cd \(backup) && \(damage)")
    let restored = Sopwright(workspace: "\(folder.path)/restored")
    let result = try restored.run("restore", backup)
    #expect(result.status == 1)
    #expect(result.errors.contains(backup), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: restored.workspace))
    #expect(!FileManager.default.fileExists(atPath: restored.workspace + ".unfinished"))
  }

  @Test func aBackupFromBeforeACheckpointIsRefusedUnlessThatIsAccepted() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let backup = "\(folder.path)/backup"
    let made = try sopwright.json("backup", backup)
    #expect(try sopwright.run("comment", "REM-1", "--text", "Decided later.").status == 0)
    let published = try sopwright.run("checkpoint")
    #expect(published.status == 0, "\(published.errors)")
    let kept = try folder.write("kept", published.output)
    let elsewhere = Sopwright(workspace: "\(folder.path)/elsewhere")
    let refused = try elsewhere.run("restore", backup, "--checkpoint", kept)
    #expect(refused.status == 1 && refused.errors.contains("--older-than-checkpoint"), "\(refused.errors)")
    let inPlace = try sopwright.run("restore", backup, "--replace")
    #expect(inPlace.status == 1 && inPlace.errors.contains("--older-than-checkpoint"), "\(inPlace.errors)")
    #expect(try sopwright.json("verify")["ok"] == true, "nothing was changed")
    let accepted = try sopwright.json("restore", backup, "--replace", "--older-than-checkpoint")
    #expect(accepted["events_lost"] != 0)
    let aside = try #require(accepted["replaced"]?.text)
    #expect(try Sopwright(workspace: aside).json("verify")["ok"] == true)
    let verified = try sopwright.json("verify")
    #expect(verified["ok"] == true)
    #expect(verified["events"] == .integer(try size(made) + 1))
    // Of another ledger: never.
    let otherFolder = try Folder()
    let other = try workspace(otherFolder)
    _ = try other.run("checkpoint")
    let foreign = try folder.write("foreign", try other.run("checkpoint").output)
    #expect(try elsewhere.run("restore", backup, "--checkpoint", foreign, "--older-than-checkpoint").status == 1)
    let another = try other.run("restore", backup, "--replace", "--older-than-checkpoint")
    #expect(another.status == 1 && another.errors.contains("another workspace"), "\(another.errors)")
  }

  @Test func aKilledBackupRestoreOrUpkeepLeavesEverythingAsItWas() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder, rows: 9)
    let backup = "\(folder.path)/backup"
    _ = try sopwright.json("backup", backup)
    var kills = 0
    for milliseconds in stride(from: 5, through: 400, by: 35) {
      let wait = "0.\(String(repeating: "0", count: 3 - String(milliseconds).count))\(milliseconds)"
      let ends = ["-C", sopwright.workspace, "--as", "ana"]
      kills += try killed(after: wait, ["backup", "\(folder.path)/late"] + ends) ? 1 : 0
      if FileManager.default.fileExists(atPath: "\(folder.path)/late") {
        #expect(try Sopwright(workspace: "\(folder.path)/checked").run("restore", "\(folder.path)/late").status == 0)
        _ = try shell("rm", "-rf", "\(folder.path)/late", "\(folder.path)/checked")
      } else {
        let unfinished = try Sopwright(workspace: "\(folder.path)/no").run("restore", "\(folder.path)/late.unfinished")
        #expect(unfinished.status == 1)
      }
      kills += try killed(after: wait, ["restore", backup, "-C", "\(folder.path)/place", "--as", "ana"]) ? 1 : 0
      if FileManager.default.fileExists(atPath: "\(folder.path)/place") {
        #expect(try Sopwright(workspace: "\(folder.path)/place").json("verify")["ok"] == true)
        _ = try shell("rm", "-rf", "\(folder.path)/place")
      }
      kills += try killed(after: wait, ["maintain"] + ends) ? 1 : 0
      let verified = try sopwright.run("verify")
      #expect(verified.status == 0, "\(verified.output)")
      _ = try shell("git", "-C", "\(sopwright.workspace)/sop.git", "fsck", "--strict", "--no-dangling", "--no-progress")
    }
    print("killed \(kills) backups, restores and upkeeps")
    #expect(kills > 5)
    #expect(try Sopwright(workspace: "\(folder.path)/place").run("restore", backup).status == 0, "the backup is whole")
    #expect(try sopwright.run("backup", "\(folder.path)/late").status == 0, "what was left is cleared away")
  }

  @Test func upkeepPacksEverythingAndSaysSo() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let repository = "\(sopwright.workspace)/sop.git"
    let before = try shell("git", "-C", repository, "cat-file", "--batch-all-objects", "--batch-check")
    let done = try sopwright.json("maintain")
    #expect(done["log"]?["after"] == 0 && done["loose_objects"]?["after"] == 0 && done["packs"]?["after"] == 1)
    let after = try shell("git", "-C", repository, "cat-file", "--batch-all-objects", "--batch-check")
    #expect(Set(before.split(separator: "\n")).isSubset(of: after.split(separator: "\n")))
    for round in 1...17 {
      let text = try folder.write("sop.md", "---\ntitle: Round\n---\nRound \(round).\n")
      let change = try sopwright.json(
        "sop", "propose", "round.md", "--text", text, "--summary", "Round \(round)")
      #expect(try sopwright.run("approve", change["id"]?.text ?? "", "--close", as: "ben").status == 0)
      let packs = try sopwright.json("maintain")["packs"]?["after"]
      // Sixteen packs are made into one.
      #expect(packs == .integer(round < 16 ? Int64(round) + 1 : Int64(round) - 15), "after round \(round)")
    }
    #expect(try shell("git", "-C", repository, "count-objects", "-v").contains("garbage: 0"))
    #expect(try sopwright.json("verify")["ok"] == true)
  }

  private func killed(after seconds: String, _ arguments: [String]) throws -> Bool {
    try Sopwright.process("/usr/bin/timeout", ["-s", "KILL", seconds, Sopwright.path] + arguments).status != 0
  }

  private func size(_ made: JSONValue) throws -> Int64 {
    guard case .integer(let size)? = made["tree"]?["size"] else { throw CocoaError(.coderInvalidValue) }
    return size
  }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }
}
