// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// Why a workspace cannot be made here.
package enum MakingError: Error, Equatable {
  case notEmpty(String)
  case exists(String)
  case busy(String)
  case unfinished(String)
  case unwritable(String, String)
  case noDocuments(String)

  package var sentence: String {
    switch self {
    case .notEmpty(let folder): "The folder \(folder) is not empty. Name a new one; nothing was changed."
    case .exists(let folder): "There is a workspace in \(folder) already; nothing was changed."
    case .busy(let folder): "Another command is making a workspace in \(folder). Wait for it, or name another folder."
    case .unfinished(let folder):
      "The making of \(folder) was interrupted, so there is no workspace yet. Give the init command again; it begins anew."
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
    case .noDocuments(let source):
      "\(source) holds no Markdown file that can be an SOP. Make the workspace without --sop, into another folder."
    }
  }
}

/// Where a new workspace's handbook comes from.
package enum HandbookSource: Equatable, Sendable {
  /// A new repository with the starter SOPs.
  case starter
  /// A clone of an existing one, by path or URL.
  case clone(String)
}

/// What takes long about making a workspace.
package enum MakingStep: Sendable {
  case cloning(objects: Int, of: Int)
  case indexing(commits: Int, of: Int)
  /// What was found in the history is in the database file.
  case indexed
}

extension Workspace {
  /// Makes a workspace with the starter taxonomy and the starter handbook. The caller becomes administrator; each of `people` gets
  /// every role but auditor. It is on the disk when this returns. A crash or an error midway leaves a folder that no command takes for
  /// a workspace; the same call begins anew in it.
  package static func make(
    at folder: String, handbook source: HandbookSource = .starter, people: [PersonID], zone: Zone = .utc,
    by caller: Caller, progress: @escaping @Sendable (MakingStep) -> Void = { _ in }
  ) throws -> Workspace {
    try make(
      at: folder, source, Starter.handbook, people: people, zone: zone, by: caller, progress: progress,
      filling: { _ in },
      taxonomy: { playbook in
        [
          (TaxonomyFiles.codesFile, Starter.text(Starter.codes, owner: caller.person, playbook: playbook)),
          (TaxonomyFiles.rootCausesFile, Starter.text(Starter.rootCauses, owner: caller.person, playbook: playbook)),
        ]
      })
  }

  /// - Parameters:
  ///   - documents: what a new handbook begins with.
  ///   - filling: what else belongs to the making. Until it returns, nobody else can open the workspace.
  ///   - taxonomy: its files; given the SOP of an existing handbook that is every entry's playbook at first, nil with a new one.
  static func make(
    at folder: String, _ source: HandbookSource, _ documents: [(path: String, bytes: [UInt8])], people: [PersonID],
    zone: Zone, by caller: Caller, progress: @escaping @Sendable (MakingStep) -> Void,
    filling: (Workspace) throws -> Void,
    taxonomy: (_ playbook: SOPPath?) -> [(name: String, text: String)]
  ) throws -> Workspace {
    let mark = try MakingMark.set(in: folder)
    let workspace: Workspace
    do {
      workspace = try build(
        in: folder, source, documents, people: people, zone: zone, by: caller, progress: progress, taxonomy: taxonomy)
      try filling(workspace)
      // Files of YAML are synced by nobody else.
      try workspace.handbook.syncToDisk()
    } catch {
      mark.giveUp()
      throw error
    }
    try mark.remove()
    try workspace.handbook.syncToDisk()
    return workspace
  }

  /// A whole workspace behind the mark, but for what fills it.
  private static func build(
    in folder: String, _ source: HandbookSource, _ documents: [(path: String, bytes: [UInt8])], people: [PersonID],
    zone: Zone, by caller: Caller, progress: @escaping @Sendable (MakingStep) -> Void,
    taxonomy: (_ playbook: SOPPath?) -> [(name: String, text: String)]
  ) throws -> Workspace {
    let files = FileManager.default
    let settings = Settings(zone: zone, domain: Settings.defaultDomain)
    let id = randomBytes(16).lowerCaseHex
    do {
      for name in ["taxonomy/maps", "evidence", "keys"] {
        try makeFolders(to: "\(folder)/\(name)")
      }
      try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(folder)/keys")
      try writeFile("\(folder)/\(Settings.file)", settings.text.utf8)
    } catch {
      throw MakingError.unwritable(folder, error.localizedDescription)
    }
    try makeKey(in: folder, ofWorkspace: id)
    let (handbook, tip, playbook) = try makeHandbook(
      source, documents, at: "\(folder)/sop.git", settings, caller, progress)
    do {
      for (name, text) in taxonomy(playbook) + [
        (TaxonomyFiles.peopleFile, peopleText(people, caller)),
        (TaxonomyFiles.policiesFile, Starter.text(Starter.policies, owner: caller.person)),
      ] { try writeFile("\(folder)/taxonomy/\(name)", text.utf8) }
    } catch {
      throw MakingError.unwritable(error.path, error.localizedDescription)
    }
    let ledger = try Ledger.create(
      at: "\(folder)/sopwright.sqlite", lock: "\(folder)/sopwright.lock", handbook: HandbookReading(of: handbook))
    let workspace = Workspace(folder: folder, settings: settings, ledger: ledger, handbook: handbook)
    try workspace.found(id, at: tip, by: caller, progress)
    try ledger.checkpoint(holding: WorkspaceLock(waitingFor: ledger.lockPath), ifLargerThan: 0)
    progress(.indexed)
    return workspace
  }

  /// The first events: the workspace, its handbook, its taxonomy. One transaction.
  private func found(
    _ id: String, at tip: CommitID, by caller: Caller, _ progress: @escaping @Sendable (MakingStep) -> Void
  ) throws {
    let files = try TaxonomyFiles(folder: taxonomyFolder)
    try ledger.write(by: caller.authorship, at: caller.now) { transaction in
      try transaction.setPeople(files.people)
      try transaction.append(.workspaceFounded(id: id, zone: settings.zone.name))
      try transaction.append(.handbook(.founded(tip: tip, branch: handbook.branch())))
      let document = try transaction.keep(document: files.taxonomy.json.canonicalBytes)
      try transaction.append(.taxonomy(.adopted(version: 1, document: document, proposedBy: nil)))
      try indexFounding(at: tip, transaction) { progress(.indexing(commits: $0, of: $1)) }
    }
  }

  private static func peopleText(_ people: [PersonID], _ caller: Caller) -> String {
    var rows: [PersonEntry] = []
    let everything = Set(Role.allCases).subtracting([.auditor])
    for person in [caller.person] + people where !rows.contains(where: { $0.id == person }) {
      let logins = person == caller.person && caller.login == person.text ? [caller.login] : []
      rows.append(PersonEntry(person, roles: people.contains(person) ? everything : [.administrator], logins: logins))
    }
    return PeopleFile.text(rows)
  }

  private static func makeHandbook(
    _ source: HandbookSource, _ documents: [(path: String, bytes: [UInt8])], at path: String, _ settings: Settings,
    _ caller: Caller, _ progress: @escaping @Sendable (MakingStep) -> Void
  ) throws -> (Handbook, CommitID, playbook: SOPPath?) {
    switch source {
    case .starter:
      let handbook = try Handbook.create(at: path)
      return (handbook, try writeFirstVersions(of: documents, to: handbook, settings, caller), nil)
    case .clone(let original):
      let handbook = try Handbook.clone(original, to: path) { progress(.cloning(objects: $0, of: $1)) }
      guard let tip = try handbook.tip(), let playbook = firstPlaybook(among: try handbook.documents(in: tip)) else {
        throw MakingError.noDocuments(original)
      }
      try handbook.advanceLedgerTip(to: tip)
      try handbook.syncToDisk()
      return (handbook, tip, playbook)
    }
  }

  /// The SOP of an existing handbook that every code names until it has a playbook of its own: the procedure for new codes, or the
  /// page that a reader sees first.
  private static func firstPlaybook(among files: [SOPFile]) -> SOPPath? {
    let names = [Starter.procedureForNewCode, "readme.md", "index.md", "content/index.md", "docs/index.md"]
    for name in names {
      if let file = files.first(where: { $0.path.text.lowercased() == name }) { return file.path }
    }
    return files.map(\.path).min {
      ($0.text.split(separator: "/").count, $0) < ($1.text.split(separator: "/").count, $1)
    }
  }

  /// The first commit of the handbook: each SOP in force from today on.
  private static func writeFirstVersions(
    of documents: [(path: String, bytes: [UInt8])], to handbook: Handbook, _ settings: Settings, _ caller: Caller
  ) throws -> CommitID {
    var files: [SOPPath: [UInt8]] = [:]
    for (path, bytes) in documents {
      let parsed = try ParsedSOP(bytes: Array(Starter.text(bytes, owner: caller.person).utf8))
      files[try SOPPath(path)] = parsed.raised(to: 1, effective: settings.zone.date(of: caller.now))
    }
    let author = Signature(name: caller.person.text, address: "\(caller.person)@\(settings.domain)")
    let written = try handbook.write(
      CommitPlan(
        files: files, author: author, committer: author, time: caller.now.wholeSecond,
        message: "Begin the handbook with the starter SOPs\n"), onto: nil)
    _ = try handbook.moveBranch(from: nil, to: written.id)
    try handbook.advanceLedgerTip(to: written.id)
    try handbook.syncToDisk()
    return written.id
  }
}
