// SPDX-License-Identifier: Apache-2.0

/// A change to one SOP, on its way from a draft to a commit: the items it closes, often one, sometimes several, sometimes none
/// (a review, a correction).
package struct SOPChange: Equatable, Sendable {
  package let id: ChangeID
  /// How many events it has: the version that a command expects.
  package var version: Int
  package var draft: ChangeDraft
  package let proposedBy: PersonID
  package let proposedAt: Timestamp
  /// Counts the drafts; an approval is for one of them.
  package var revision: Int
  /// Counts the attempts to close.
  package var attempts: Int
  package var state: State

  package enum State: Equatable, Sendable {
    case inReview
    case approved(by: PersonID)
    case committing(ClosingIntent)
    case committed(ChangeCommitted)
    case conflicted
    case returned
    case withdrawn
  }

  package init(
    id: ChangeID, version: Int, draft: ChangeDraft, proposedBy: PersonID, proposedAt: Timestamp, revision: Int,
    attempts: Int, state: State
  ) {
    self.id = id
    self.version = version
    self.draft = draft
    self.proposedBy = proposedBy
    self.proposedAt = proposedAt
    self.revision = revision
    self.attempts = attempts
    self.state = state
  }

  package var stateWord: String {
    switch state {
    case .inReview: "in_review"
    case .approved: "approved"
    case .committing: "committing"
    case .committed: "committed"
    case .conflicted: "conflicted"
    case .returned: "returned"
    case .withdrawn: "withdrawn"
    }
  }

  package var approvedBy: PersonID? {
    switch state {
    case .approved(let approver): approver
    case .committing(let intent): intent.approvedBy
    case .committed(let committed): committed.approvedBy
    default: nil
    }
  }

  /// Whether it has ended: committed or withdrawn.
  package var isOver: Bool {
    switch state {
    case .committed, .withdrawn: true
    default: false
    }
  }
}

/// What a change proposes: the final bytes of one SOP, by digest, against the version that it started from.
package struct ChangeDraft: Equatable, Sendable {
  package var closes: [ItemID]
  /// Codes and tags of those items, in their order: they stand in the commit's trailers.
  package var keys: [RecurrenceKey]
  package var path: SOPPath
  /// The SOP's id in its front matter; the path where it has none.
  package var sop: String
  /// Version in the front matter: the base's, raised by one.
  package var sopVersion: Int
  package var effective: CalendarDate
  /// SHA-256 of the final bytes.
  package var content: Digest
  /// Nil where the SOP is new.
  package var base: SOPBase?
  /// Digest of the summary; the text stands in an erasable row until it stands in the commit.
  package var summary: Digest
  /// Who has had a hand in it beside the proposer, each once, in their order: wrote a commit of its branch, or let it close one more
  /// item. None of them may approve it.
  package var authors: [PersonID]
  /// Where the text was pushed; nil where it was handed in.
  package var pushed: PushedDraft?

  package init(
    closes: [ItemID], keys: [RecurrenceKey], path: SOPPath, sop: String, sopVersion: Int, effective: CalendarDate,
    content: Digest, base: SOPBase?, summary: Digest,
    authors: [PersonID] = [], pushed: PushedDraft? = nil
  ) {
    self.closes = closes
    self.keys = keys
    self.path = path
    self.sop = sop
    self.sopVersion = sopVersion
    self.effective = effective
    self.content = content
    self.base = base
    self.summary = summary
    self.authors = Set(authors).sorted()
    self.pushed = pushed
  }
}

/// A branch on which somebody proposed a text with plain git.
package struct PushedDraft: Equatable, Sendable {
  /// Without `refs/heads/`: `proposals/REM-12`.
  package let branch: String
  package let commit: CommitID

  package init(branch: String, commit: CommitID) {
    self.branch = branch
    self.commit = commit
  }
}

/// The version that a draft started from.
package struct SOPBase: Equatable, Sendable {
  /// The branch's tip at which it was read.
  package let commit: CommitID
  /// Git's id of the file, 40 hexadecimal digits.
  package let blob: String
  package let version: Int

  package init(commit: CommitID, blob: String, version: Int) {
    self.commit = commit
    self.blob = blob
    self.version = version
  }
}

/// The decision to commit an approved draft, recorded before anything is written to git. With the tree head whose last leaf
/// this event is, it fixes the commit to the byte, whatever the parent: doing it twice gives the same commit.
package struct ClosingIntent: Equatable, Sendable {
  /// `CHG-7.1`: the change and the number of the attempt.
  package let id: String
  package let revision: Int
  package let approvedBy: PersonID
  /// Who gave the command: the commit's committer.
  package let closedBy: PersonID
  /// When, in whole seconds: the commit's author and committer time.
  package let time: Timestamp
  /// The branch's tip when the intent was made; nil where the branch had no commit.
  package let base: CommitID?
  /// The domain of the commit's addresses, as set in the workspace then.
  package let domain: String

  package init(
    id: String, revision: Int, approvedBy: PersonID, closedBy: PersonID, time: Timestamp, base: CommitID?,
    domain: String
  ) {
    self.id = id
    self.revision = revision
    self.approvedBy = approvedBy
    self.closedBy = closedBy
    self.time = time
    self.base = base
    self.domain = domain
  }
}

/// The outcome of an intent: the commit is reachable, holds the approved text, and is durable.
package struct ChangeCommitted: Equatable, Sendable {
  package let intent: String
  package let approvedBy: PersonID
  package let sop: SOPReference
  /// Git's ids of the tree, the file, and the parent (nil for a first commit).
  package let tree: String
  package let blob: String
  package let parent: CommitID?
  package let takesEffect: Timestamp

  package init(
    intent: String, approvedBy: PersonID, sop: SOPReference, tree: String, blob: String, parent: CommitID?,
    takesEffect: Timestamp
  ) {
    self.intent = intent
    self.approvedBy = approvedBy
    self.sop = sop
    self.tree = tree
    self.blob = blob
    self.parent = parent
    self.takesEffect = takesEffect
  }
}
