// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// `Tests/SecondVerifier`: a verifier of packs that shares no code with ours. `make second-verifier` gives it the libraries that it
/// needs; where it could not, the tests that need it are skipped, and say so.
enum SecondVerifier {
  struct Verdict {
    let isGood: Bool
    let findings: [Finding]
  }

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  /// With its own libraries first on the path, for commands that say `python3`.
  static let binaries = "\(repository)/.build/second-verifier/bin"
  static let isThere = FileManager.default.isExecutableFile(atPath: "\(binaries)/python")
  static let why: Comment = "the second verifier is missing; make second-verifier installs it"

  /// A verdict on each pack, in their order. `meanwhile` is done while it works.
  static func verify(
    _ packs: [String], key: String? = nil, meanwhile: () throws -> Void = {}
  ) throws -> [Verdict] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(binaries)/python")
    process.arguments =
      ["-B", "-W", "ignore", "\(repository)/Tests/SecondVerifier/verify_pack.py"] + (key.map { ["--key", $0] } ?? [])
      + packs
    let file = NSTemporaryDirectory() + "sopwright-tests-\(UUID().uuidString)"
    _ = FileManager.default.createFile(atPath: file, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: file) }  // what stays is in the system's temporary folder
    process.standardOutput = FileHandle(forWritingAtPath: file)
    try process.run()
    try meanwhile()
    process.waitUntilExit()
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let verdicts = try data.split(separator: 10).map { line in
      let json = try JSONValue(parsing: [UInt8](line))
      return Verdict(
        isGood: json["ok"] == .bool(true),
        findings: try Fields(json).array("findings").compactMap(Finding.init(json:)))
    }
    #expect(verdicts.count == packs.count)
    #expect(process.terminationStatus == (verdicts.allSatisfy(\.isGood) ? 0 : 2))
    return verdicts
  }
}

/// What `sopwright verify --pack` does, in this process.
func verifyPack(_ folder: String, key: String? = nil, since note: String? = nil) throws -> Verification {
  let scratch = NSTemporaryDirectory() + "sopwright-tests-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: scratch) }  // what stays is in the system's temporary folder
  return try PackAudit(of: folder, signedBy: key, since: note, in: scratch).run()
}
