// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What is done to a workspace on purpose, for a judge to find.
enum Damage {
  /// The newest commit of an intent once more, on top of the branch, as a retry would make it that does not look.
  static func secondCommit(in repository: String) throws {
    let git = ["git", "-C", repository]
    let intended = try mustRun(git + ["log", "-1", "--grep=^Closing-Intent:", "--format=%H", "main"])
      .trimmingCharacters(in: .newlines)
    let file = "\(repository)/message"
    try mustRun(git + ["log", "-1", "--format=%B", intended]).write(toFile: file, atomically: false, encoding: .utf8)
    let people = [
      "GIT_AUTHOR_NAME": "ana", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "ana", "GIT_COMMITTER_EMAIL": "a@b",
    ]
    let made = try mustRun(git + ["commit-tree", "main^{tree}", "-p", "main", "-F", file], environment: people)
    try mustRun(git + ["update-ref", "refs/heads/main", made.trimmingCharacters(in: .newlines)])
    try FileManager.default.removeItem(atPath: file)
  }

  /// Past the triggers, which keep everybody else from it.
  static func change(_ sql: String, in workspace: String) throws {
    try mustRun("sqlite3", "-bail", "\(workspace)/sopwright.sqlite", ".dbconfig enable_trigger off", sql)
  }
}
