// SPDX-License-Identifier: Apache-2.0

@testable import Remediation

// Values that many tests need. Everything here is fixed, so that golden files can be made of it.

let ann = Actor(id: person("ann"), roles: [.processOwner])
let bob = Actor(id: person("bob"), roles: [.approver])
let cat = Actor(id: person("cat"), roles: [])
let eve = Actor(id: person("eve"), roles: [])
let root = Actor(id: person("root"), roles: [.administrator])
/// Holds every role, and is an auditor all the same.
let auditor = Actor(id: person("dan"), roles: Set(Role.allCases))

let rem = ItemID(12)
let chg = ChangeID(7)
let duplicateCharge = RecurrenceKey(.code, "RF-07")
let wrongAddress = RecurrenceKey(.rootCause, "RC-ADDRESS")
let playbook = path("refunds/duplicate-charge.md")
let opening = time("2026-11-21T09:30:00Z")

func person(_ text: String) -> PersonID {
  guard let person = PersonID(text) else { preconditionFailure("\(text) is no person") }
  return person
}

func path(_ text: String) -> SOPPath {
  do { return try SOPPath(text) } catch { preconditionFailure(error.sentence) }
}

func time(_ text: String) -> Timestamp {
  guard let time = Timestamp(canonical: text) else { preconditionFailure("\(text) is no time") }
  return time
}

func date(_ text: String) -> CalendarDate {
  guard let date = CalendarDate(text) else { preconditionFailure("\(text) is no date") }
  return date
}

/// Thirty-two equal bytes.
func digest(_ byte: UInt8) -> Digest {
  guard let digest = Digest(bytes: Array(repeating: byte, count: 32)) else { preconditionFailure() }
  return digest
}

/// Twenty equal bytes in hexadecimal digits.
func commit(_ byte: UInt8) -> CommitID {
  guard let commit = CommitID(Array(repeating: byte, count: 20).lowerCaseHex) else { preconditionFailure() }
  return commit
}

func erasable(_ text: String) -> ErasableText {
  ErasableText(digest: digest(0xEE), salt: Array(repeating: 1, count: 32), text: text)
}

let reference = SOPReference(
  id: "duplicate-charge", path: playbook, version: 4, commit: commit(0xC4), content: digest(0x54))

let because = OpenedBecause(
  rule: RecurrenceRule(count: 3, window: Days(30)), count: 4, first: time("2026-11-01T00:00:00Z"),
  last: time("2026-11-20T23:59:59.999Z"), expectedThousandths: nil)

let opened = ItemEvent.ItemOpened(
  key: duplicateCharge, owner: cat.id, severity: .major, sla: .standard, isHistoric: false, cause: .recurrence,
  because: because, since: nil, follows: nil, failed: nil, taxonomy: 1)

let draft = ChangeDraft(
  closes: [rem], keys: [duplicateCharge], path: playbook, sop: "duplicate-charge", sopVersion: 4,
  effective: date("2026-11-22"), content: digest(0x54), base: SOPBase(commit: commit(0xC3), blob: "b3", version: 3),
  summary: digest(0x50))

let intent = ClosingIntent(
  id: "CHG-7.1", revision: 1, approvedBy: bob.id, closedBy: ann.id, time: opening, base: commit(0xC3),
  domain: "example.org")

let committed = ChangeCommitted(
  intent: "CHG-7.1", approvedBy: bob.id, sop: reference, tree: "7e", blob: "b4", parent: commit(0xC3),
  takesEffect: opening + Days(1))

/// What a command came to: events, or the refusal.
enum Outcome<Event: Equatable & Sendable>: Equatable, Sendable {
  case events([Event])
  case refused(Rejection)

  init(_ decide: () throws(Rejection) -> [Event]) {
    do { self = .events(try decide()) } catch { self = .refused(error) }
  }
}

/// A day on which no proposal of the samples has expired.
let today = opening.date
