// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// Checkpoints and receipts by the command line: what is printed, and with which status.
@Suite struct CheckpointCommandTests {
  private func closed(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    try sopwright.run("init", sopwright.workspace, "--people", "ana,ben")
    for number in 1...3 { try sopwright.run("record", "--code", "RF-01", "--ref", "r\(number)") }
    let item = try #require(try sopwright.json("items").elements.first?["id"]?.text)
    let text = try folder.write("text.md", "---\ntitle: T\ncodes: [RF-01]\n---\n\nDo it better.\n")
    try sopwright.run("propose", item, "--sop", "refunds/late.md", "--text", text, "--summary", "Better")
    #expect(try sopwright.json("approve", item, "--close", as: "ben")["state"] == "closed")
    return sopwright
  }

  @Test func aCheckpointIsPrintedKeptAndComparedLater() throws {
    let folder = try Folder()
    let sopwright = try closed(folder)
    let json = try sopwright.json("checkpoint")
    #expect(json.names == ["origin", "size", "root", "note", "published_at", "key", "cosignatures"])
    let text = try sopwright.run("checkpoint")
    #expect(text.output == json["note"]?.text)
    let note = try folder.write("kept.note", text.output)
    try sopwright.run("record", "--code", "RF-01", "--ref", "later")
    let compared = try sopwright.json("checkpoint", "--since", note)
    #expect(compared["since"]?["ok"] == true)
    #expect(compared["since"]?.names == ["ok", "size", "root", "proof", "problem"])
    #expect(compared["since"]?["size"] == json["size"])
    let proof = try sopwright.run("checkpoint", "--since", note)
    #expect(proof.status == 0)
    #expect(proof.output.hasPrefix("old "))
    let forged = try folder.write("forged.note", text.output.replacingOccurrences(of: "\n1", with: "\n2"))
    let refused = try sopwright.run("checkpoint", "--since", forged)
    #expect(refused.status == 2, "\(refused.errors)")
    #expect(refused.output.contains("wrong"))
    #expect(try sopwright.run("checkpoint", "--since", "\(folder.path)/none").status == 1)
    #expect(try sopwright.run("checkpoint", "--since", note, "--cosign", note).status == 64)
  }

  @Test func anAuditorCosignsAndTheReceiptSaysSo() throws {
    let folder = try Folder()
    let sopwright = try closed(folder)
    let key = "\(folder.path)/dora.key"
    let made = try sopwright.json("checkpoint", "--make-key", key, "--name", "example.org/dora")
    #expect(try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int == 0o600)
    #expect(try sopwright.run("checkpoint", "--make-key", key).status == 1, "never overwritten")
    try sopwright.run("people", "add", "dora", "--role", "auditor")
    try sopwright.run("taxonomy", "adopt", as: "ben")
    let signed = try sopwright.json("checkpoint", "--cosign", key, as: "dora")
    #expect(signed["cosignatures"]?.elements.map { $0["key"] } == [made["key"]])
    let item = try #require(try sopwright.json("items", "--state", "closed").elements.first?["id"]?.text)
    let receipt = try folder.write("receipt", sopwright.run("prove", item).output)
    let dora = try #require(made["key"]?.text)
    func verify(_ arguments: String...) throws -> Sopwright.Result {
      try Sopwright.process(Sopwright.path, ["verify", "--receipt", receipt] + arguments)
    }
    let ledgerKey = try #require(signed["key"]?.text)
    let good = try verify("--key", ledgerKey, "--cosigner", dora, "--format", "json")
    #expect(good.status == 0, "\(good.errors)")
    #expect(try good.json["kind"] == "item_closed")
    #expect(try good.json["signatures"]?.elements.count == 2)
    #expect(try verify("--key", dora).status == 2)
    #expect(try verify().status == 64)
    // Somebody puts another ledger under the auditor's nose: the memory of what was signed last decides.
    let memory = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix("dora.key.") })
    let remembered = try String(contentsOfFile: "\(folder.path)/\(memory)", encoding: .utf8)
    let elsewhere = try Folder()
    let foreign = try closed(elsewhere).json("checkpoint")
    let forged = try #require(foreign["note"]?.text) + (remembered.split(separator: "\n").last ?? "") + "\n"
    _ = try folder.write(memory, forged)
    #expect(
      try sopwright.run("checkpoint", "--cosign", key, as: "dora").status == 1, "a memory that the key did not sign")
  }

  @Test func theBytesOfTheEventAreWrittenForOtherTools() throws {
    let folder = try Folder()
    let sopwright = try closed(folder)
    let leaf = "\(folder.path)/leaf.json"
    let receipt = try sopwright.json("prove", "CHG-1", "--leaf", leaf)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: leaf))
    #expect(receipt["leaf"]?.text == String(decoding: bytes, as: UTF8.self))
    #expect(try JSONValue(parsing: [UInt8](bytes))["kind"] == "change_committed")
    #expect(try sopwright.run("prove", "CHG-2").status == 1)
    #expect(try sopwright.run("prove", "nothing").status == 1)
  }
}
