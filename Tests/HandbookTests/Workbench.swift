// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation

/// A temporary folder with a handbook in it, and git itself as the judge.
final class Workbench {
  let folder: String
  let handbook: Handbook

  var repository: String { folder + "/sop.git" }

  init() throws {
    folder = NSTemporaryDirectory() + "handbook-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    handbook = try Handbook.create(at: folder + "/sop.git")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  struct GitFailed: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs git in the bare repository, without the host's configuration; gives what it prints.
  @discardableResult
  func git(_ arguments: String..., input: String = "", in directory: String? = nil) throws -> String {
    let result = try run(arguments, input: input, in: directory ?? repository)
    guard result.status == 0 else { throw GitFailed(description: "git \(arguments): \(result.output)") }
    return result.output.trimmingCharacters(in: .newlines)
  }

  func run(_ arguments: [String], input: String, in directory: String) throws -> (status: Int32, output: String) {
    try runProgram(["git", "-c", "safe.directory=*"] + arguments, input: input, in: directory)
  }

  /// Runs a script of the shell in a folder; gives what it prints.
  func shell(_ script: String, in directory: String) throws -> String {
    try runProgram(["sh", "-c", script], input: "", in: directory).output
  }

  private func runProgram(
    _ arguments: [String], input: String, in directory: String
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let time = "1700000000 +0000"
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin", "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_AUTHOR_NAME": "ann", "GIT_AUTHOR_EMAIL": "ann@example.org", "GIT_AUTHOR_DATE": time,
      "GIT_COMMITTER_NAME": "sopwright", "GIT_COMMITTER_EMAIL": "sopwright@example.org", "GIT_COMMITTER_DATE": time,
      "LC_ALL": "C.UTF-8",
    ]
    let output = Pipe()
    let source = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = source
    try process.run()
    source.fileHandleForWriting.write(Data(input.utf8))
    try source.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// A plan of the same author, committer and time as `git` here.
  func plan(_ files: [String: String], message: String = "Change\n") throws -> CommitPlan {
    var contents: [SOPPath: [UInt8]] = [:]
    for (path, text) in files { contents[try SOPPath(path)] = Array(text.utf8) }
    return CommitPlan(
      files: contents, author: Signature(name: "ann", address: "ann@example.org"),
      committer: Signature(name: "sopwright", address: "sopwright@example.org"),
      time: Timestamp(seconds: 1_700_000_000), message: message)
  }

  /// Writes the files onto the branch's tip and moves the branch.
  @discardableResult
  func commit(_ files: [String: String], message: String = "Change\n") throws -> CommitID {
    let tip = try handbook.tip()
    let written = try handbook.write(plan(files, message: message), onto: tip)
    guard try handbook.moveBranch(from: tip, to: written.id) == .moved else {
      throw GitFailed(description: "not moved")
    }
    return written.id
  }

  /// A commit of a tree that git is told line by line, as `git mktree` reads it.
  func commit(tree lines: [String], parents: [CommitID] = [], message: String = "Raw") throws -> CommitID {
    let tree = try git("mktree", "--missing", input: lines.map { $0 + "\n" }.joined())
    return try commit(treeID: tree, parents: parents, message: message)
  }

  func commit(treeID tree: String, parents: [CommitID], message: String) throws -> CommitID {
    let arguments = ["commit-tree", tree] + parents.flatMap { ["-p", $0.text] }
    let result = try run(arguments, input: message, in: repository)
    guard let id = CommitID(result.output.trimmingCharacters(in: .newlines)) else {
      throw GitFailed(description: result.output)
    }
    return id
  }

  func blob(_ text: String) throws -> String {
    try git("hash-object", "-w", "--stdin", input: text)
  }

  /// What `git fsck --strict` finds, dangling objects left out; empty where all is well.
  func findings() throws -> String {
    let result = try run(["fsck", "--strict", "--no-dangling", "--full"], input: "", in: repository)
    // "notice: HEAD points to an unborn branch" is no finding.
    let found = result.output.split(separator: "\n").filter { !$0.hasPrefix("notice:") }.joined(separator: "\n")
    return result.status == 0 && found.isEmpty ? "" : "\(result.status): \(found)"
  }
}

/// The sentence of the error that this throws; nil where it throws none.
func sentence(of body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as HandbookError {
    return error.sentence
  } catch {
    return "not a HandbookError: \(error)"
  }
}
