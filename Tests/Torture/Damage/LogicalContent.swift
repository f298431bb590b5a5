// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a workspace says, read by `sqlite3` and `git` alone: by this it is decided whether damage changed anything.
struct LogicalContent: Sendable {
  /// Everything, as text.
  private let all: String
  /// The same without what is in no hash and follows from nothing; docs/security.md lists it.
  private let bound: String

  /// What damage came to.
  enum Change: Equatable {
    case nothing
    case inWhatNothingBinds
    /// A line that one of them has and the other has not.
    case inPromises(String)
  }

  func change(from original: LogicalContent) -> Change {
    if all == original.all { return .nothing }
    if bound == original.bound { return .inWhatNothingBinds }
    let lines = Set(original.bound.split(separator: "\n"))
    let other = bound.split(separator: "\n").first { !lines.contains($0) }
    return .inPromises(String(other?.prefix(200) ?? "lines are missing"))
  }

  /// Reads a workspace that may be damaged; what cannot be read is a content of its own.
  init(of workspace: String, _ bench: Bench) throws {
    // SQLite moves the log into the file when it closes, so it gets a copy.
    let copy = bench.newPath("read")
    defer { bench.remove(copy) }
    let database = try LogicalContent.text(
      """
      mkdir "$2" && cp "$1"/sopwright.sqlite* "$2" && rm -f "$2"/*-shm
      sqlite3 "$2/sopwright.sqlite" 'PRAGMA integrity_check' .dump | sed '/^INSERT/!s/--.*//'
      """, workspace, copy)
    let boundDatabase = try LogicalContent.text(
      """
      sqlite3 "$2/sopwright.sqlite" 'PRAGMA integrity_check' "
        DROP TRIGGER exceptions_never_change; DROP TRIGGER checkpoints_never_change;
        DELETE FROM persons; DELETE FROM person_logins; UPDATE exceptions SET line = 0;
        UPDATE quarantine SET line = -id, field = '', reason = '', raw = x'',
          released = CASE released WHEN 1 THEN 0 ELSE released END; UPDATE checkpoints SET published_at = 0;
        UPDATE proposal_branches SET problem = NULL, basis = '';
        UPDATE handbook_tip SET reviews_looked_for = NULL, is_read = 0" .dump | sed '/^INSERT/!s/--.*//'
      """, workspace, copy)
    func repository(_ refs: String) throws -> String {
      try LogicalContent.text(
        """
        cd "$1/sop.git"
        git symbolic-ref HEAD
        refs=$(git for-each-ref --format='%(refname)' $2)
        git for-each-ref --format='%(refname) %(objectname)' $2
        git rev-list --objects $refs | cut -c1-40 | sort | git cat-file --batch | sha256sum
        git config --file config --list | grep -E '^(core.(bare|fsync|logallrefupdates)|transfer|receive|gc)' | sort -u
        cat hooks/pre-receive
        ls objects/info info | grep -vx packs  # a list for servers of files, which git makes anew
        """, workspace, refs)
    }
    let keys = try LogicalContent.text("cat \"$1\"/keys/checkpoint.key \"$1\"/keys/checkpoint.vkey", workspace, copy)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    all = [database, try repository("refs/heads/main refs/ledger"), keys].joined(separator: "\n")
    // The ledger's own refs may lag behind the database, which makes them anew; with an older value in packed-refs, a lost file of
    // theirs is such a lag.
    bound = [boundDatabase, try repository("refs/heads/main"), keys].joined(separator: "\n")
  }

  private static func text(_ script: String, _ arguments: String...) throws -> String {
    let run = try ProgramRun(
      ["bash", "-euo", "pipefail", "-c", script, "bash"] + arguments,
      environment: ["GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"])
    return run.succeeded ? run.output : "\(run.description)"
  }
}
