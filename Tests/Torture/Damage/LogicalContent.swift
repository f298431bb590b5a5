// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a workspace says, read by `sqlite3` and `git` alone: by this it is decided whether damage changed anything.
struct LogicalContent: Equatable, Sendable {
  private let database: String
  private let repository: String
  private let keys: String

  /// Reads a workspace that may be damaged; what cannot be read is a content of its own.
  init(of workspace: String, _ bench: Bench) throws {
    // SQLite moves the log into the file when it closes, so it gets a copy.
    let copy = bench.newPath("read")
    defer { bench.remove(copy) }
    database = try LogicalContent.text(
      """
      mkdir "$2" && cp "$1"/sopwright.sqlite* "$2" && rm -f "$2"/*-shm
      sqlite3 "$2/sopwright.sqlite" 'PRAGMA integrity_check' .dump
      """, workspace, copy)
    repository = try LogicalContent.text(
      """
      cd "$1/sop.git"
      git symbolic-ref HEAD
      git for-each-ref --format='%(refname) %(objectname)'
      git rev-list --objects --all | cut -c1-40 | sort | git cat-file --batch | sha256sum
      git config --file config --list | grep -E '^(core.(bare|fsync|logallrefupdates)|transfer|receive|gc)' | sort
      cat hooks/pre-receive
      ls objects/info info
      """, workspace, copy)
    keys = try LogicalContent.text("cat \"$1\"/keys/checkpoint.key \"$1\"/keys/checkpoint.vkey", workspace, copy)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func text(_ script: String, _ arguments: String...) throws -> String {
    let run = try ProgramRun(
      ["bash", "-euo", "pipefail", "-c", script, "bash"] + arguments, environment: ["GIT_CONFIG_NOSYSTEM": "1"])
    return run.succeeded ? run.output : "\(run.description)"
  }
}
