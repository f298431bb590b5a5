// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Tracker

/// The verification of an audit pack, in a process of its own, with a folder in which the workspace is made again.
enum PackCheck {
  /// More memory than any pack takes; what asks for more was made to.
  private static let mostMemory: rlim_t = 8 << 30

  static func run(on folder: String, key: String?) throws -> Verification {
    let scratch = NSTemporaryDirectory() + "sopwright-pack-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: scratch) }  // what stays is in the system's temporary folder
    let child = try GuardedChild(
      ["verify", "--pack", folder, "--scratch", scratch] + (key.map { ["--key", $0] } ?? []))
    if child.end == .done, let last = child.values.last { return try Verification(json: last) }
    var result = Verification()
    result.findings = child.values.compactMap(Finding.init(json:))
    result.findings.append(
      child.end == .stuck
        ? Finding("pack_stuck", folder, "Reading the pack did not come to an end: something in it is damaged.")
        : Finding("pack_unreadable", folder, "Reading the pack broke off: something in it is not what a pack has."))
    return result
  }

  /// A verifier key, or what a file with one says.
  private static func text(ofKey key: String) throws -> String {
    guard let bytes = FileManager.default.contents(atPath: key) else { return key }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The child's part: prints a dot now and then, findings as they are made, and everything at the end.
  static func work(on folder: String, in scratch: String, key: String?) throws {
    var limit = rlimit(rlim_cur: mostMemory, rlim_max: mostMemory)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    let audit = try PackAudit(
      of: folder, signedBy: key.map { try VerifierKey(text(ofKey: $0)) }, in: scratch, found: { Terminal.write($0.json.compactText) }, progress: { Terminal.write(".") })
    Terminal.write(try audit.run().json.compactText)
  }
}
