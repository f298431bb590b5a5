// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Ledger

/// Notes and keys against what others published: golang.org/x/mod/sumdb/note, c2sp.org/signed-note, c2sp.org/tlog-cosignature.
@Suite struct SignedNoteTests {
  private static let text = """
    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    """
  private static let peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
  private static let peterPrivate = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
  private static let peterLine =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
  private static let enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
  private static let enochLine =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

  private let peter: VerifierKey
  private let enoch: VerifierKey

  init() throws {
    peter = try VerifierKey(SignedNoteTests.peterKey)
    enoch = try VerifierKey(SignedNoteTests.enochKey)
  }

  private func note(_ signatures: String...) throws -> SignedNote {
    try SignedNote(Array((SignedNoteTests.text + "\n" + signatures.joined()).utf8))
  }

  @Test func aPublishedNoteIsVerifiedByEachOfItsKeys() throws {
    let note = try note(SignedNoteTests.peterLine, SignedNoteTests.enochLine)
    #expect(try note.verified(by: peter).map(\.key) == [peter])
    #expect(try note.verified(by: enoch, and: [peter]).map(\.key) == [peter, enoch])
    #expect(note.text == Array(SignedNoteTests.text.utf8))
    #expect(
      note.bytes == Array((SignedNoteTests.text + "\n" + SignedNoteTests.peterLine + SignedNoteTests.enochLine).utf8))
  }

  @Test func theExampleOfTheSpecificationIsVerified() throws {
    let key = try VerifierKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    let line =
      "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    #expect(try SignedNote(Array("This is an example message.\n\n\(line)".utf8)).verified(by: key).count == 1)
  }

  @Test func signingWithAPublishedKeyGivesThePublishedSignature() throws {
    let key = try SigningKey(SignedNoteTests.peterPrivate)
    #expect(key.verifier == peter)
    #expect(try key.sign(Array(SignedNoteTests.text.utf8), at: Timestamp(seconds: 0)).line == SignedNoteTests.peterLine)
  }

  @Test func noMangledKeyIsAccepted() {
    func refuse(_ key: some StringProtocol, _ private: some StringProtocol) {
      #expect(throws: NoteError.self) { try VerifierKey(String(key)) }
      #expect(throws: NoteError.self) { try SigningKey(String(`private`)) }
    }
    for cut in 1..<SignedNoteTests.peterKey.count {
      refuse(SignedNoteTests.peterKey.prefix(cut), SignedNoteTests.peterPrivate.prefix(cut))
      refuse(SignedNoteTests.peterKey.suffix(cut), SignedNoteTests.peterPrivate.suffix(cut))
    }
    for index in 0..<SignedNoteTests.peterKey.utf8.count {
      func mangled(_ text: String) -> String {
        var bytes = Array(text.utf8)
        bytes[index] += 1
        return String(decoding: bytes, as: UTF8.self)
      }
      refuse(mangled(SignedNoteTests.peterKey), mangled(SignedNoteTests.peterPrivate))
    }
    // Other lengths and types, with ids that fit.
    refuse("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "")
    refuse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PRIVATE+KEY+")
    refuse("a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PRIVATE+KEY+a+b+c+d")
  }

  @Test(
    arguments: [
      (text, NoteError.noBlankLine), ("", .noBlankLine), ("\n", .noBlankLine),
      (text + "\n", .noSignature),
      (text + "\n" + peterLine.dropLast(), .signatureLine(1)),
      ("\u{1}" + text + "\n" + peterLine, .notPlainText),
      (
        text
          + "\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
        .signatureLine(1)
      ),
      (text + "\n" + peterLine + "Unexpected line.\n", .signatureLine(2)),
      (text + "\n- PeterNeumann x08go/Y=\n", .signatureLine(1)),
      (text + "\n— PeterNeumann x08gow==\n", .signatureLine(1)),
      (text + "\n— PeterNeumann x08go/Z\n", .signatureLine(1)),
      (text + "\n— PeterNeumann x08go/Z=\n", .signatureLine(1)),
      (text + "\n" + String(repeating: peterLine, count: 101), .tooManySignatures(most: 100)),
    ] as [(String, NoteError)])
  func whatIsNoNoteIsRefused(text: String, error: NoteError) {
    #expect(throws: error) { try SignedNote(Array(text.utf8)) }
  }

  @Test func bytesThatAreNoTextOrTooManyAreRefused() {
    #expect(throws: NoteError.notPlainText) {
      try SignedNote([0xFF] + Array((SignedNoteTests.text + "\n" + SignedNoteTests.peterLine).utf8))
    }
    let large = [UInt8](repeating: UInt8(ascii: "a"), count: SignedNote.largest + 1)
    #expect(throws: NoteError.tooLarge(bytes: SignedNote.largest + 1, most: SignedNote.largest)) {
      try SignedNote(large)
    }
  }

  @Test func aHundredSignaturesAreAcceptedAndAKeyCountsOnce() throws {
    let many = try note(String(repeating: SignedNoteTests.peterLine, count: 100))
    #expect(try many.verified(by: peter).count == 1)
  }

  @Test func aWrongSignatureByAKnownKeyCondemnsTheNoteAndOneByAnUnknownKeyDoesNot() throws {
    let wrong = SignedNoteTests.enochLine.replacingOccurrences(of: "5n2t", with: "5n2u")
    let both = try note(SignedNoteTests.peterLine, wrong)
    #expect(try both.verified(by: peter).count == 1)
    #expect(throws: NoteError.wrongSignature(of: "EnochRoot")) { try both.verified(by: peter, and: [enoch]) }
    #expect(throws: NoteError.notSigned(by: "PeterNeumann")) {
      try note(SignedNoteTests.enochLine).verified(by: peter)
    }
    // The same name with another id, and the same id with another name, are other keys.
    let misnamed = SignedNoteTests.peterLine.replacingOccurrences(of: "PeterNeumann", with: "CarmenSandiego")
    let otherID = SignedNoteTests.peterLine.replacingOccurrences(of: "x08g", with: "xxxx")
    for line in [misnamed, otherID] {
      #expect(throws: NoteError.notSigned(by: "PeterNeumann")) { try note(line).verified(by: peter) }
    }
  }

  @Test func noNoteWithAChangedByteIsVerified() throws {
    let bytes = try note(SignedNoteTests.peterLine).bytes
    for index in bytes.indices {
      for change: UInt8 in [0x01, 0x20, 0x80] {
        var changed = bytes
        changed[index] ^= change
        #expect(throws: NoteError.self, "byte \(index)") { try SignedNote(changed).verified(by: peter) }
      }
    }
  }

  // MARK: Cosignatures

  private static let checkpoint =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

  /// Made by the cryptography package of Python over the message of the specification, with the seed of `peterPrivate`.
  private static let witnessLine =
    "— witness.example/w1 zJpwRAAAAABkGFDLJeR//pqzhnEKVvEm2wWbh2RJ6oru5+cUUfm5X9NnlaGr8aSH9QE5RVZD4QGlxl2F5UpVIIi94p178KLfqPPsAA==\n"

  @Test func aCosignatureIsWhatAnotherProgramMakes() throws {
    let key = try SigningKey("PRIVATE+KEY+witness.example/w1+cc9a7044+BIEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    #expect(key.verifier.description == "witness.example/w1+cc9a7044+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    let time = Timestamp(seconds: 1_679_315_147)
    let signature = try key.sign(Array(SignedNoteTests.checkpoint.utf8), at: time)
    #expect(signature.line == SignedNoteTests.witnessLine)
    #expect(signature.verified(by: key.verifier, over: Array(SignedNoteTests.checkpoint.utf8))?.time == time)
    // Another time, another text: another signature.
    #expect(signature.verified(by: key.verifier, over: Array("x\n".utf8)) == nil)
    var content = signature.content
    content[7] ^= 1
    #expect(
      NoteSignature(by: key.verifier, content: content)
        .verified(by: key.verifier, over: Array(SignedNoteTests.checkpoint.utf8)) == nil)
  }

  @Test func theTimeOfTheSpecificationsExampleIsRead() throws {
    let note = try SignedNote(
      Array(
        """
        \(SignedNoteTests.checkpoint)
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

        """.utf8))
    #expect(Cosignature.parts(of: note.signatures[1].content)?.time == Timestamp(seconds: 1_679_315_147))
    let checkpoint = try Checkpoint(text: note.text)
    #expect(checkpoint.size == 20_852_163)
    #expect(checkpoint.text == note.text)
  }

  @Test func aTimeBeyondAllTimesIsNoTime() {
    for first: UInt8 in [0x7F, 0x80, 0xFF] {
      #expect(Cosignature.parts(of: [first] + [UInt8](repeating: 0xFF, count: 71)) == nil)
    }
    #expect(Cosignature.parts(of: [UInt8](repeating: 0, count: 71)) == nil)
  }

  // MARK: Checkpoints

  @Test(arguments: [
    "o\n1\n", "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    "o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    "o\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
    "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "o\n1\nCsUY\n",
    "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    "o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
  ])
  func whatIsNoCheckpointIsRefused(text: String) {
    #expect(throws: NoteError.self) { try Checkpoint(text: Array(text.utf8)) }
  }

  @Test func extensionLinesArePassedOver() throws {
    #expect(try Checkpoint(text: Array("\(SignedNoteTests.checkpoint)more\n".utf8)).size == 20_852_163)
  }

  @Test func aCheckpointCountsOnlyUnderTheKeyOfItsOrigin() throws {
    let key = try SigningKey(SignedNoteTests.peterPrivate)
    let text = Array(SignedNoteTests.checkpoint.utf8)
    let note = SignedNote(text: text, signatures: [try key.sign(text, at: Timestamp(seconds: 0))])
    #expect(throws: NoteError.otherOrigin(found: "example.com/behind-the-sofa", expected: "PeterNeumann")) {
      try note.checkpoint(signedBy: peter)
    }
  }
}
