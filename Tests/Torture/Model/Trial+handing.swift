// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Tracker

// What is handed in: rows, texts, pushes, copies of the workspace.
extension Trial {
  private func keys(tags: Bool) -> [String] { model.taxonomy.entries.filter { $0.key.isTag == tags }.map(\.key.id) }

  private func row(_ plan: PlannedRow, _ fallback: String) -> FileRow {
    let codes = keys(tags: false)
    let all = keys(tags: true)
    var tags = plan.tags.map { all[$0 % all.count] }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    if plan.damage == .unknownTag { tags.append("NOBODYS") }
    return FileRow(
      reference: plan.reference.map { "r\($0)" } ?? fallback,
      at: plan.damage == .noTime ? nil : (model.now - Int64(plan.hoursBefore) * 3_600_000) / 60_000 * 60_000,
      code: plan.damage == .unknownCode ? "NOBODYS" : codes[plan.code % codes.count], tags: tags,
      requester: plan.requester)
  }

  func record(_ plan: PlannedRow, _ serial: Int, _ by: Caller) throws -> Outcome {
    var row = row(plan, "x\(serial)")
    row.at = row.at ?? clock
    let record = ExceptionRecord(
      source: "", reference: "", occurredAt: Timestamp(milliseconds: row.at ?? clock), code: row.code,
      rawCode: row.code, rootCauses: row.tags)
    var wasNew: Bool?
    let given = row.reference
    let name = by.person.text
    let refusal = try self.refusal {
      let recorded = try workspace.recordException(
        record, personal: PersonalFields(fields: ["requester": Trial.requesters[row.requester]]), reference: given,
        by: by)
      wasNew = recorded.isNew || recorded.isAmended
    }
    var isNew: Bool?
    let expected = model.attempt { (model) throws(Refused) in
      try model.mustBeKnown(name)
      isNew = try model.record(row)
    }
    return Outcome(
      expected: expected, refusal: refusal,
      difference: wasNew == isNew || expected != nil || isSkipping
        ? nil : "\(given) was taken for \(wasNew == true ? "new" : "known")")
  }

  /// Writes the rows of a file into one.
  func export(_ number: Int) throws -> String {
    let path = "\(folder)/export-\(number).csv"
    guard !FileManager.default.fileExists(atPath: path) else { return path }
    let rows = model.files[number].map { row in
      "\(row.reference),\(row.at.map(Day.time) ?? "soon"),\(row.code),\(row.tags.joined(separator: ";")),"
        + "\(Trial.requesters[row.requester])\n"
    }
    try ("id,at,code,tags,requester\n" + rows.joined()).write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  func plan(_ step: Step) -> (file: Int, rows: [FileRow])? {
    switch step.operation {
    case .load(let rows): (model.files.count, rows.enumerated().map { row($1, "f\(step.serial)-\($0)") })
    case .loadAgain(let number) where !model.files.isEmpty:
      (number % model.files.count, model.files[number % model.files.count])
    default: nil
    }
  }

  func load(_ step: Step, _ by: Caller) throws -> Outcome {
    var report: ImportReport?
    var counts: Counts?
    let name = by.person.text
    let refusal: String?
    let expected: String?
    if case .retry = step.operation {
      refusal = try self.refusal { report = try workspace.retryQuarantine(mapPath: nil, by: by) }
      expected = model.attempt { (model) throws(Refused) in
        try model.mustBeKnown(name)
        counts = model.retry()
        model.openItems()
      }
    } else {
      guard let (file, rows) = plan(step) else { return Outcome() }
      if file == model.files.count { model.files.append(rows) }
      let path = try export(file)
      let map = try ExportMap(at: "\(workspace.folder)/taxonomy/maps/tests.yaml")
      refusal = try self.refusal { report = try workspace.importExceptions(from: path, map: map, by: by) }
      expected = model.attempt { (model) throws(Refused) in
        try model.mustBeKnown(name)
        counts = model.loadAll(of: file)
        model.openItems()
      }
    }
    let real = report.map {
      Counts(new: $0.new, amended: $0.amended, duplicate: $0.duplicate, quarantined: $0.quarantined)
    }
    return Outcome(
      expected: expected, refusal: refusal,
      difference: real == counts || isSkipping
        ? nil : "counted \(real.map { "\($0)" } ?? "nothing") and not \(counts.map { "\($0)" } ?? "nothing")")
  }

  static let paths = ["sops/a.md", "sops/b.md", "sops/deep/c.md", "d.md", "sops/e.md"]

  func draft(_ plan: PlannedText, _ closing: [Int]) -> ModelDraft {
    let items = closing.map { item($0, where: isLive) }
    let known = items.filter { model.items.indices.contains($0 - 1) }.map { model.items[$0 - 1].key }
    // It covers what took over from a key, which is as good.
    var covered = known.map { key in
      model.taxonomy.entry(key)?.retired == nil ? key : model.taxonomy.heirs(of: key).last ?? key
    }
    if plan.isIncomplete, !covered.isEmpty { covered.removeFirst() }
    func ids(_ tags: Bool) -> [String] { Set(covered.filter { $0.isTag == tags }.map(\.id)).sorted() }
    return ModelDraft(
      text: ModelText(
        codes: ids(false), tags: ids(true), body: plan.body, version: nil,
        effective: plan.effective.map { model.today + Int64($0) }), path: Trial.paths[plan.path], closing: items)
  }

  func handbook(_ step: Step, _ person: String, _ by: Caller) throws -> Outcome {
    switch step.operation {
    // Git itself refuses a push while the branch is locked.
    case .push where model.block == .branch: return Outcome()
    case .push(let plan):
      var text = draft(plan, []).text
      text.codes = [["LATE"], ["BROKEN"], [], ["LATE", "LOST"]][plan.body % 4]
      text.version = plan.effective == nil ? nil : plan.body
      let path = Trial.paths[plan.path]
      try git("refs/heads/main", path, text, by: person)
      model.handbook.commits.append(
        ModelCommit(path: path, text: text, author: person, time: clock / 1_000 * 1_000, intent: nil))
      return Outcome()
    case .pushProposal(let plan, let closing):
      let draft = draft(plan, closing)
      let name = draft.closing.isEmpty ? "fix-\(plan.path)" : draft.closing.map { "REM-\($0)" }.joined(separator: "+")
      try git("refs/heads/proposals/\(name)", draft.path, draft.text, by: person)
      model.handbook.proposals["proposals/\(name)"] = ModelProposal(
        serial: step.serial, path: draft.path, text: draft.text, base: model.handbook.file(at: draft.path),
        author: person, closing: draft.closing)
      return Outcome()
    case .ratify(let number):
      let path = pushed(number)
      return try both {
        _ = try workspace.ratify(path, note: "It stands.", by: by)
      } _: { (model) throws(Refused) in
        try model.ratify(path, by: person)
      }
    case .restoreSOP(let number):
      let path = pushed(number)
      return try both {
        _ = try workspace.restore(path, summary: nil, by: by)
      } _: { (model) throws(Refused) in
        try model.restoreSOP(path, by: person)
      }
    default: return Outcome()
    }
  }

  /// A path whose newest version nobody stands by, where there is one.
  private func pushed(_ number: Int) -> String {
    let open = Trial.paths.filter { model.handbook.versions[$0]?.last?.isApproved == false }
    return open.isEmpty ? Trial.paths[number] : open[number % open.count]
  }

  /// A commit on top of the branch, as a push brings it.
  private func git(_ ref: String, _ path: String, _ text: ModelText, by person: String) throws {
    let who = "\(person) <\(person)@sopwright.invalid> \(clock / 1_000) +0000"
    let bytes = text.file
    let stream = """
      commit \(ref)
      author \(who)
      committer \(who)
      data 9
      Edit it.

      from refs/heads/main^0
      M 100644 inline \(path)
      data \(bytes.utf8.count)
      \(bytes)

      """
    let file = newPath("stream")
    try stream.write(toFile: file, atomically: false, encoding: .utf8)
    try mustRun("sh", "-c", "exec git -C '\(workspace.folder)/sop.git' fast-import --force --quiet < '\(file)'")
  }

  func keep(_ operation: Operation) throws -> Outcome {
    switch operation {
    case .reopen: workspace = try Workspace.open(workspace.folder)
    case .maintain: _ = try workspace.maintain(writePack: { try workspace.writePack() })
    case .backUp:
      let path = newPath("backup")
      _ = try workspace.backUp(to: path, at: Timestamp(milliseconds: clock))
      backup = (path, model)
    case .restoreBackup:
      guard let backup else { return Outcome() }
      let place = newPath("restored")
      _ = try Workspace.restore(
        RestoreOrder(backup: backup.path, place: place), predecessor: nil, by: caller("ana"),
        checkHandbook: { try Workspace.open($0).verifyHandbook() })
      let before = workspace.folder
      workspace = try Workspace.open(place)
      bench.remove(before)
      let files = model.files
      model = backup.model
      model.files = files
      model.block = nil
      lock = nil
      model.now = clock
    default: break
    }
    return Outcome()
  }
}

extension ModelText {
  /// The file as somebody writes it.
  var file: String {
    var lines = ["---", "title: How it is done"]
    if !codes.isEmpty { lines.append("codes: [\(codes.joined(separator: ", "))]") }
    if !tags.isEmpty { lines.append("root_causes: [\(tags.joined(separator: ", "))]") }
    if let version { lines.append("version: \(version)") }
    if let effective { lines.append("effective: \(Day.text(effective))") }
    return (lines + ["---", "", "Do it in way \(body).", ""]).joined(separator: "\n")
  }
}
