// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// What is typed by mistake or malice: one sentence that names it, no byte that a terminal obeys, and nothing is changed.
@Suite struct BadArgumentTests {
  private static let sop = "handbook/procedure-for-a-new-code.md"
  private static let escape = "\u{1B}[31m\u{9B}2J\u{202E}"

  private func workspace(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let rows = (1...3).map { "d\($0),2026-01-0\($0),Damaged\n" }.joined() + "l1,2026-01-01,Lost\n"
    let made = try Sopwright.process(
      Sopwright.path,
      [
        "init", sopwright.workspace, "--from", try folder.write("first.csv", "id,at,code\n" + rows), "--map",
        try folder.write("tests.yaml", "source: tests\nid: id\noccurred_at: at\ncode: code\n"), "--people", "ana,ben",
        "--as", "ana",
      ])
    #expect(made.status == 0, "\(made.errors)")
    return sopwright
  }

  /// Each is refused in a sentence that says `expected`, and afterwards the workspace is what it was.
  private func expectRefused(
    _ rows: [(arguments: [String], expected: String)], status: Int32 = 1, in sopwright: Sopwright
  ) throws {
    let before = try sopwright.json("verify")
    for (arguments, expected) in rows {
      let run = try Sopwright.process(
        Sopwright.path, arguments, environment: ["SOPWRIGHT_WORKSPACE": sopwright.workspace, "SOPWRIGHT_USER": "ana"])
      #expect(run.status == status, "\(arguments): \(run)")
      #expect(run.errors.contains(expected), "\(arguments): \(run.errors)")
      #expect(run.output.isEmpty && isHarmless(run.errors), "\(arguments): \(run.errors.debugDescription)")
      if status == 1 { #expect(run.errors.split(separator: "\n").count == 1, "\(arguments): \(run.errors)") }
    }
    #expect(try sopwright.json("verify") == before)
    #expect(before["ok"] == true)
  }

  private func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\n"
      default: true
      }
    }
  }

  @Test func aPathThatIsNoneOfAnSOP() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let text = try folder.write("text.md", "---\ncodes: [DAMAGED]\n---\nDo it better.\n")
    let paths = [
      "../x", "../../etc/passwd", "/abs", "a//b", "", ".git/config", ".GIT", "git~1", ".git.", ".git ",
      ".git::$INDEX_ALLOCATION", ".g\u{200C}it", "a\\b", "a\nb", "a\u{1}", "a\u{202E}b.md", "cafe\u{301}.md",
      ".gitmodules", ".gitattributes", "con.md", "nul.md", "-rf", "--upload-pack=x", "a .md ", "%252e%252e/x.md",
      "HEAD@{1}", ":/regex", BadArgumentTests.escape, String(repeating: "a", count: 4096),
      String(repeating: "a/", count: 300) + "a.md",
    ]
    let expected = "cannot be the path of an SOP: "
    try expectRefused(paths.map { (["sop", "show", "--", $0], expected) }, in: sopwright)
    try expectRefused(
      paths.filter { !$0.isEmpty }.map {
        (["propose", "REM-1", "--sop=\($0)", "--text", text, "--summary", "Better"], expected)
      },
      in: sopwright)
  }

  /// What the system does not let us look at is not said to be missing.
  @Test func anAddressOrAFolderThatCannotBeHad() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let long = String(repeating: "a", count: 300)
    let elsewhere = "\(folder.path)/restored"
    try expectRefused(
      [
        (["serve", "--host", "nosuch.invalid"], "There is no host nosuch.invalid."),
        (["serve", "--host", "203.0.113.9"], "203.0.113.9 is no address of this machine."),
        (["items", "-C", long], "cannot be looked at: File name too long."),
        (["restore", long, "-C", elsewhere], "cannot be read: File name too long."),
        (["restore", folder.path, "-C", elsewhere], "is no backup"),
      ], in: sopwright)
    let backup = "\(folder.path)/backup"
    #expect(try sopwright.run("backup", backup).status == 0)
    let note = try sopwright.run("checkpoint").output
    let unsigned = try folder.write("unsigned", note.replacing("\u{2014} ", with: "\u{2014} x"))
    try expectRefused(
      [(["restore", backup, "-C", elsewhere, "--checkpoint", unsigned], "\(unsigned): It bears no signature")],
      in: sopwright)
  }

  @Test func bytesThatAreNoText() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    for command in ["sop show", "trace", "items --owner", "show", "sop search"] {
      let run = try Sopwright.process(
        "/bin/sh",
        [
          "-c", "exec \"$0\" \(command) \"$(printf 'a\\377\\200.md')\" -C \"$1\" --as ana", Sopwright.path,
          sopwright.workspace,
        ])
      #expect(run.status == 1 || command == "sop search", "\(command): \(run)")
      #expect(isHarmless(run.errors))
    }
    #expect(try sopwright.json("verify")["ok"] == true)
  }

  /// A version is a number or digits of its commit: nothing that git would look up, nobody else's object.
  @Test func aRevisionThatIsNoVersion() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    func git(_ arguments: String...) throws -> String {
      try Sopwright.process("/usr/bin/git", ["-C", "\(sopwright.workspace)/sop.git"] + arguments).output
        .trimmingCharacters(in: .newlines)
    }
    let commit = try git("rev-parse", "main")
    _ = try git("-c", "user.name=x", "-c", "user.email=x@y", "tag", "-a", "t", "-m", "t")
    let revisions = [
      "HEAD", "HEAD@{1}", ":/regex", "--upload-pack=x", "main", "main^", "refs/heads/main", "0", "-1",
      "99999999999999999999", "1e0", "", "abcd", commit.uppercased(), String(commit.prefix(3)), "\(commit)0",
      try git("rev-parse", "main:"), try git("rev-parse", "main:\(BadArgumentTests.sop)"), try git("rev-parse", "t"),
      "t",
      BadArgumentTests.escape,
    ]
    try expectRefused(
      revisions.map { (["sop", "show", "\(BadArgumentTests.sop)@\($0)"], "has no version") },
      in: sopwright)
    try expectRefused(
      revisions.map { (["trace", "commit:\($0)"], "Nothing here is called") }, in: sopwright)
    let shown = try sopwright.run("sop", "show", "\(BadArgumentTests.sop)@\(commit.prefix(7))")
    #expect(shown.status == 0 && shown.output.contains("How we write the procedure"))
  }

  @Test func namesThatAreNothing() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    var rows: [(arguments: [String], expected: String)] = []
    for id in [
      "REM-01", "REM-0", "REM-99999999999999999999", "REM-\u{FF11}", "REM-1 OR 1=1", "REM-1; rm -rf /", "CHG-1",
    ] {
      rows.append((["acknowledge", id], "There is no item"))
    }
    rows += [
      (["show", "REM-9\(BadArgumentTests.escape)"], "There is no item"),
      (["approve", "CHG-9"], "There is no SOP change"),
      (["exceptions", "--code", "%"], "no exception code %"), (["exceptions", "--code", "_ost"], "no exception code"),
      (["exceptions", "--code", "LOST' OR '1'='1"], "no exception code"),
      (["exceptions", "--root-cause", "* ORDER BY 1"], "no root-cause tag"),
      (["items", "--owner", "%' OR 1=1 --"], "is not a person"), (["items", "--owner", ""], "is not a person"),
      (["trace", "ref:%"], "Nothing here is called"), (["trace", "ref:d_"], "Nothing here is called"),
      (["trace", ""], "Nothing here is called"), (["trace", "sop:\(BadArgumentTests.sop):0"], "has no line 0"),
      (["trace", "sop:\(BadArgumentTests.sop):-1"], "has no line -1"),
      (["trace", "sop:\(BadArgumentTests.sop):99999999999999999999"], "Nothing here is called"),
      (["exceptions", "--since", "99999-01-01"], "is not a time"),
      (["exceptions", "--since", "29/2/2016"], "is not a time"),
      (["record", "--code", "LOST", "--at", "0000-00-00"], "is not a time"),
      (["record", "--code", "LOST", "--ref", ""], "cannot be a reference"),
      (["record", "--code", "LOST", "--ref", "a\n\(BadArgumentTests.escape)"], "cannot be a reference"),
      (["record", "--code", "LOST", "--ref", String(repeating: "r", count: 1001)], "cannot be a reference"),
      (["simulate", "--recurrence", "99999999999999999999/1d"], "is no recurrence rule"),
      (["import", "\(folder.path)/none\r\n\(BadArgumentTests.escape).csv", "--map", "tests"], "cannot be read"),
    ]
    try expectRefused(rows, in: sopwright)
  }

  @Test func wrongUsage() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    var rows: [(arguments: [String], expected: String)] = [
      (["items", "--state", BadArgumentTests.escape], "There is no state"),
      (["items", "--\(BadArgumentTests.escape)"], "Unknown option"),
      (["items", BadArgumentTests.escape], "Unexpected argument"),
      (["sop", "search", "x", "--limit=-1"], "limit"),
      (["sop", "search", "x", "--limit=1000000000000000000"], "limit"),
    ]
    for limit in ["-1", "0", "1e3", "99999999999999999999"] {
      rows.append((["exceptions", "--limit=\(limit)"], "limit"))
    }
    for amount in ["1e400", "99999999999999999999999", "NaN", "1,5,5"] {
      rows.append((["record", "--code", "LOST", "--amount=\(amount)", "--currency", "EUR"], "amount"))
    }
    rows.append((["record", "--code", "LOST", "--amount", "1", "--currency", "ZZZZ"], "currency"))
    try expectRefused(rows, status: 64, in: sopwright)
    #expect(try sopwright.json("exceptions", "--limit", "1000000000000000000").elements.count == 4)
  }

  /// Read to the end, none of them would end; read into memory, none would fit.
  @Test func filesWithoutEnd() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let export = try folder.write("next.csv", "id,at,code\nn,2026-01-05,Lost\n")
    let pipe = "\(folder.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    try expectRefused(
      [
        (["import", "/dev/zero", "--map", "tests"], "is a pipe or a device"),
        (["import", pipe, "--map", "tests"], "is a pipe or a device"),
        (["taxonomy", "suggest", "/dev/zero"], "is a pipe or a device"),
        (["import", folder.path, "--map", "tests"], "cannot be read: Is a directory"),
        (["import", export, "--map", "/dev/zero"], "The file is larger than 4 MiB"),
        (
          ["propose", "REM-1", "--sop", "a.md", "--text", "/dev/zero", "--summary", "x"],
          "more than the 1,048,576 bytes"
        ),
        (
          ["propose", "REM-1", "--sop", "a.md", "--text", "\(folder.path)/none", "--summary", "x"],
          "There is no such file"
        ),
        (["checkpoint", "--since", "/dev/zero"], "at most 1000000 are read"),
        (["import", export, "--map", pipe], "is a pipe with a name"),
        (["propose", "REM-1", "--sop", "a.md", "--text", pipe, "--summary", "x"], "is a pipe with a name"),
        (["propose", "REM-1", "--sop", "a.md", "--text", folder.path, "--summary", "x"], "It is a folder"),
        (["checkpoint", "--since", folder.path], "It is a folder"),
      ], in: sopwright)
    let fromShell = try Sopwright.process(
      "/bin/bash",
      [
        "-c",
        "exec \"$0\" propose REM-1 --sop a.md --text <(printf -- '---\\ncodes: [DAMAGED]\\n---\\nLook.\\n') --summary x -C \"$1\" --as ana",
        Sopwright.path, sopwright.workspace,
      ])
    #expect(fromShell.status == 0, "\(fromShell)")
    let standardInput = try Sopwright.process(
      "/bin/sh",
      [
        "-c", "exec \"$0\" propose REM-1 --sop a.md --text - --summary x -C \"$1\" --as ana < /dev/zero",
        Sopwright.path,
        sopwright.workspace,
      ])
    #expect(
      standardInput.status == 1 && standardInput.errors.contains("more than the 1,048,576 bytes"), "\(standardInput)")
  }

  /// git would take some of these for options, or run a command for them.
  @Test(arguments: ["--upload-pack=touch pwned", "ext::sh -c touch% pwned", "-rf", "/etc/passwd", "a\u{1B}[31mb"])
  func aRepositoryThatIsNone(address: String) throws {
    let folder = try Folder()
    let run = try Sopwright.process(
      Sopwright.path, ["init", "\(folder.path)/ws", "--sop=\(address)", "--as", "ana"])
    #expect(run.status != 0 && isHarmless(run.errors))
    #expect(
      run.errors.contains("Cannot clone") && run.errors.contains("name the folder of a git repository"), "\(run.errors)"
    )
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/ws/sop.git"))
    let again = try Sopwright.process(Sopwright.path, ["init", "\(folder.path)/ws", "--as", "ana"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(!FileManager.default.fileExists(atPath: "pwned"))
  }
}
