// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Tracker

// One operation, done to the workspace through its use cases and to the model.
extension Trial {
  /// What a person reads of a refusal; nil where it was done.
  /// - Throws: what no refusal is.
  func refusal(_ body: () throws -> Void) throws -> String? {
    guard !isSkipping else { return nil }
    do {
      try body()
      return nil
    } catch let error as Rejection {
      return error.sentence
    } catch let error as ClosingError {
      return error.sentence
    } catch let error as ProposalError {
      return error.sentence
    } catch let error as StandingError {
      return error.sentence
    } catch let error as ReadingError {
      return error.sentence
    } catch let error as ErasureError {
      return error.sentence
    } catch let error as HandbookError {
      return error.sentence
    }
  }

  func both(
    _ real: () throws -> Void, _ model: (inout ModelState) throws(Refused) -> Void
  ) throws -> Outcome {
    let refusal = try self.refusal(real)
    return Outcome(expected: self.model.attempt(model), refusal: refusal)
  }

  func act(_ step: Step, as person: String) throws -> Outcome {
    let by = try caller(person)
    switch step.operation {
    case .record(let row): return try record(row, step.serial, by)
    case .load, .loadAgain, .retry: return try load(step, by)
    case .tick, .reopen, .backUp, .restoreBackup, .maintain: return try keep(step.operation)
    case .acknowledge, .assign, .comment, .extend, .approveExtension, .pause, .resume:
      return try workOn(step.operation, person, by)
    case .proposeRejection, .approveRejection, .returnRejection, .withdrawRejection, .closeRejected:
      return try reject(step.operation, person, by)
    case .propose, .join, .approve, .sendBack, .withdraw, .close, .closeBlocked, .abandon:
      return try change(step.operation, person, by)
    case .push, .pushProposal, .ratify, .restoreSOP: return try handbook(step, person, by)
    case .adopt(let plan):
      let entries = model.edited(plan, serial: step.serial)
      try model.writeTaxonomy(in: workspace.folder, entries)
      return try both {
        _ = try workspace.adoptTaxonomy(by: by)
      } _: { (model) throws(Refused) in
        try model.adopt(entries, by: person)
      }
    case .erase(let number):
      return try both {
        _ = try workspace.erase(
          ErasureSubject(values: [Trial.requesters[number]]), reason: "They asked for it.", by: by)
      } _: { (model) throws(Refused) in
        try model.mustBeKnown(person)
        try model.erase(number)
      }
    }
  }

  /// An item by a number: most often one of those for which it makes sense, sometimes any, or one that is not there.
  func item(_ number: Int, where isMeant: (Int) -> Bool) -> Int {
    chosen(number, model.items.indices.map { $0 + 1 }.filter(isMeant), of: model.items.count)
  }

  func change(_ number: Int, in states: [ModelChange.State]) -> Int {
    chosen(
      number, model.changes.indices.map { $0 + 1 }.filter { states.contains(model.changes[$0 - 1].state) },
      of: model.changes.count)
  }

  private func chosen(_ number: Int, _ meant: [Int], of count: Int) -> Int {
    meant.isEmpty || number % 7 == 6 ? number % (count + 2) + 1 : meant[number % meant.count]
  }

  func isLive(_ item: Int) -> Bool { !model.items[item - 1].isClosed }

  private func workOn(_ operation: Operation, _ person: String, _ by: Caller) throws -> Outcome {
    switch operation {
    case .acknowledge(let number):
      let item = item(number) { model.word($0) == "open" }
      return try both {
        try workspace.acknowledge(ItemID(item), by: by)
      } _: { (model) throws(Refused) in
        try model.acknowledge(item, by: person)
      }
    case .assign(let number, let to):
      let item = item(number, where: isLive)
      let owner = Members.names[to]
      let id = try caller(owner).person
      return try both {
        try workspace.assign(ItemID(item), to: id, by: by)
      } _: { (model) throws(Refused) in
        try model.assign(item, to: owner, by: person)
      }
    case .comment(let number, let naming):
      let item = item(number) { _ in true }
      return try both {
        try workspace.comment(on: ItemID(item), "\(Trial.requesters[naming]) called.", by: by)
      } _: { (model) throws(Refused) in
        try model.comment(item, naming: naming, by: person)
      }
    case .extend(let number, let hours):
      let item = item(number, where: isLive)
      let due = model.items.indices.contains(item - 1) ? max(model.items[item - 1].due, model.now) : model.now
      let until = due + Int64(hours - 24) * 3_600_000
      return try both {
        try workspace.extend(ItemID(item), until: Timestamp(milliseconds: until), reason: "It takes longer.", by: by)
      } _: { (model) throws(Refused) in
        try model.extend(item, until: until, by: person)
      }
    case .approveExtension(let number):
      let item = item(number) { model.items[$0 - 1].wish != nil }
      return try both {
        try workspace.approveExtension(of: ItemID(item), revision: nil, by: by)
      } _: { (model) throws(Refused) in
        try model.approveExtension(item, by: person)
      }
    case .pause(let number, let hours):
      let item = item(number) { isLive($0) && model.items[$0 - 1].owner == person }
      let until = model.now + Int64(hours - 12) * 3_600_000
      return try both {
        try workspace.pause(ItemID(item), until: Timestamp(milliseconds: until), reason: "A supplier.", by: by)
      } _: { (model) throws(Refused) in
        try model.pause(item, until: until, by: person)
      }
    case .resume(let number):
      let item = item(number) { isLive($0) && !model.items[$0 - 1].pauses.isEmpty }
      return try both {
        try workspace.resume(ItemID(item), by: by)
      } _: { (model) throws(Refused) in
        try model.resume(item, by: person)
      }
    default: return Outcome()
    }
  }

  private func reject(_ operation: Operation, _ person: String, _ by: Caller) throws -> Outcome {
    switch operation {
    case .proposeRejection(let number, let days, let tripwire):
      let item = item(number) { ["open", "acknowledged"].contains(model.word($0)) }
      let proposal = ModelRejection(by: person, expires: model.today + Int64(days), tripwire: tripwire)
      return try both {
        try workspace.proposeRejection(
          of: ItemID(item), rationale: "It costs little.",
          expiresOn: CalendarDate(daysSince1970: Int(proposal.expires)),
          tripwire: tripwire.map { RecurrenceRule(count: $0.count, window: Days($0.days)) }, by: by)
      } _: { (model) throws(Refused) in
        try model.proposeRejection(item, proposal)
      }
    case .approveRejection(let number):
      let item = item(number) { model.items[$0 - 1].rejection != nil && model.word($0) == "proposed" }
      return try both {
        try workspace.approveRejection(of: ItemID(item), revision: nil, by: by)
      } _: { (model) throws(Refused) in
        try model.approveRejection(item, by: person)
      }
    case .returnRejection(let number):
      let item = item(number) { model.items[$0 - 1].rejection != nil }
      return try both {
        try workspace.returnRejection(of: ItemID(item), note: "Say more.", by: by)
      } _: { (model) throws(Refused) in
        try model.returnRejection(item, by: person)
      }
    case .withdrawRejection(let number):
      let item = item(number) { model.items[$0 - 1].rejection != nil }
      return try both {
        try workspace.withdrawRejection(of: ItemID(item), by: by)
      } _: { (model) throws(Refused) in
        try model.withdrawRejection(item, by: person)
      }
    case .closeRejected(let number):
      let item = item(number) { model.items[$0 - 1].rejection != nil && model.word($0) == "approved" }
      return try both {
        try workspace.closeRejected(ItemID(item), by: by)
      } _: { (model) throws(Refused) in
        try model.closeRejected(item, by: person)
      }
    default: return Outcome()
    }
  }

  private func change(_ operation: Operation, _ person: String, _ by: Caller) throws -> Outcome {
    switch operation {
    case .propose(let plan, let closing):
      let draft = draft(plan, closing)
      return try both {
        _ = try workspace.proposeChange(
          closing: draft.closing.map { ItemID($0) }, path: SOPPath(draft.path), text: Array(draft.text.file.utf8),
          summary: "Say it better", by: by)
      } _: { (model) throws(Refused) in
        try model.propose(draft, by: person)
      }
    case .join(let number, let other):
      let change = change(number, in: number % 2 == 0 ? [.returned, .conflicted] : [.inReview, .approved])
      let item = item(other, where: isLive)
      return try both {
        _ = try workspace.join(ChangeID(change), closing: [ItemID(item)], by: by)
      } _: { (model) throws(Refused) in
        try model.join(change, closing: item, by: person)
      }
    case .approve(let number):
      let change = change(number, in: [.inReview])
      return try both {
        try workspace.approveChange(ChangeID(change), revision: nil, by: by)
      } _: { (model) throws(Refused) in
        try model.approve(change, by: person)
      }
    case .sendBack(let number):
      let change = change(number, in: [.inReview, .approved])
      return try both {
        try workspace.returnChange(ChangeID(change), note: "Say more.", by: by)
      } _: { (model) throws(Refused) in
        try model.sendBack(change, by: person)
      }
    case .withdraw(let number):
      let change = change(number, in: [.inReview, .approved, .returned, .conflicted])
      return try both {
        try workspace.withdrawChange(ChangeID(change), by: by)
      } _: { (model) throws(Refused) in
        try model.withdraw(change, by: person)
      }
    case .close(let number), .closeBlocked(let number, _, _):
      let change = change(number, in: [.approved])
      return try both {
        _ = try workspace.closeChange(ChangeID(change), by: by)
      } _: { (model) throws(Refused) in
        try model.close(change, by: person)
      }
    case .abandon(let number):
      let change = change(number, in: [.committing])
      return try both {
        try workspace.abandonClosing(ChangeID(change), by: by)
      } _: { (model) throws(Refused) in
        try model.abandon(change, by: person)
      }
    default: return Outcome()
    }
  }
}
