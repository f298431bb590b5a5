// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

/// Exports that somebody sent and did not import, and that hold what is to be erased.
@Suite struct UploadErasingTests {
  private static let ana = TestWorkspace.caller("ana", after: 60)

  private func keep(_ text: String, named name: String = "a.csv", in test: TestWorkspace) throws -> String {
    try keep(Array(text.utf8), named: name, in: test)
  }

  private func keep(_ bytes: [UInt8], named name: String = "a.csv", in test: TestWorkspace) throws -> String {
    let upload = try test.workspace.newUpload(named: name, by: UploadErasingTests.ana)
    try Data(bytes).write(to: URL(fileURLWithPath: upload.exportPath))
    try test.workspace.accept(upload)
    return upload.id
  }

  private func found(_ values: [String], in test: TestWorkspace) throws -> [String] {
    try test.workspace.uploads(holding: SoughtValues(values))
  }

  @Test func aValueIsFoundHoweverAnExportWritesIt() throws {
    let test = try TestWorkspace([])
    let latin = try keep(Array("id,who\n1,Ren".utf8) + [0xE9, 0x65] + Array(" Dupont\n".utf8), in: test)
    let utf8 = try keep("id,who\n1,RENÉE DUPONT\n", in: test)
    let quoted = try keep("id,who\n1,\"Jo \"\"Red\"\" Smith\"\n", in: test)
    let escaped = try keep(#"{"id":1,"who":"Ren\u00e9e Dupont"}"# + "\n", named: "a.jsonl", in: test)
    _ = try keep("id,who\n1,Renée Dupontel\n", in: test)
    #expect(try found(["Renée Dupont"], in: test) == [latin, utf8, escaped].sorted())
    #expect(try found(["Jo \"Red\" Smith"], in: test) == [quoted])
    #expect(try found(["Nobody"], in: test).isEmpty && found([], in: test).isEmpty)
  }

  /// A file is read in portions; a value may lie across two of them.
  @Test(arguments: [-20, -12, -6, 0, 6])
  func aValueIsFoundWhereverItStands(offset: Int) throws {
    let test = try TestWorkspace([])
    let line = "0123456789,somebody else\n"
    var text = String(repeating: line, count: (1 << 22) / line.utf8.count + 1)
    text = String(text.prefix((1 << 22) + offset)) + ",Zebulon Quixote,\n" + line
    let id = try keep(text, in: test)
    #expect(try found(["zebulon quixote"], in: test) == [id])
    #expect(try found(["zebulon quixot"], in: test).isEmpty)
  }

  /// A row of JSON Lines may be longer than what is looked at together, and written in escapes.
  @Test(arguments: [-70_000, -8_000, -300, -14, -3, 2])
  func aValueIsFoundInALongRowWhereverItIsCut(offset: Int) throws {
    let test = try TestWorkspace([])
    let member = #", "who": "J\u00f6rg  Zw\u00f6lfer", "#
    let before = #"{"note": ""# + String(repeating: "lorem ipsum ", count: (1 << 22) / 12 + 1)
    let start = String(before.prefix((1 << 22) + offset - member.utf8.count / 2)) + "\""
    let id = try keep(start + member + String(before.dropFirst()) + "\"}\n", named: "a.jsonl", in: test)
    #expect(try found(["Jörg Zwölfer"], in: test) == [id])
    #expect(try found(["Jörg Zwölf"], in: test).isEmpty)
    #expect(try found(["rem ipsum"], in: test).isEmpty)
  }

  @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian])
  func aValueIsFoundInUTF16(encoding: String.Encoding) throws {
    let test = try TestWorkspace([])
    let rows = "id,who\n" + String(repeating: "1,Müller\n", count: 300_000) + "2,Jörg Zwölfer\n3,Jorge\n"
    let id = try keep([UInt8](#require(rows.data(using: encoding))), in: test)
    #expect(try found(["jörg zwölfer"], in: test) == [id])
    #expect(try found(["Jörg"], in: test) == [id] && found(["örg"], in: test).isEmpty)
  }

  @Test(arguments: [
    "Jörg  Zwölfer", "Jörg\u{A0}Zwölfer", "\"Jörg\nZwölfer\"", "\"Jörg\r\n\tZwölfer\"", "Jo\u{308}rg ZWO\u{308}LFER",
  ])
  func aValueIsFoundWhateverIsBetweenItsWords(written: String) throws {
    let test = try TestWorkspace([])
    let id = try keep("id,who\n1,\(written)\n", in: test)
    #expect(try found(["Jörg Zwölfer"], in: test) == [id])
  }

  /// What is in an upload alone needs no event to go; who asked is told.
  @Test func whatOnlyAnUploadHoldsGoesWithIt() throws {
    let test = try TestWorkspace([])
    _ = try keep("id,who\n1,Zebulon Quixote\n", in: test)
    let before = try test.workspace.treeState().size
    let subject = ErasureSubject(values: ["Zebulon Quixote"])
    #expect(
      try test.workspace.lookAtErasure(of: subject, reason: "Asked.", by: UploadErasingTests.ana).uploads == 1)
    #expect(test.workspace.uploads(by: UploadErasingTests.ana).count == 1)
    let look = try test.workspace.lookAtErasure(of: subject, reason: "Asked.", by: UploadErasingTests.ana)
    #expect(!look.isRecorded)
    let done = try test.workspace.erase(subject, reason: "Asked.", by: UploadErasingTests.ana)
    #expect(done.event == nil && done.uploads.count == 1 && done.remains.isEmpty)
    #expect(test.workspace.uploads(by: UploadErasingTests.ana).isEmpty)
    #expect(try test.workspace.treeState().size == before)
    #expect(throws: ErasureError.nothingFound([])) {
      try test.workspace.lookAtErasure(of: subject, reason: "Asked.", by: UploadErasingTests.ana)
    }
  }
}
