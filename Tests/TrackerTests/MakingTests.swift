// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing

@testable import Tracker

/// What an interrupted `init` leaves, and what the next one does with it.
@Suite struct MakingTests {
  private let ana = TestWorkspace.caller("ana")

  private struct Interruption: Error {}

  /// What was there when it was killed. Where it fails, nothing stays.
  private func interrupted(at folder: String) throws {
    let export = folder + ".csv"
    try Row.csv((1...3).map { Row("d\($0)", day: $0, "Damaged") }).write(
      toFile: export, atomically: true, encoding: .utf8)
    let map = folder + ".yaml"
    try TestWorkspace.map.write(toFile: map, atomically: true, encoding: .utf8)
    let proposal = try Workspace.proposeTaxonomy(from: export, mapPath: map, top: 9, rule: RecurrenceRule("3/30d"))
    #expect(throws: Interruption.self) {
      try Workspace.make(
        at: folder, from: proposal, people: [], by: ana,
        filling: { _, _ in
          try FileManager.default.copyItem(atPath: folder, toPath: folder + ".killed")
          throw Interruption()
        })
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
    try FileManager.default.moveItem(atPath: folder + ".killed", toPath: folder)
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "sopwright-making-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    try body(folder + "/ws")
  }

  @Test func whatIsHalfMadeIsNoWorkspaceAndTheSameCommandBeginsAnew() throws {
    try withFolder { folder in
      try interrupted(at: folder)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/sopwright.sqlite"), "it was interrupted late")
      #expect(throws: MakingError.unfinished(folder)) { try Workspace.open(folder) }
      let workspace = try Workspace.make(at: folder, people: [], by: ana)
      #expect(try workspace.verifyRecord().findings.isEmpty)
      #expect(try !FileManager.default.contentsOfDirectory(atPath: folder).contains { $0.contains("unfinished") })
      _ = try Workspace.open(folder)
    }
  }

  @Test func whatFailsLeavesNothingButWhatWasThere() throws {
    try withFolder { folder in
      let make = { try Workspace.make(at: folder, handbook: .clone(folder + ".nowhere"), people: [], by: ana) }
      #expect(throws: HandbookError.self) { try make() }
      #expect(!FileManager.default.fileExists(atPath: folder))
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      #expect(throws: HandbookError.self) { try make() }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test func whatOthersPutIntoAHalfMadeFolderStays() throws {
    try withFolder { folder in
      try interrupted(at: folder)
      try "mine".write(toFile: "\(folder)/notes.txt", atomically: true, encoding: .utf8)
      #expect(throws: MakingError.notEmpty(folder)) { try Workspace.make(at: folder, people: [], by: ana) }
      #expect(try String(contentsOfFile: "\(folder)/notes.txt", encoding: .utf8) == "mine")
    }
  }

  @Test func aWorkspaceIsNeverMadeOverAnother() throws {
    try withFolder { folder in
      let workspace = try Workspace.make(at: folder, people: [], by: ana)
      #expect(throws: MakingError.exists(folder)) { try Workspace.make(at: folder, people: [], by: ana) }
      // A mark without words is nobody's: it may have been made by the look alone.
      _ = FileManager.default.createFile(atPath: "\(folder)/init.unfinished", contents: nil)
      #expect(throws: MakingError.exists(folder)) { try Workspace.make(at: folder, people: [], by: ana) }
      #expect(try workspace.verifyRecord().findings.isEmpty)
      _ = try Workspace.open(folder)
    }
  }

  @Test func twoCannotMakeOneFolderAtOnce() throws {
    try withFolder { folder in
      let mark = try MakingMark.set(in: folder)
      #expect(throws: MakingError.busy(folder)) { try Workspace.make(at: folder, people: [], by: ana) }
      try mark.remove()
    }
  }
}
