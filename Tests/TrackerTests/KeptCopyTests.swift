// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Packs and backups that the server keeps: none that holds what was erased is offered, and none stays, whatever happened meanwhile.
@Suite struct KeptCopyTests {
  private static let name = "Zebulon Quixote"
  private let ana = TestWorkspace.caller("ana", after: 60)
  private let subject = ErasureSubject(values: [KeptCopyTests.name])

  private func workspace() throws -> TestWorkspace {
    try TestWorkspace((1...4).map { Row("d\($0)", day: $0, "Damaged", requester: KeptCopyTests.name) })
  }

  private func keepBoth(_ test: TestWorkspace) throws {
    _ = try test.workspace.keepPack(by: ana) { _, _ in }
    _ = try test.workspace.keepBackup(by: ana) { _ in }
  }

  @discardableResult
  private func erase(_ test: TestWorkspace, _ subject: ErasureSubject? = nil) throws -> Erasure {
    try test.workspace.erase(subject ?? self.subject, reason: "Asked.", by: ana)
  }

  private func maintain(_ test: TestWorkspace) throws {
    _ = try test.workspace.maintain(writePack: { nil })
  }

  /// What is kept or was being made, below both folders.
  private func copies(_ test: TestWorkspace) throws -> [String] {
    try ["audits", "upkeep"].flatMap { shelf in
      let folder = "\(test.folder)/ws/\(shelf)"
      guard FileManager.default.fileExists(atPath: folder) else { return [] as [String] }
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        $0.hasSuffix(".tar") || $0.hasPrefix("making")
      }
    }
  }

  /// A crash after the event leaves both as they were: so they are put back.
  private func erasedAndNotRemoved() throws -> TestWorkspace {
    let test = try workspace()
    try keepBoth(test)
    for shelf in ["audits", "upkeep"] {
      try shell("/bin/cp", ["-a", "\(test.folder)/ws/\(shelf)", "\(test.folder)/\(shelf)"])
    }
    try erase(test)
    for shelf in ["audits", "upkeep"] {
      try FileManager.default.removeItem(atPath: "\(test.folder)/ws/\(shelf)")
      try shell("/bin/mv", ["\(test.folder)/\(shelf)", "\(test.folder)/ws/\(shelf)"])
    }
    #expect(try copies(test).count == 2)
    return test
  }

  @Test func aCopyFromBeforeAnErasureIsOfferedToNobodyAndGoes() throws {
    let test = try erasedAndNotRemoved()
    #expect(try test.workspace.keptPack(by: ana) == nil)
    #expect(try test.workspace.keptBackup(by: ana) == nil)
    #expect(try copies(test).isEmpty)
    // One that was made since is kept.
    try keepBoth(test)
    #expect(try test.workspace.keptPack(by: ana) != nil && test.workspace.keptBackup(by: ana) != nil)
    try maintain(test)
    test.workspace.clearBackups(at: ana.now)
    #expect(try test.workspace.keptPack(by: ana) != nil && test.workspace.keptBackup(by: ana) != nil)
  }

  @Test(arguments: ["server", "maintain", "erase"])
  func whatACrashLeftGoesByItself(how: String) throws {
    let test = try erasedAndNotRemoved()
    #expect(try test.workspace.hasErasedCopies())
    switch how {
    case "server":
      test.workspace.clearBackups(at: ana.now)
      test.workspace.clearPacks(at: ana.now)
    case "maintain": try maintain(test)
    default: #expect(throws: ErasureError.nothingFound([])) { try erase(test) }
    }
    #expect(try copies(test).isEmpty && !test.workspace.hasErasedCopies())
  }

  /// A copy may hold what somebody took out of the files by hand, so none stays when an erasure ran.
  @Test func copiesGoAlsoWhereNothingElseIsFound() throws {
    let test = try workspace()
    try keepBoth(test)
    #expect(throws: ErasureError.nothingFound([])) { try erase(test, ErasureSubject(values: ["Nobody Atall"])) }
    #expect(try copies(test).isEmpty)
  }

  /// The command line clears away what a killed server was making.
  @Test func whatWasBeingMadeWhenItWasKilledGoes() throws {
    let test = try workspace()
    try keepBoth(test)
    let making = "\(test.folder)/ws/upkeep/making"
    try FileManager.default.createDirectory(atPath: making, withIntermediateDirectories: true)
    try KeptCopyTests.name.write(toFile: "\(making)/copy", atomically: true, encoding: .utf8)
    try erase(test)
    #expect(try copies(test).isEmpty)
  }

  /// Whoever makes one holds the lock, and looks for erasures when it is done.
  @Test func whatSomebodyMakesAtThatMomentIsLeftToThem() throws {
    let test = try workspace()
    var during: [String] = []
    #expect(throws: BackupError.erasedMeanwhile) {
      _ = try test.workspace.keepBackup(by: ana) { step in
        guard case .hashing = step, during.isEmpty else { return }
        _ = try? self.erase(test)
        during = (try? self.copies(test)) ?? []
      }
    }
    #expect(during.contains { $0.hasPrefix("making") })
    #expect(try copies(test).isEmpty)
    // One that is done goes at once where it must, and else when the maker is done.
    let other = try workspace()
    try keepBoth(other)
    let lock = try WorkspaceLock(waitingFor: "\(other.folder)/ws/upkeep/copies.lock")
    try withExtendedLifetime(lock) {
      #expect(throws: ErasureError.nothingFound([])) { try erase(other, ErasureSubject(values: ["Nobody Atall"])) }
      #expect(try copies(other).count == 1)
      try erase(other)
    }
    #expect(try copies(other).isEmpty)
  }

  @Test func whatCannotBeRemovedIsSaidAndGoesLater() throws {
    let test = try workspace()
    try keepBoth(test)
    let path = try #require(try test.workspace.keptBackup(by: ana)).path
    try pin(path)
    defer { try? unpin(path) }
    let done = try erase(test)
    #expect(done.event?.records == 4)
    guard case .copy(path, _)? = done.remains.first, done.remains.count == 1 else {
      Issue.record("\(done.remains)")
      return
    }
    #expect(try test.workspace.keptBackup(by: ana) == nil)
    #expect(try test.workspace.upkeep(by: ana).mustPurge)
    #expect(throws: MaintenanceError.self) { try maintain(test) }
    // Erasing it again finds nothing, and says what remains.
    #expect(try erase(test).remains.count == 1)
    try unpin(path)
    try maintain(test)
    #expect(try copies(test).isEmpty)
    #expect(try !test.workspace.upkeep(by: ana).mustPurge)
  }

  /// As a file that may not be removed: root may remove all others.
  private func pin(_ path: String) throws {
    if geteuid() == 0 { try shell("/usr/bin/chattr", ["+i", path]) } else { try chmodFolder(of: path, 0o500) }
  }

  private func unpin(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    if geteuid() == 0 { try shell("/usr/bin/chattr", ["-i", path]) } else { try chmodFolder(of: path, 0o700) }
  }

  private func chmodFolder(of path: String, _ mode: Int) throws {
    let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
  }
}
