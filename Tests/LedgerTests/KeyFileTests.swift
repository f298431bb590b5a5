// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Ledger

/// Files with private keys.
@Suite struct KeyFileTests {
  private final class Folder {
    let path = NSTemporaryDirectory() + "sopwright-keys-\(UUID().uuidString)"
    var key: String { "\(path)/key" }

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }  // what stays is in the system's temporary folder

    func mode() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
    }
  }

  @Test func aNewKeyIsReadableByItsOwnerAloneAndReadBack() throws {
    let folder = try Folder()
    let made = try SigningKey.make(at: folder.key, name: "example.org/audit", kind: .cosignature)
    #expect(try folder.mode() == 0o600)
    let text = Array("a\n1\n".utf8)
    let signature = try SigningKey(at: folder.key).sign(text, at: Timestamp(seconds: 5))
    #expect(signature.verified(by: made.verifier, over: text)?.time == Timestamp(seconds: 5))
    #expect(try VerifierKey(made.verifier.description) == made.verifier)
  }

  @Test func twoKeysDiffer() throws {
    let folder = try Folder()
    let one = try SigningKey.make(at: folder.key, name: "a", kind: .note)
    let other = try SigningKey.make(at: folder.key + "2", name: "a", kind: .note)
    #expect(one.verifier.publicKey != other.verifier.publicKey)
  }

  @Test func aKeyIsNeverOverwritten() throws {
    let folder = try Folder()
    _ = try SigningKey.make(at: folder.key, name: "a", kind: .note)
    #expect(throws: FileFailure.exists(folder.key)) { try SigningKey.make(at: folder.key, name: "a", kind: .note) }
  }

  @Test(arguments: ["", "a b", "a+b", "a\nb"])
  func aNameThatCannotBeOneIsRefusedAndNoFileIsMade(name: String) throws {
    let folder = try Folder()
    #expect(throws: KeyFileError.name(name)) { try SigningKey.make(at: folder.key, name: name, kind: .note) }
    #expect(!FileManager.default.fileExists(atPath: folder.key))
  }

  @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o610])
  func aKeyThatOthersCanReachIsRefused(mode: Int) throws {
    let folder = try Folder()
    _ = try SigningKey.make(at: folder.key, name: "a", kind: .note)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.key)
    #expect(throws: KeyFileError.readableByOthers(folder.key, mode: String(mode, radix: 8))) {
      try SigningKey(at: folder.key)
    }
  }

  @Test func aKeyThatIsMissingOrNoKeyIsNamed() throws {
    let folder = try Folder()
    #expect(throws: KeyFileError.missing(folder.key)) { try SigningKey(at: folder.key) }
    #expect(throws: KeyFileError.unusable(folder.path, reason: "it is not a regular file")) {
      try SigningKey(at: folder.path)
    }
    for text in ["", "PRIVATE+KEY+a+b+c", String(repeating: "a", count: 100_000)] {
      unlink(folder.key)
      try DurableFile.create(folder.key, mode: 0o600, Array(text.utf8))
      #expect { try SigningKey(at: folder.key) } throws: { error in
        if case KeyFileError.malformed(folder.key, _) = error { true } else { false }
      }
    }
  }

  @Test func aFileIsReplacedWhole() throws {
    let folder = try Folder()
    try DurableFile.replace(folder.key, mode: 0o600, [1, 2])
    // What a crash left is no obstacle.
    try DurableFile.create(folder.key + ".unfinished", mode: 0o600, [9])
    try DurableFile.replace(folder.key, mode: 0o600, [3])
    #expect(FileManager.default.contents(atPath: folder.key) == Data([3]))
    #expect(try folder.mode() == 0o600)
    #expect(!FileManager.default.fileExists(atPath: folder.key + ".unfinished"))
  }
}
