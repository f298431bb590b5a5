// SPDX-License-Identifier: Apache-2.0

/// The tables of a workspace. What is fixed for ever (ledger, evidence) and what can be made again from it (read models) are two
/// lists, and nothing of the second is needed to check the first.
enum Schema {
  /// Stored as SQLite's `user_version`.
  static let version = 8

  static let searchIndex =
    "CREATE VIRTUAL TABLE sop_text USING fts5 (title, body, content = '', tokenize = 'unicode61 remove_diacritics 2')"
  static let versionsByBlob = "CREATE INDEX sop_versions_by_blob ON sop_versions (blob)"

  /// "SOPW", SQLite's `application_id`: what `file` and other tools see.
  static let applicationID = 0x534F_5057

  static let ledger = """
    -- One row per event. Append-only.
    CREATE TABLE events (
      position INTEGER PRIMARY KEY CHECK (position >= 0), -- index of the leaf in the tree
      subject  TEXT NOT NULL,   -- what it is about: REM-12, CHG-7, taxonomy, evidence, handbook, workspace
      version  INTEGER NOT NULL CHECK (version >= 1),     -- its number among the events of the subject
      kind     TEXT NOT NULL,
      leaf     BLOB NOT NULL,   -- the canonical bytes: the event itself
      hash     BLOB NOT NULL CHECK (length(hash) = 32),   -- SHA-256(0x00 ‖ leaf)
      root     BLOB NOT NULL CHECK (length(root) = 32),   -- root of the tree whose last leaf this is
      nodes    BLOB NOT NULL,   -- roots of the perfect subtrees of two leaves or more that end here, smallest first, 32 bytes each
      UNIQUE (subject, version)
    ) STRICT;
    CREATE TRIGGER events_never_change BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

    -- Tree heads that were signed. Append-only; in no hash, for a signature over the tree cannot be in it.
    CREATE TABLE checkpoints (
      size INTEGER PRIMARY KEY CHECK (size > 0),           -- number of events
      root BLOB NOT NULL CHECK (length(root) = 32),
      note BLOB NOT NULL,                                  -- the signed note, as its bytes were published
      published_at INTEGER NOT NULL                        -- milliseconds since 1970
    ) STRICT;
    CREATE TRIGGER checkpoints_never_change BEFORE UPDATE ON checkpoints
      BEGIN SELECT RAISE(ABORT, 'what was signed stays'); END;
    CREATE TRIGGER checkpoints_are_never_deleted BEFORE DELETE ON checkpoints
      BEGIN SELECT RAISE(ABORT, 'what was signed stays'); END;

    -- What auditors signed of them, with keys of their own.
    CREATE TABLE cosignatures (
      size    INTEGER NOT NULL REFERENCES checkpoints (size),
      key     TEXT NOT NULL,                               -- the auditor's verifier key
      content BLOB NOT NULL,                               -- time (8 bytes) and signature (64), as in the note
      PRIMARY KEY (size, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER cosignatures_never_change BEFORE UPDATE ON cosignatures
      BEGIN SELECT RAISE(ABORT, 'what was signed stays'); END;
    CREATE TRIGGER cosignatures_are_never_deleted BEFORE DELETE ON cosignatures
      BEGIN SELECT RAISE(ABORT, 'what was signed stays'); END;

    -- What people wrote. Erasable: the event holds the digest alone.
    CREATE TABLE texts (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32), -- SHA-256(salt ‖ text)
      salt   BLOB NOT NULL,
      text   TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Logins that ran commands. Erasable.
    CREATE TABLE logins (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32), -- SHA-256(salt ‖ login)
      salt   BLOB NOT NULL,
      login  TEXT NOT NULL UNIQUE
    ) STRICT, WITHOUT ROWID;

    -- Names and addresses of people. Erasable.
    CREATE TABLE persons (
      id      TEXT PRIMARY KEY, -- as in the taxonomy
      name    TEXT,
      address TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE person_logins (
      login  TEXT PRIMARY KEY,
      person TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Texts that events name by their SHA-256: taxonomies, maps, drafts of SOPs.
    CREATE TABLE documents (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32), -- SHA-256(bytes)
      bytes  BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  static let evidence = """
    CREATE TABLE sources (
      id   INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT;

    -- One row per batch; its event is the truth, this is the way from a record to it.
    CREATE TABLE batches (
      id       INTEGER PRIMARY KEY,
      position INTEGER NOT NULL UNIQUE REFERENCES events (position),
      digest   BLOB NOT NULL,             -- RFC 6962 root over the leaves of its records
      source   INTEGER NOT NULL REFERENCES sources (id),
      taxonomy INTEGER NOT NULL,          -- version by which codes were read
      first    INTEGER NOT NULL,          -- id of its first record; ids within a batch have no gaps
      records  INTEGER NOT NULL,
      received_at INTEGER NOT NULL        -- milliseconds since 1970
    ) STRICT;

    -- One row per record. Never changed, but for superseded_by, which is derived.
    CREATE TABLE exceptions (
      id          INTEGER PRIMARY KEY,
      batch       INTEGER NOT NULL,
      line        INTEGER NOT NULL,       -- line of the file, 0 where there was none
      source      INTEGER NOT NULL,
      ref         TEXT NOT NULL,          -- with the source: which exception this is
      occurred_at INTEGER NOT NULL,       -- milliseconds since 1970
      code        TEXT NOT NULL,
      raw_code    TEXT NOT NULL,
      root_causes TEXT,                   -- ids separated by spaces
      raw_root_cause TEXT,
      team        TEXT,
      severity    TEXT,
      status      TEXT,
      case_ref    TEXT,
      amount      INTEGER,                -- minor units
      currency    TEXT,
      deviation   TEXT,                   -- percent, decimal
      resolved_at INTEGER,                -- milliseconds since 1970
      updated_at  INTEGER,                -- milliseconds since 1970
      personal    BLOB,                   -- SHA-256(salt ‖ personal fields)
      leaf        BLOB NOT NULL,          -- SHA-256(0x00 ‖ canonical bytes of the record)
      superseded_by INTEGER,              -- derived: the next record of the same exception
      run INTEGER NOT NULL GENERATED ALWAYS AS (id >> \(ExceptionRun.bits)) VIRTUAL
    ) STRICT;
    CREATE UNIQUE INDEX exceptions_by_reference ON exceptions (source, ref) WHERE superseded_by IS NULL;
    CREATE INDEX exceptions_by_code ON exceptions (run, code, occurred_at) WHERE superseded_by IS NULL;
    CREATE INDEX exceptions_superseded ON exceptions (superseded_by) WHERE superseded_by IS NOT NULL;
    CREATE VIEW exception_runs (run) AS
      WITH RECURSIVE runs (run) AS (
        SELECT 0 UNION ALL
        SELECT run + 1 FROM runs WHERE run < (SELECT max(id) >> \(ExceptionRun.bits) FROM exceptions)
      ) SELECT run FROM runs;
    CREATE TRIGGER exceptions_never_change BEFORE UPDATE OF
        id, batch, line, source, ref, occurred_at, code, raw_code, root_causes, raw_root_cause, team, severity, status,
        case_ref, amount, currency, deviation, resolved_at, updated_at, personal, leaf ON exceptions
      BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;
    CREATE TRIGGER exceptions_are_never_deleted BEFORE DELETE ON exceptions
      BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;

    -- What of a record identifies people or is free text. Erasable.
    CREATE TABLE personal (
      exception INTEGER PRIMARY KEY,
      salt      BLOB NOT NULL,            -- 32 random bytes
      fields    BLOB NOT NULL             -- canonical JSON
    ) STRICT;

    -- Rows of files that could not be read. Erasable.
    CREATE TABLE quarantine (
      id     INTEGER PRIMARY KEY,
      batch  INTEGER NOT NULL REFERENCES batches (id),
      file   BLOB NOT NULL,               -- SHA-256 of the file
      header BLOB,                        -- SHA-256 of the file's header, which is in documents; null where it has none
      line   INTEGER NOT NULL,
      field  TEXT NOT NULL,
      reason TEXT NOT NULL,               -- with the remedy, as a sentence
      raw    BLOB NOT NULL,               -- the row as it stands in the file
      released INTEGER NOT NULL DEFAULT 0, -- by events: 1 read since, 2 erased, 3 set aside as no exception
      UNIQUE (file, line)
    ) STRICT;
    """

  static let readModels = """
    CREATE TABLE tree_head (
      id       INTEGER PRIMARY KEY CHECK (id = 1),
      size     INTEGER NOT NULL,
      frontier BLOB NOT NULL,             -- roots of the perfect subtrees, largest first, 32 bytes each
      last_at  INTEGER NOT NULL           -- time of the last event
    ) STRICT;

    CREATE TABLE subjects (
      subject TEXT PRIMARY KEY,
      version INTEGER NOT NULL            -- number of its events
    ) STRICT, WITHOUT ROWID;

    -- Which events the history of an item or a change shows: its own, and those of its change.
    CREATE TABLE history (
      subject  TEXT NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (subject, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE taxonomies (
      version    INTEGER PRIMARY KEY,
      document   BLOB NOT NULL,
      adopted_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE taxonomy_proposal (
      id          INTEGER PRIMARY KEY CHECK (id = 1),
      document    BLOB NOT NULL,
      proposed_by TEXT NOT NULL
    ) STRICT;

    -- A stretch of a key's time that belongs to one item: from the effect of the closing before to the effect of its own.
    CREATE TABLE segments (
      kind    TEXT NOT NULL,
      value   TEXT NOT NULL,
      ordinal INTEGER NOT NULL,           -- 1 is the key's first
      since   INTEGER NOT NULL,           -- first instant; the smallest integer in the first segment
      until   INTEGER,                    -- first instant no longer in it; null while its item is not closed
      rule    TEXT,                       -- what is watched: the taxonomy's rule, the item's frozen one, or a tripwire
      start   INTEGER,                    -- from when on exceptions belong to the item: the earliest window's first
      held_at INTEGER,                    -- when the rule came to hold: that window's N-th instant; null where it does not
      item    INTEGER,                    -- number of its item; null until one opens
      suppressed_by INTEGER,              -- the rejected item whose rejection holds in it
      occurrences INTEGER NOT NULL DEFAULT 0, -- exceptions from start on
      PRIMARY KEY (kind, value, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX segments_live ON segments (kind, value) WHERE until IS NULL;
    CREATE INDEX segments_by_item ON segments (item) WHERE item IS NOT NULL;
    -- What may open an item: looked for after each write.
    CREATE INDEX segments_held ON segments (held_at) WHERE until IS NULL AND item IS NULL AND held_at IS NOT NULL;
    CREATE INDEX segments_rejected ON segments (suppressed_by)
      WHERE until IS NULL AND item IS NULL AND suppressed_by IS NOT NULL;
    CREATE TABLE segment_money (
      kind TEXT NOT NULL, value TEXT NOT NULL, ordinal INTEGER NOT NULL,
      currency TEXT NOT NULL,
      amount   INTEGER NOT NULL,          -- minor units of the exceptions from start on
      PRIMARY KEY (kind, value, ordinal, currency)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tags (
      run         INTEGER NOT NULL,       -- of the exception
      tag         TEXT NOT NULL,
      occurred_at INTEGER NOT NULL,
      exception   INTEGER NOT NULL,
      PRIMARY KEY (run, tag, occurred_at, exception)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE items (
      number   INTEGER PRIMARY KEY,
      version  INTEGER NOT NULL,
      kind     TEXT NOT NULL,
      value    TEXT NOT NULL,
      owner    TEXT NOT NULL,
      severity TEXT NOT NULL,
      state    TEXT NOT NULL,
      cause    TEXT NOT NULL,
      historic INTEGER NOT NULL,
      opened_at INTEGER NOT NULL,
      acknowledge_by INTEGER NOT NULL,
      due_at   INTEGER NOT NULL,
      next_at  INTEGER,                   -- when time may bring something about that the ledger has not noticed
      clock    TEXT NOT NULL,             -- canonical JSON: policy, calendar, pauses, extension
      rule TEXT NOT NULL, because_count INTEGER NOT NULL, because_first INTEGER NOT NULL, because_last INTEGER NOT NULL,
      expected_thousandths INTEGER,
      follows  INTEGER,
      failed   TEXT,                      -- canonical JSON of the version that did not hold
      change   INTEGER,                   -- the change under way, or the one that closed it
      rejection TEXT,                     -- canonical JSON of the proposed or signed rejection
      approved_by TEXT,                   -- of the rejection
      closed_at INTEGER,
      takes_effect INTEGER,
      sop      TEXT                       -- canonical JSON of the version that closed it
    ) STRICT;
    CREATE INDEX items_by_next ON items (next_at) WHERE next_at IS NOT NULL;
    -- One open item per key.
    CREATE UNIQUE INDEX items_open ON items (kind, value) WHERE closed_at IS NULL;

    CREATE TABLE changes (
      number  INTEGER PRIMARY KEY,
      version INTEGER NOT NULL,
      state   TEXT NOT NULL,
      proposed_by TEXT NOT NULL,
      proposed_at INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      path    TEXT NOT NULL,
      draft   TEXT NOT NULL,              -- canonical JSON
      approved_by TEXT,
      intent  TEXT,                       -- canonical JSON, while committing
      outcome TEXT                        -- canonical JSON, when committed
    ) STRICT;
    CREATE INDEX changes_by_state ON changes (state);

    -- Commits that the handbook's branch took up and that changed an SOP, in the order in which it did. Made from git.
    CREATE TABLE sop_commits (
      number    INTEGER PRIMARY KEY,
      commit_id BLOB NOT NULL CHECK (length(commit_id) = 20),
      author    TEXT NOT NULL,
      committed_at INTEGER NOT NULL,
      founding  INTEGER NOT NULL,         -- 1 where the workspace began with it
      change    INTEGER                   -- the approved change that it is of
    ) STRICT;
    CREATE INDEX sop_commits_by_id ON sop_commits (commit_id);
    -- Versions of SOPs: what those commits changed.
    CREATE TABLE sop_versions (
      sequence INTEGER PRIMARY KEY,
      path     TEXT NOT NULL,
      number   INTEGER NOT NULL,          -- of the commit
      blob     BLOB                       -- git's id of the file; null where the commit deleted it
    ) STRICT;
    CREATE INDEX sop_versions_by_path ON sop_versions (path, sequence);
    CREATE INDEX sop_versions_by_number ON sop_versions (number);
    \(versionsByBlob);
    -- What files say of themselves. Of versions before the workspace began, read when somebody asks for them.
    CREATE TABLE sop_contents (
      id       INTEGER PRIMARY KEY,
      blob     BLOB NOT NULL UNIQUE,
      content  BLOB,                      -- SHA-256 of the bytes; null where the file is left alone
      problem  TEXT,                      -- why it is left alone
      front_matter TEXT,                  -- canonical JSON
      indexed  INTEGER NOT NULL DEFAULT 0 -- 1 where sop_text has its words, under the same id
    ) STRICT;
    -- The words of files, for searching; no text. Filled when somebody searches.
    \(searchIndex);
    -- Files that have this id, or cover this code or tag.
    CREATE TABLE sop_keys (
      kind TEXT NOT NULL,                 -- id, code, root_cause
      value TEXT NOT NULL,
      blob BLOB NOT NULL,
      PRIMARY KEY (kind, value, blob)
    ) STRICT, WITHOUT ROWID;
    -- Where files came from that commits added, looked for when somebody asks.
    CREATE TABLE sop_origins (
      path     TEXT NOT NULL,
      commit_id BLOB NOT NULL CHECK (length(commit_id) = 20),
      source   TEXT,                      -- null where the file was new
      copied   INTEGER NOT NULL,          -- 1 where the source is still there
      PRIMARY KEY (path, commit_id)
    ) STRICT, WITHOUT ROWID;
    -- Which versions put the lines into one, looked for when somebody asks: one version of each path, the newest asked for.
    CREATE TABLE sop_lines (
      path     TEXT PRIMARY KEY,
      commit_id BLOB NOT NULL CHECK (length(commit_id) = 20),
      origins  TEXT NOT NULL              -- canonical JSON: a number of lines, and the place of their version in the history, in turn
    ) STRICT, WITHOUT ROWID;
    -- What people said of versions: that they stand, were reviewed, were read.
    CREATE TABLE sop_decisions (
      position INTEGER PRIMARY KEY REFERENCES events,
      kind     TEXT NOT NULL,             -- ratified, reviewed, read, review_due
      path     TEXT NOT NULL,
      commit_id BLOB NOT NULL CHECK (length(commit_id) = 20),
      person   TEXT NOT NULL,
      at       INTEGER NOT NULL,
      next     TEXT                       -- when the next review is due
    ) STRICT;
    CREATE INDEX sop_decisions_by_path ON sop_decisions (path, commit_id);
    -- Branches on which people propose, as they were looked at last.
    CREATE TABLE proposal_branches (
      name     TEXT PRIMARY KEY,
      commit_id BLOB NOT NULL CHECK (length(commit_id) = 20),
      author   TEXT,
      change   INTEGER,                   -- what it became
      problem  TEXT,                      -- why it cannot be proposed
      basis    TEXT NOT NULL              -- what the judgement depended on
    ) STRICT;
    -- Erasures whose bytes may still be in free pages of the file.
    CREATE TABLE erasures_to_purge (
      position INTEGER PRIMARY KEY REFERENCES events
    ) STRICT;
    CREATE TABLE handbook_tip (
      id     INTEGER PRIMARY KEY CHECK (id = 1),
      commit_id TEXT NOT NULL,            -- the branch's tip as the ledger last saw it
      reviews_looked_for INTEGER,         -- the last day on which due reviews were looked for, since 1970-01-01
      is_read  INTEGER NOT NULL DEFAULT 0 -- 1 where sop_contents has every version, those before the workspace too
    ) STRICT;
    """
}
