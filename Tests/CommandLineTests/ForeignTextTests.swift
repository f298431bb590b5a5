// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// What somebody else wrote is shown to people without what a terminal would obey, and given to programs as it is.
@Suite struct ForeignTextTests {
  /// Colours, a title, a forged line, a direction turned round.
  private static let harm = "\u{1B}[31m\u{1B}]0;title\u{7}\rsopwright: all is well\u{9B}2J\u{202E}"

  private func git(_ folder: String, _ arguments: String...) throws -> String {
    let run = try Sopwright.process(
      "/usr/bin/git", ["-C", folder, "-c", "user.name=d\u{1B}[31m", "-c", "user.email=d@example.org"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return run.output.trimmingCharacters(in: .newlines)
  }

  private func isHarmless(_ run: Sopwright.Result) -> Bool {
    !(run.output + run.errors).unicodeScalars.contains {
      $0 == "\u{1B}" || $0 == "\r" || $0 == "\u{7}" || $0 == "\u{9B}" || $0 == "\u{202E}"
    }
  }

  /// A handbook with file names, an author, a message and texts that were made to harm.
  private func handbook(_ folder: Folder) throws -> String {
    let path = "\(folder.path)/sops"
    _ = try Sopwright.process("/usr/bin/git", ["init", "-q", "-b", "main", path])
    try "# Title \(ForeignTextTests.harm)\n\nText \(ForeignTextTests.harm)\n".write(
      toFile: "\(path)/good.md", atomically: true, encoding: .utf8)
    try "x".write(toFile: "\(path)/a\u{1B}[31m\u{202E}b.md", atomically: true, encoding: .utf8)
    _ = try git(path, "add", "-A")
    _ = try git(path, "commit", "-q", "-m", "Edit \(ForeignTextTests.harm)")
    return path
  }

  @Test func namesAuthorsAndTextsOfAHandbook() throws {
    let folder = try Folder()
    let path = try handbook(folder)
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let made = try Sopwright.process(
      Sopwright.path, ["init", sopwright.workspace, "--sop", path, "--people", "ana,ben", "--as", "ana"])
    #expect(made.status == 0 && made.output.contains("left alone"), "\(made)")
    #expect(isHarmless(made), "\(made.output.debugDescription)")
    for arguments in [
      ["sop", "list"], ["sop", "list", "--left-alone"], ["sop", "history", "good.md"], ["sop", "blame", "good.md"],
      ["sop", "search", "well"], ["trace", "sop:good.md"], ["show", "sop:good.md"], ["verify"],
    ] {
      let run = try Sopwright.process(
        Sopwright.path, arguments + ["-C", sopwright.workspace, "--as", "ana"])
      #expect(run.status == 0 && isHarmless(run), "\(arguments): \(run.output.debugDescription) \(run.errors)")
    }
  }

  /// A pipe gets the text as it is, because somebody edits it and proposes it again; a terminal, which `script` makes, does not.
  @Test func aTextGoesToProgramsAsItIs() throws {
    let folder = try Folder()
    let path = try handbook(folder)
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    _ = try Sopwright.process(Sopwright.path, ["init", sopwright.workspace, "--sop", path, "--as", "ana"])
    let piped = try sopwright.run("sop", "show", "good.md")
    #expect(piped.output == (try String(contentsOfFile: "\(path)/good.md", encoding: .utf8)))
    let command = "\(Sopwright.path) sop show good.md -C \(sopwright.workspace) --as ana"
    let shown = try Sopwright.process("/bin/sh", ["-c", "script -qec '\(command)' /dev/null | tr -d '\\r'"])
    #expect(shown.output.contains("# Title \u{FFFD}[31m\u{FFFD}]0;title"), "\(shown.output.debugDescription)")
    #expect(isHarmless(shown), "\(shown.output.debugDescription)")
    #expect(try sopwright.json("sop", "show", "good.md")["text"]?.text == piped.output, "JSON loses nothing")
  }

  @Test func namesOfColumnsAndFilesAndWhatPeopleSay() throws {
    let folder = try Folder()
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let rows = (1...3).map { "d\($0)\u{1B}[31m,2026-01-0\($0),Da\u{1B}[31mmaged\n" }.joined()
    let export = try folder.write("first.csv", "id,at,code\n" + rows)
    let map = try folder.write("tests.yaml", "source: tests\nid: id\noccurred_at: at\ncode: code\n")
    let made = try Sopwright.process(
      Sopwright.path, ["init", sopwright.workspace, "--from", export, "--map", map, "--as", "ana"])
    #expect(made.status == 0 && isHarmless(made), "\(made)")
    let other = try folder.write("o\r\n\u{1B}[31m.csv", "i\u{1B}[31md,\u{202E}at,code\nx,2026-01-01,y\n")
    let refused = try sopwright.run("import", other, "--map", "tests")
    #expect(refused.status == 1 && refused.errors.contains("reads the column \"id\""), "\(refused)")
    #expect(
      isHarmless(refused) && refused.errors.split(separator: "\n").count == 1, "\(refused.errors.debugDescription)")
    let held = try folder.write("held.csv", "id,at,code\nx,\(ForeignTextTests.harm),y\n")
    #expect(try isHarmless(sopwright.run("import", held, "--map", "tests", "--dry-run")))
    #expect(try sopwright.run("import", held, "--map", "tests").status == 0)
    #expect(try sopwright.run("comment", "REM-1", "--text", ForeignTextTests.harm).status == 0)
    for arguments in [
      ["quarantine", "list"], ["show", "REM-1"], ["items"], ["exceptions"], ["taxonomy", "show"],
      ["taxonomy", "suggest", other], ["simulate"], ["verify"],
    ] {
      let run = try Sopwright.process(
        Sopwright.path, arguments + ["-C", sopwright.workspace, "--as", "ana"])
      #expect(isHarmless(run), "\(arguments): \(run.output.debugDescription) \(run.errors.debugDescription)")
    }
    #expect(try sopwright.json("verify")["ok"] == true)
    #expect(try sopwright.json("exceptions").elements.first?["ref"]?.text == "d1\u{1B}[31m", "JSON loses nothing")
  }
}
