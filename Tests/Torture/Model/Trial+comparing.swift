// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Tracker

// Where workspace and model differ. All of it, in sentences.
extension Trial {
  /// Items and changes: quick enough to be asked after every step.
  func differences() throws -> [String] {
    let (items, changes) = try workspace.ledger.read { (try $0.items(), try $0.changes()) }
    var real: [String] = []
    for summary in items.sorted(by: { $0.item.id < $1.item.id }) {
      let item = summary.item
      let kind = item.key.kind == .code ? "code" : "tag"
      real.append(
        "\(item.id) \(kind):\(item.key.value) \(item.stateWord) of \(item.owner), \(item.cause.rawValue), "
          + "\(item.because.rule) from \(item.because.first), follows \(item.follows.map { "\($0)" } ?? "none"), "
          + "historic \(item.isHistoric), due \(item.dueAt), \(summary.occurrences) exceptions, "
          + "change \(item.change.map { "\($0)" } ?? "none")")
    }
    for change in changes.sorted(by: { $0.id < $1.id }) {
      let draft = change.draft
      real.append(
        "\(change.id) \(change.stateWord) by \(change.proposedBy), \(draft.path) v\(draft.sopVersion) "
          + "effective \(draft.effective), closes \(draft.closes.map(\.description)), "
          + "attempts \(change.attempts), authors \(draft.authors.map(\.text))")
    }
    return difference(of: real, from: expectedItems + expectedChanges)
  }

  private var expectedItems: [String] {
    model.items.indices.map { index in
      let item = model.items[index]
      var change = "none"
      switch item.state {
      case .inChange(let number), .closedByChange(let number): change = "CHG-\(number)"
      default: break
      }
      return "REM-\(index + 1) \(item.key) \(model.word(index + 1)) of \(item.owner), \(item.cause), "
        + "\(item.rule) from \(Day.time(item.first)), follows \(item.follows.map { "REM-\($0)" } ?? "none"), "
        + "historic \(item.isHistoric), due \(Day.time(item.due)), \(model.members(of: index + 1).count) exceptions, "
        + "change \(change)"
    }
  }

  private var expectedChanges: [String] {
    model.changes.indices.map { index in
      let change = model.changes[index]
      let words: [ModelChange.State: String] = [
        .inReview: "in_review", .approved: "approved", .committing: "committing", .committed: "committed",
        .conflicted: "conflicted", .returned: "returned", .withdrawn: "withdrawn",
      ]
      return "CHG-\(index + 1) \(words[change.state] ?? "") by \(change.by), \(change.path) "
        + "v\(change.text.version ?? 0) effective \(Day.text(change.text.effective ?? 0)), "
        + "closes \(change.closes.map { "REM-\($0)" }), attempts \(change.attempts), "
        + "authors \(change.authors.sorted())"
    }
  }

  private func difference(of real: [String], from expected: [String]) -> [String] {
    (0..<max(real.count, expected.count)).compactMap { index in
      let (is_, ought) = (
        index < real.count ? real[index] : "nothing", index < expected.count ? expected[index] : "nothing"
      )
      return is_ == ought ? nil : "there is: \(is_); there should be: \(ought)"
    }
  }

  /// Everything: exceptions and whose they are, what is held back, the branch commit by commit, versions and what was in force, and
  /// whether it all verifies, which makes the read models again from the events.
  func allDifferences() throws -> [String] {
    var found = try differences()
    found += try evidence()
    found += try branch()
    found += try versions()
    found += try (workspace.verifyRecord().findings + workspace.verifyHandbook()).map {
      "verify: \($0.check) \($0.subject): \($0.detail)"
    }
    let checked = try ProgramRun(["git", "-C", "\(workspace.folder)/sop.git", "fsck", "--strict", "--no-progress"])
    if !checked.succeeded { found.append("git fsck: \(checked.description)") }
    return found
  }

  private func evidence() throws -> [String] {
    var real: [String] = []
    var members: [String: [ItemID]] = [:]
    try workspace.forEachException(ExceptionQuery()) { view in
      let name = "\(view.record.source)/\(view.record.reference)"
      real.append(
        "\(name) \(view.record.occurredAt) \(view.record.code) \(view.record.rootCauses), revision \(view.revisions)")
      members[name] = view.items.sorted()
    }
    let expected = model.records.map { name, record in
      "\(name) \(Day.time(record.content.at)) \(record.content.code) \(record.content.tags), revision \(record.revisions)"
    }
    var found = difference(of: real.sorted(), from: expected.sorted())
    var belonging: [String: Set<Int>] = [:]
    for item in model.items.indices {
      for name in model.members(of: item + 1) { belonging[name, default: []].insert(item + 1) }
    }
    for name in model.records.keys.sorted() {
      let ought = (belonging[name] ?? []).sorted().map { ItemID($0) }
      if members[name] ?? [] != ought { found.append("\(name) belongs to \(members[name] ?? []), not \(ought)") }
    }
    let held = try workspace.ledger.read { try $0.quarantine() }.map(\.row.line).sorted()
    let ought = model.held.filter { $0.state == .held }.map(\.line).sorted()
    if held != ought { found.append("held back are lines \(held), not \(ought)") }
    return found
  }

  /// Closed means committed: the branch has the commits that there should be, each once, in their order, and at its tip what was
  /// approved or pushed last. Asked of git alone.
  private func branch() throws -> [String] {
    let repository = "\(workspace.folder)/sop.git"
    let lines = try mustRun(
      "git", "-C", repository, "log", "--reverse",
      "--format=%an|%(trailers:key=Closing-Intent,valueonly,separator=%x2C)",
      "main"
    ).split(separator: "\n").dropFirst().map(String.init)
    let expected = model.handbook.commits.map { commit in
      "\(commit.author)|\(commit.intent.map { "CHG-\($0.change).\($0.attempt)" } ?? "")"
    }
    var found = difference(of: lines, from: expected)
    let closed = model.items.indices.filter { if case .closedByChange = model.items[$0].state { true } else { false } }
    for index in closed {
      guard case .closedByChange(let change) = model.items[index].state else { continue }
      let commit = "|CHG-\(change).\(model.changes[change - 1].attempts)"
      if !lines.contains(where: { $0.hasSuffix(commit) }) {
        found.append("REM-\(index + 1) is closed without a commit")
      }
    }
    for path in Trial.paths {
      guard let text = model.handbook.file(at: path) else { continue }
      let file = try ProgramRun(["git", "-C", repository, "show", "main:\(path)"]).output
      // The tool adds the lines that are missing; their order is its own.
      func lines(_ file: String) -> [Substring] { file.split(separator: "\n").sorted() }
      if lines(file) != lines(text.file) { found.append("\(path) is \(lines(file)), not \(lines(text.file))") }
    }
    return found
  }

  private func versions() throws -> [String] {
    var real: [String] = []
    for path in Trial.paths {
      real += try workspace.ledger.read { try $0.versions(at: SOPPath(path)) }.map { version in
        "\(path) v\(version.reference.version) from \(version.inForceFrom) "
          + "\(version.change.map { "\($0)" } ?? "pushed") \(version.isApproved ? "approved" : "unapproved")"
      }
    }
    let expected = Trial.paths.flatMap { path in
      (model.handbook.versions[path] ?? []).map { version in
        "\(path) v\(version.text.version ?? 0) from \(Day.time(version.inForceFrom)) "
          + "\(version.change.map { "CHG-\($0)" } ?? "pushed") \(version.isApproved ? "approved" : "unapproved")"
      }
    }
    var found = difference(of: real, from: expected)
    for entry in model.taxonomy.entries {
      for back in [Int64(-40), 3] {
        let time = clock - back * ModelState.day
        let key = RecurrenceKey(entry.key.isTag ? .rootCause : .code, entry.key.id)
        let path = try workspace.inForce(key, at: Timestamp(milliseconds: time))?.reference.path.text
        let playbook = time < Trial.begin ? nil : "handbook/procedure-for-a-new-code.md"
        let ought = model.handbook.inForce(entry.key, at: time) ?? playbook
        if path != ought {
          let place = "in force for \(entry.key) at \(Day.time(time))"
          found.append("\(place) is \(path ?? "nothing"), not \(ought ?? "nothing")")
        }
      }
    }
    return found
  }
}
