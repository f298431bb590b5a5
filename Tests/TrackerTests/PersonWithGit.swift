// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation

@testable import Tracker

/// Somebody with an editor and plain git: a clone of a workspace's handbook, or of nothing yet.
struct PersonWithGit: Sendable {
  let folder: String
  let address: String
  /// The clone goes with it.
  private let workspace: TestWorkspace?

  /// Clones the handbook of a workspace.
  init(_ name: String, cloning test: TestWorkspace) throws {
    folder = "\(test.folder)/clone-\(name)-\(UUID().uuidString)"
    address = "\(name)@\(Settings.defaultDomain)"
    workspace = test
    try shell("/usr/bin/git", ["clone", "-q", "\(test.folder)/ws/sop.git", folder])
  }

  /// Clones a repository.
  init(_ name: String, at folder: String, cloning repository: String) throws {
    self.folder = folder
    address = "\(name)@\(Settings.defaultDomain)"
    workspace = nil
    try shell("/usr/bin/git", ["clone", "-q", repository, folder])
  }

  /// Begins a repository of their own.
  init(_ name: String, at folder: String, branch: String = "main") throws {
    self.folder = folder
    address = "\(name)@\(Settings.defaultDomain)"
    workspace = nil
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try git("init", "-q", "-b", branch)
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String {
    let person = [
      "-c", "user.name=\(address.prefix { $0 != "@" })", "-c", "user.email=\(address)", "-c", "commit.gpgsign=false",
    ]
    return try shell("/usr/bin/git", ["-C", folder] + person + arguments)
  }

  func write(_ path: String, _ text: String) throws {
    try write(path, Data(text.utf8))
  }

  func write(_ path: String, _ data: Data) throws {
    let file = URL(fileURLWithPath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  @discardableResult
  func commit(_ message: String = "Edit") throws -> CommitID {
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", message)
    guard let id = CommitID(try git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw CocoaError(.formatting)
    }
    return id
  }

  /// Writes a file, commits it, and pushes the branch.
  @discardableResult
  func push(_ path: String, _ text: String) throws -> CommitID {
    try write(path, text)
    let id = try commit("Edit \(path)")
    try git("push", "-q", "origin", "HEAD")
    return id
  }
}
