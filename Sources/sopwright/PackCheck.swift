// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Ledger
import Remediation
import Tracker

/// What `verify` needs to check an audit pack, without a workspace.
struct PackOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Check an audit pack of export instead; needs no workspace.", valueName: "dir"))
  var pack: String?

  @Option(help: ArgumentHelp("A checkpoint that you kept: the pack has to begin with its events.", valueName: "note"))
  var since: String?

  /// The work is done in a process of its own, which is told where.
  @Option(help: .hidden) var scratch: String?

  func validate() throws {
    if since != nil, pack == nil { throw ValidationError("--since goes with --pack.") }
  }
}

/// The verification of an audit pack, in a process of its own, with a folder in which the workspace is made again.
struct PackCheck {
  let pack: String
  let since: String?
  let scratch: String?
  let key: String?
  /// More memory than any pack takes; what asks for more was made to.
  private static let mostMemory: rlim_t = 8 << 30

  init(pack: String, _ options: PackOptions, key: String?) {
    self.pack = pack
    self.key = key
    (since, scratch) = (options.since, options.scratch)
  }

  /// - Throws: where there is nothing to check, or a file that the caller named cannot be read.
  func verification() throws -> Verification {
    if let scratch { try work(in: scratch) }
    let scratch = NSTemporaryDirectory() + "sopwright-pack-\(UUID().uuidString)"
    // Says what is wrong with what the caller named before anything is made.
    _ = try PackAudit(of: pack, signedBy: key, since: since, in: scratch)
    try FileManager.default.createDirectory(
      atPath: scratch, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: scratch) }  // what stays is in the system's temporary folder
    var arguments = ["verify", "--pack", pack, "--scratch", scratch]
    if let key { arguments += ["--key", key] }
    if let since { arguments += ["--since", since] }
    var values: [JSONValue] = []
    let outcome = try WatchedChild(arguments: arguments).run { line in
      // Not a dot of its progress, nor a line that a crash cut off.
      if let value = try? JSONValue(parsing: Array(line.utf8)) { values.append(value) }
    }
    if case .finished = outcome, let last = values.last { return try Verification(json: last) }
    var result = Verification()
    result.findings = values.compactMap(Finding.init(json:))
    if case .stuck = outcome {
      result.findings.append(
        Finding("pack_stuck", pack, "Reading the pack did not come to an end: something in it is damaged."))
    } else {
      result.findings.append(
        Finding("pack_unreadable", pack, "Reading the pack broke off: something in it is not what a pack has."))
    }
    return result
  }

  /// The child's part: prints a dot now and then, findings as they are made, and everything at the end.
  private func work(in scratch: String) throws -> Never {
    var limit = rlimit(rlim_cur: PackCheck.mostMemory, rlim_max: PackCheck.mostMemory)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    let audit = try PackAudit(
      of: pack, signedBy: key, since: since, in: scratch, found: { Terminal.write(line: $0.json) },
      progress: { Terminal.write(".") })
    Terminal.write(line: try audit.run().json)
    throw ExitCode.success
  }
}
