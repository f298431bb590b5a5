// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook

/// git itself, in a temporary repository without the host's configuration, to say where files came from.
final class GitJudge {
  /// One that a test writes into a tree.
  struct File {
    var path: String
    var mode = "100644"
    var bytes: [UInt8]

    var isSubmodule: Bool { mode == "160000" }

    init(_ path: String, mode: String = "100644", _ bytes: [UInt8]) {
      self.path = path
      self.mode = mode
      self.bytes = bytes
    }

    init(_ path: String, mode: String = "100644", _ text: String) {
      self.init(path, mode: mode, Array(text.utf8))
    }
  }

  /// A commit and its only parent, as the files of their trees.
  struct Step {
    var before: [File]
    var after: [File]
  }

  /// What git says of one file.
  struct Verdict: Equatable, CustomStringConvertible {
    /// R for a rename, C for a copy.
    let letter: String
    let percent: Int
    let source: String

    var description: String { "\(letter)\(percent) \(source)" }
  }

  struct Failed: Error {
    let output: String
  }

  private let folder = NSTemporaryDirectory() + "judge-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = try git("init", "--quiet", "--bare", ".")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The ids of the later commits. Every step has a history of its own.
  func commit(_ steps: [Step]) throws -> [String] {
    var stream: [UInt8] = []
    for (index, step) in steps.enumerated() {
      for (isLater, files) in [(false, step.before), (true, step.after)] {
        // A branch of its own, or fast-import would take the branch's last commit for a parent.
        stream += Array("commit refs/heads/step\(index)\nmark :\(2 * index + (isLater ? 2 : 1))\n".utf8)
        stream += Array("committer sopwright <sopwright@example.org> 1700000000 +0000\ndata 0\n".utf8)
        stream += Array("\(isLater ? "from :\(2 * index + 1)\n" : "")deleteall\n".utf8)
        for file in files {
          if file.isSubmodule {
            stream += Array("M 160000 \(String(decoding: file.bytes, as: UTF8.self)) \(file.path)\n".utf8)
          } else {
            stream += Array("M \(file.mode) inline \(file.path)\ndata \(file.bytes.count)\n".utf8) + file.bytes + [0x0A]
          }
        }
      }
    }
    // By force: the branches of an earlier call begin anew.
    _ = try git("fast-import", "--quiet", "--force", "--export-marks=\(folder)/marks", input: stream)
    var ids: [Int: String] = [:]
    for line in try String(contentsOfFile: folder + "/marks", encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: " ")
      if let mark = Int(parts[0].dropFirst()) { ids[mark] = String(parts[1]) }
    }
    return try steps.indices.map { index in
      guard let id = ids[2 * index + 2] else { throw Failed(output: "no commit \(index)") }
      return id
    }
  }

  /// What `git diff-tree` says, all commits in one go: for each, of the one file that came from elsewhere.
  func verdicts(of commits: [String], _ options: String...) throws -> [Verdict?] {
    let input = commits.joined(separator: "\n") + "\n"
    let output = try git(
      ["diff-tree", "--stdin", "--always", "-r", "-z", "--name-status"] + options, input: Array(input.utf8))
    var verdicts: [String: Verdict] = [:]
    var commit = ""
    var fields = output.split(separator: "\0").map { $0.trimmingPrefix("\n") }[...]
    while let field = fields.popFirst() {
      if field.count == 40 {
        commit = String(field)
      } else if let path = fields.popFirst(), let verdict = Verdict(field, source: path) {
        fields.removeFirst()
        verdicts[commit] = verdict
      }
    }
    return commits.map { verdicts[$0] }
  }

  /// What `git log --follow` says of a file that the commit adds.
  func verdict(following path: String, in commit: String) throws -> Verdict? {
    let output = try git("log", "--follow", "-1", "--format=", "--name-status", "-z", commit, "--", path)
    let fields = output.split(separator: "\0")
    return fields.count == 3 ? Verdict(fields[0], source: fields[1]) : nil
  }

  /// What this git does with the bytes behind the last line feed.
  lazy var ending: Result<ContentFingerprint.Ending, any Error> = Result {
    let step = Step(before: [File("a", "1\nthe same")], after: [File("b", "2\nthe same")])
    return try verdicts(of: commit([step]), "-M1%")[0] == nil ? .ignored : .counted
  }

  private func git(_ arguments: String..., input: [UInt8] = []) throws -> String {
    try git(arguments, input: input)
  }

  private func git(_ arguments: [String], input: [UInt8]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "--literal-pathspecs"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin", "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1",
      "LC_ALL": "C.UTF-8",
    ]
    // From a file: git may write more than a pipe holds before it has read everything.
    let source = URL(fileURLWithPath: folder + "/input")
    try Data(input).write(to: source)
    process.standardInput = try FileHandle(forReadingFrom: source)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    guard process.terminationStatus == 0 else { throw Failed(output: "git \(arguments): \(text)") }
    return text
  }
}

extension GitJudge.Verdict {
  /// Of `R087` or `C100`; nil for any other letter.
  fileprivate init?(_ status: some StringProtocol, source: some StringProtocol) {
    guard let letter = status.first, letter == "R" || letter == "C", let percent = Int(status.dropFirst()) else {
      return nil
    }
    self.init(letter: String(letter), percent: percent, source: String(source))
  }
}
