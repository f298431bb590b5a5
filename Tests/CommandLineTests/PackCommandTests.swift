// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// `export` and `verify --pack` as processes.
@Suite struct PackCommandTests {
  private func packed(_ folder: Folder) throws -> (sopwright: Sopwright, pack: String) {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let made = try Sopwright.process(Sopwright.path, ["init", sopwright.workspace, "--as", "ana"])
    #expect(made.status == 0, "\(made)")
    #expect(try sopwright.run("record", "--code", "RF-01", "--ref", "=1+1").status == 0)
    #expect(try sopwright.run("checkpoint").status == 0)
    let pack = "\(folder.path)/pack"
    let exported = try sopwright.json("export", pack)
    #expect(exported["exceptions"] == .integer(1) && exported["unsigned_events"] == .integer(0))
    return (sopwright, pack)
  }

  private func verify(_ arguments: String...) throws -> Sopwright.Result {
    // From elsewhere: it needs no workspace.
    try Sopwright.process(Sopwright.path, ["verify", "--format", "json"] + arguments)
  }

  private func notices(_ result: Sopwright.Result) throws -> [String] {
    let json = try result.json
    return json["notices"]?.elements.compactMap { $0["check"]?.text } ?? []
  }

  @Test func aPackIsVerifiedWithoutItsWorkspace() throws {
    let folder = try Folder()
    let (sopwright, pack) = try packed(folder)
    let key = "\(folder.path)/known.vkey"
    try FileManager.default.copyItem(atPath: "\(sopwright.workspace)/keys/checkpoint.vkey", toPath: key)
    try FileManager.default.removeItem(atPath: sopwright.workspace)
    let own = try verify("--pack", pack)
    #expect(own.status == 0)
    #expect(try notices(own) == ["own_key"])
    let known = try verify("--pack", pack, "--key", key, "--since", "\(pack)/checkpoint")
    #expect(known.status == 0, "\(known)")
    #expect(try notices(known) == [])
    #expect(try known.json["exceptions"] == .integer(1))
    #expect(try known.json["tree"]?["size"] == known.json["events"])
  }

  @Test func aChangedPackIsAFindingAndEverythingElseASentence() throws {
    let folder = try Folder()
    let (_, pack) = try packed(folder)
    let events = "\(pack)/events.jsonl"
    let text = try String(contentsOfFile: events, encoding: .utf8)
    try text.replacing("\"kind\":\"batch_received\"", with: "\"kind\":\"batch_receivee\"")
      .write(toFile: events, atomically: true, encoding: .utf8)
    let changed = try verify("--pack", pack)
    #expect(changed.status == 2)
    let checks = try changed.json["findings"]?.elements.compactMap { $0["check"]?.text } ?? []
    #expect(Set(checks).isSuperset(of: ["file_sum", "event_bytes", "checkpoint_root"]), "\(checks)")
    for arguments in [
      ["--pack", folder.path], ["--pack", "\(folder.path)/none"], ["--pack", pack, "--key", "nobody"],
      ["--pack", pack, "--since", "\(folder.path)/none"],
    ] {
      let refused = try Sopwright.process(Sopwright.path, ["verify"] + arguments)
      #expect(refused.status == 1 && refused.output.isEmpty, "\(arguments): \(refused)")
      #expect(refused.errors.hasPrefix("sopwright: ") && refused.errors.split(separator: "\n").count == 1)
    }
    #expect(try verify("--since", pack).status == 64)
  }

  @Test func anExportGoesToAFolderOfItsOwn() throws {
    let folder = try Folder()
    let (sopwright, pack) = try packed(folder)
    let again = try sopwright.run("export", pack)
    #expect(again.status == 1 && again.errors.contains("is not empty"))
    #expect(try sopwright.run("export", "/proc/nowhere").status == 1)
    let asked = try sopwright.run("record", "--code", "RF-01", "--ref", "2")
    #expect(asked.status == 0)
    let unsigned = try sopwright.run("export", "\(folder.path)/next")
    #expect(unsigned.status == 0 && unsigned.errors.contains("no signature covers"), "\(unsigned)")
    #expect(try notices(verify("--pack", "\(folder.path)/next")).contains("unsigned_events"))
  }
}
