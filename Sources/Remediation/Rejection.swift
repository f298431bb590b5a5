// SPDX-License-Identifier: Apache-2.0

/// Why the rules refuse something. Every case is a sentence that says what to do.
package enum Rejection: Error, Equatable, Sendable {
  // Names and formats
  case sopPath(String, reason: String)
  case recurrenceRule(String)
  case textMissing(String)
  case reference(String)
  case nothingToSearch
  case reviewedAlready(Int)
  case notRecordedYet(Int, present: Int)
  // People
  case unknownPerson(String)
  case auditorChangesNothing(PersonID)
  case needsRole(Role, person: PersonID, action: String)
  case auditorHasOtherRoles(PersonID, [Role])
  case datesReversed(CalendarDate, CalendarDate)
  case taxonomyMoved(Int)
  case taxonomyFilesMoved
  case filesNotAdopted
  case peopleWait(PersonID)
  case dividedRemit(PersonID, [RecurrenceKey])
  case beyondRemit(PersonID, RecurrenceKey?, names: [String])
  // Items
  case unknownItem(String)
  case alreadyAcknowledged(ItemID)
  case alreadyOwner(ItemID, PersonID)
  case alreadyClosed(ItemID)
  case itemHasChange(ItemID, ChangeID)
  case rejectionPending(ItemID, PersonID)
  case expiryNotInFuture(CalendarDate)
  case expiryTooFar(CalendarDate)
  // An item's clock
  case extensionNotLater(ItemID, dueAt: Timestamp)
  case extensionTooFar(ItemID, latest: Timestamp)
  case noExtension(ItemID)
  case onlyAnExtension(ItemID, PersonID)
  case acknowledgeFirst(ItemID)
  case notYoursToPause(ItemID, PersonID)
  case alreadyPaused(ItemID, until: Timestamp)
  case notPaused(ItemID)
  case pauseNotAhead(ItemID, Timestamp)
  case pauseTooLong(ItemID, Days)
  case alreadyOverdue(ItemID, dueAt: Timestamp)
  // Approval and closing, of an item's rejection or of a change
  case nothingToApprove(String, String)
  case ownProposal(String, PersonID)
  case inPlaceOfProposer(String, PersonID, PersonID)
  case revisionMoved(String, asked: Int, present: Int)
  case nothingToWithdraw(String)
  case notYoursToWithdraw(String, PersonID)
  case notYoursToClose(String, [PersonID])
  case notApproved(String, String)
  case nothingToAbandon(String)
  // SOP changes
  case unknownChange(String)
  case notYoursToRevise(ChangeID, PersonID)
  case closingUnderWay(ChangeID)
  case alreadyCommitted(ChangeID)
  case withdrawnAlready(ChangeID)
  case notCovered(RecurrenceKey, SOPPath)
  case bodyUnchanged(SOPPath)
  case bodyEmpty(SOPPath)
  case identityChanged(SOPPath, from: String, to: String)
  case effectiveTooFar(CalendarDate, latest: CalendarDate)
  case textTooLarge
  case marksLeft(line: Int)
  // SOPs in force
  case nothingToRatify(SOPPath)
  case ownPush(SOPPath, PersonID)
  case notRatified(SOPPath)
  case reviewOutOfReach(CalendarDate, latest: CalendarDate)
  // Taxonomy
  case unknownEntry(RecurrenceKey)
  case retiredEntry(RecurrenceKey, heirs: [String])
  case noTaxonomyYet
  case taxonomyFaulty(Int)
  case taxonomyUnchanged(Int)
  case secondAdministratorNeeded(PersonID)
  case unknownTaxonomyVersion(String, newest: Int)
  // Simulation
  case periodReversed(Timestamp, Timestamp)
  case catchAllOpensNothing(RecurrenceKey)
  case countsUnderHeirs(RecurrenceKey, [RecurrenceKey])

  package var sentence: String {
    switch self {
    case .sopPath(let path, let reason): "\"\(path)\" cannot be the path of an SOP: \(reason)."
    case .recurrenceRule(let text):
      "\"\(text)\" is no recurrence rule. Write N/Wd, for example 3/30d: three within thirty days."
    case .textMissing(let what): "The \(what) is empty. Write at least a sentence that others understand next year."
    case .reference(let text):
      "\(text.quoted) cannot be a reference. Write the ticket's number or name: one line, at "
        + "most \(ExceptionRecord.longestReference) bytes."
    case .reviewedAlready(let size):
      "The record was reviewed up to its event \(size) already. Name a later size, of what you looked at."
    case .notRecordedYet(let size, let present):
      "The record has \(present) events, so nobody can have looked at \(size). Name the size that you saw."
    case .nothingToSearch: "Write what to search for: some words, \"a phrase\", or the beginning of a word and a *."
    case .unknownPerson(let name):
      "\"\(name)\" is not a person of this workspace. An administrator adds people."
    case .auditorChangesNothing(let person):
      "\(person) is an auditor: auditors read everything and change nothing."
    case .needsRole(let role, let person, let action):
      "\(person) may not \(action): that takes the role \(role.rawValue). An administrator gives it."
    case .auditorHasOtherRoles(let person, let others):
      "\(person) would be an auditor, who changes nothing, and \(others.map(\.words).joined(separator: ", ")) besides. Take the one "
        + "or the other away, or give the auditor an id of their own."
    case .taxonomyMoved(let version):
      "The taxonomy has moved on: version \(version) is in force now. Look at it again, then change it."
    case .taxonomyFilesMoved:
      "The files of the taxonomy have changed since you looked at them. Look at what would change now, then adopt it."
    case .filesNotAdopted:
      "The files of the taxonomy say something about codes, tags, SLAs or calendars that nobody has adopted. Adopt that or take it back "
        + "first; then change people."
    case .peopleWait(let person):
      "\(person) proposed a change to people that waits for another administrator. Adopt it or take it back first; then change more."
    case .dividedRemit(let person, let keys):
      "No single right of \(person) covers \(keys.map(\.value).joined(separator: " and ")) together. An approver who decides about all of "
        + "them decides this."
    case .datesReversed(let from, let until): "This would begin on \(from) and end before, on \(until)."
    case .beyondRemit(let person, let key, let names):
      "\(person) decides about \(names.joined(separator: ", ")) only, and "
        + (key.map { "\($0.value) is not among them" } ?? "this concerns no code and no tag")
        + ". An approver whose part it is decides it."
    case .extensionNotLater(let id, let due):
      "\(id) is due on \(due). Ask for a later time."
    case .extensionTooFar(let id, let latest): "\(id) can be extended until \(latest) at most."
    case .noExtension(let id): "Nobody has asked for an extension of \(id)."
    case .onlyAnExtension(let id, let person):
      "Nobody proposes to close \(id). \(person) asks for more time, which an approver grants."
    case .acknowledgeFirst(let id): "Nobody has acknowledged \(id) yet. Acknowledge it first."
    case .notYoursToPause(let id, let owner): "\(id) is \(owner)'s: its owner alone pauses it."
    case .alreadyPaused(let id, let until):
      "\(id) is paused until \(until). To go on before that, resume it."
    case .notPaused(let id): "\(id) is not paused."
    case .pauseNotAhead(let id, let now): "A pause of \(id) has to end after now, which is \(now)."
    case .pauseTooLong(let id, let days):
      "All pauses of \(id) together would be longer than \(days.count) days. Ask for an extension."
    case .alreadyOverdue(let id, let due):
      "\(id) was due on \(due); a pause changes nothing now. Ask for an extension."
    case .unknownItem(let id): "There is no item \(id). See the list of items."
    case .alreadyAcknowledged(let id): "\(id) is acknowledged already."
    case .alreadyOwner(let id, let person): "\(id) belongs to \(person) already."
    case .alreadyClosed(let id):
      "\(id) is closed, and a closed item never changes. If the trouble comes back, a new item opens and names it."
    case .itemHasChange(let id, let change):
      "\(id) is being changed by \(change). Join that change, or have it withdrawn first."
    case .rejectionPending(let id, let person):
      "\(person) has proposed to reject \(id). Have that withdrawn or returned first."
    case .expiryNotInFuture(let date): "The rejection would expire on \(date), which is not in the future."
    case .expiryTooFar(let date):
      "The rejection would expire on \(date). A rejection holds for three years at most; name an earlier date."
    case .nothingToApprove(let id, let state):
      "There is nothing to approve in \(id): it is \(Rejection.words(state)). Propose an SOP change or a rejection first."
    case .ownProposal(let id, let person):
      "\(person) proposed \(id) and so cannot approve it. A second person has to."
    case .inPlaceOfProposer(let id, let person, let principal):
      "\(person) acts in the place of \(principal), who had a hand in \(id), and so cannot approve it. Another person has to."
    case .revisionMoved(let id, let asked, let present):
      "\(id) has moved on: you asked for revision \(asked), and revision \(present) is there now. Look at it, then approve."
    case .nothingToWithdraw(let id): "There is no proposal in \(id) to withdraw."
    case .notYoursToWithdraw(let id, let person): "The proposal in \(id) is \(person)'s: \(person) may withdraw it."
    case .notYoursToClose(let id, let people):
      "\(id) may be closed by its owner, the proposer or the approver: \(Rejection.list(people))."
    case .notApproved(let id, let state):
      "\(id) is \(Rejection.words(state)), not approved. A second person approves it."
    case .nothingToAbandon(let id): "\(id) has no unfinished closing to abandon."
    case .unknownChange(let id): "There is no SOP change \(id)."
    case .notYoursToRevise(let id, let person): "\(id) is \(person)'s change: \(person) may revise it."
    case .closingUnderWay(let id):
      "\(id) is being committed at this moment; the next command finishes it, or the server within a minute. Until then it can be "
        + "given up at a terminal."
    case .alreadyCommitted(let id): "\(id) is committed; start a new change."
    case .withdrawnAlready(let id): "\(id) was withdrawn; start a new change."
    case .notCovered(let key, let path):
      "The text of \(path) does not cover \(key.value). Add it to the front matter: "
        + "\(key.kind == .code ? "codes" : "root_causes"): [\(key.value)]"
    case .bodyUnchanged(let path):
      "The text of \(path) says the same as the version in force. Change what people are to do, not only white space "
        + "or front matter."
    case .bodyEmpty(let path): "The text of \(path) has no body below its front matter."
    case .identityChanged(let path, let from, let to):
      "The text of \(path) has the id \"\(to)\", but this SOP is \"\(from)\". Keep its id."
    case .effectiveTooFar(let date, let latest):
      "The SOP would take effect on \(date). It may at the latest on \(latest), thirty days from now."
    case .textTooLarge:
      "The text has more than the 1,048,576 bytes that an SOP may have. Is it the right file? Divide it otherwise."
    case .marksLeft(let line):
      "Line \(line) begins what two people wrote for the same place. Decide what stays, and take the marks <<<<<<<, ======= and "
        + ">>>>>>> away."
    case .nothingToRatify(let path): "The newest version of \(path) is approved; there is nothing to ratify."
    case .ownPush(let path, let person):
      "\(person) pushed the newest version of \(path) and so cannot ratify it. A second person has to."
    case .notRatified(let path):
      "The newest version of \(path) came past the tool. A second person ratifies it first."
    case .reviewOutOfReach(let date, let latest):
      "The next review would be on \(date). It has to be after today, and at the latest on \(latest)."
    case .unknownEntry(let key):
      "The taxonomy in force has no \(key.kind.words) \(key.value). See the taxonomy."
    case .retiredEntry(let key, let heirs):
      heirs.isEmpty
        ? "The \(key.kind.words) \(key.value) is retired, and nothing took over from it. Name one that is in force."
        : "The \(key.kind.words) \(key.value) is retired. Name what took over from it: \(heirs.joined(separator: " or "))."
    case .noTaxonomyYet: "No taxonomy was in force at that time: the workspace was made later."
    case .taxonomyFaulty(let count):
      "The taxonomy has \(count == 1 ? "an error" : "\(count) errors") and was not adopted. See "
        + "what its check finds."
    case .taxonomyUnchanged(let version): "The files say the same as version \(version), which is in force."
    case .secondAdministratorNeeded(let person):
      "\(person) proposed this change to people, roles or policies; another administrator puts it in force."
    case .unknownTaxonomyVersion(let text, let newest):
      "There is no version \"\(text)\" of the taxonomy. Write a number from 1 to \(newest), or files for what stands in the "
        + "folder taxonomy."
    case .periodReversed(let since, let until):
      "The period would begin at \(since) and end before that, at \(until). Give --since the earlier of the two."
    case .catchAllOpensNothing(let key):
      "\(key.value) is a catch-all: it opens nothing under any rule. Name a code that says what went wrong."
    case .countsUnderHeirs(let key, let heirs):
      "\(key.value) is retired, and its exceptions count for what took over from it. Name that: "
        + heirs.map(\.value).joined(separator: ", ")
    }
  }

  /// What somebody at a terminal types then; nil where no one command helps. The sentence goes on with it after a colon.
  package var command: String? {
    switch self {
    case .unknownPerson(let name): "sopwright people add \(PersonID(name)?.text ?? "ID")"
    case .needsRole(let role, let person, _): "sopwright people add \(person) --role \(role.rawValue)"
    case .extensionNotLater(let id, _): "sopwright extend \(id) --until TIME --reason …"
    case .onlyAnExtension(let id, _): "sopwright approve \(id) --extension"
    case .acknowledgeFirst(let id): "sopwright acknowledge \(id)"
    case .alreadyPaused(let id, _): "sopwright resume \(id)"
    case .pauseTooLong(let id, _), .alreadyOverdue(let id, _): "sopwright extend \(id)"
    case .unknownItem: "sopwright items"
    case .itemHasChange(_, let change): "sopwright withdraw \(change)"
    case .notApproved(let id, _): "sopwright approve \(id)"
    case .closingUnderWay(let id): "sopwright close \(id) --abandon"
    case .notRatified(let path): "sopwright sop ratify \(path)"
    case .unknownEntry: "sopwright taxonomy show"
    case .taxonomyFaulty: "sopwright taxonomy check"
    case .secondAdministratorNeeded: "sopwright taxonomy adopt"
    default: nil
    }
  }

  private static func words(_ state: String) -> String { state.replacing("_", with: " ") }

  private static func list(_ people: [PersonID]) -> String {
    Set(people).sorted().map(\.text).joined(separator: ", ")
  }
}
