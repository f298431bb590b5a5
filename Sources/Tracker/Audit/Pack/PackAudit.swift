// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
package import Ledger
internal import Remediation

/// Checks an audit pack without its workspace: the files against each other, and by making the workspace again out of them, so that
/// what checks a workspace checks the pack.
///
/// Nothing in the pack is trusted, and libgit2 can loop or crash on foreign bytes: the caller runs this in a process of its own, with a
/// time limit.
package final class PackAudit {
  let folder: PackFolder
  /// Where the workspace is made again; the caller takes it away.
  let scratch: String
  let progress: () -> Void
  private let givenKey: VerifierKey?
  private let kept: SignedNote?
  private let found: (Finding) -> Void
  private(set) var findings: [Finding] = []
  /// By check and subject.
  private var known: Set<[String]> = []
  /// Who changed more has made another pack.
  private static let mostFindings = 10_000
  var notices: [Finding] = []

  /// - Parameters:
  ///   - folder: the pack.
  ///   - key: the ledger's, as the caller knows it, or a file with it; nil takes the pack's own.
  ///   - note: a file with a checkpoint that the caller kept.
  ///   - scratch: an empty folder with room for as much as the pack has.
  ///   - found: is given each finding as soon as it is made.
  ///   - progress: is called now and then.
  /// - Throws: `PackError.noPack` where the folder is none; `FileProblem` where a file that the caller named cannot be read.
  package init(
    of folder: String, signedBy key: String? = nil, since note: String? = nil, in scratch: String,
    found: @escaping (Finding) -> Void = { _ in },
    progress: @escaping () -> Void = {}
  ) throws {
    guard
      FileManager.default.fileExists(atPath: "\(folder)/\(PackPart.events)")
        || FileManager.default.fileExists(atPath: "\(folder)/\(PackPart.about)")
    else { throw PackError.noPack(folder) }
    self.folder = PackFolder(folder)
    self.scratch = scratch
    givenKey = try key.map(CheckedReceipt.key)
    kept = try note.map { try SignedNote(at: $0) }
    self.found = found
    self.progress = progress
  }

  /// All findings, not the first. Writes nothing but into `scratch`.
  package func run() throws -> Verification {
    var result = Verification()
    let files = try checkFiles()
    let hasPersonal = checkFormat(files)
    let key = readKey(givenKey)
    let chain = readChain()
    let checkpoints = readCheckpoints(chain, key)
    if let kept { check("kept checkpoint") { try compare(chain, kept, key) } }
    result.events = chain.events.count
    (result.treeSize, result.treeRoot) = (chain.frontier.size, chain.frontier.root)
    let handbook = readBundle(chain.events)
    let workspace = replay(chain, checkpoints, handbook, key, hasPersonal: hasPersonal)
    if let workspace {
      try compare(workspace, handbook != nil, hasPersonal, &result)
      if let note = checkpoints.last?.note { check(PackPart.proofs) { try compareReceipts(workspace, files, note) } }
    }
    result.findings = findings
    // The database that was made here is thrown away: what its free pages hold is nobody's concern.
    result.notices.removeAll { $0.check == "purge_pending" }
    result.notices += notices
    return result
  }

  /// Each check says a thing about a subject once.
  func find(_ check: String, _ subject: String, _ detail: String) {
    add([Finding(check, subject, detail)])
  }

  func add(_ more: [Finding]) {
    for finding in more
    where findings.count < PackAudit.mostFindings && known.insert([finding.check, finding.subject]).inserted {
      findings.append(finding)
      found(finding)
    }
  }

  /// Runs a check; one that cannot be made is a finding, too.
  func check(_ subject: String, _ work: () throws -> Void) {
    do { try work() } catch { find("unreadable", subject, "This could not be checked. \(PackAudit.sentence(error))") }
  }

  /// Here no workspace is damaged, but perhaps the pack.
  static func sentence(_ error: any Error) -> String {
    switch error {
    case let error as DecodingFailure: error.sentence
    case let error as JSONError: error.sentence
    case let error as NoteError: error.sentence
    case LedgerError.damaged(_, let problem): problem.prefix(1).uppercased() + problem.dropFirst()
    default: Tracker.sentence(for: error)
    }
  }

  // MARK: Files

  /// Names and sums.
  private func checkFiles() throws -> Set<String> {
    let (names, strange) = try folder.names()
    for name in strange {
      find("file_strange", name, "It is neither a file nor a folder of a pack, and was not opened.")
    }
    for name in names where !PackPart.isName(name) {
      find("file_unknown", name, "A pack has no such file: it was added.")
    }
    for name in PackPart.required + PackTable.allCases.map(PackPart.table) where !names.contains(name) {
      find("file_missing", name, "A pack has this file: it was taken out.")
    }
    check(PackPart.sums) {
      let present = names.filter { $0 != PackPart.sums }
      let listed = try PackAudit.sums(listedIn: folder.bytes(of: PackPart.sums))
      for name in Set(listed.keys).union(present).sorted() {
        progress()
        switch listed[name] {
        case nil: find("file_unlisted", name, "\(PackPart.sums) does not list it: it was added.")
        case _? where !present.contains(name):
          find("file_missing", name, "\(PackPart.sums) lists it: it was taken out.")
        case let sum?:
          if try folder.sum(of: name) != sum {
            find(
              "file_sum", name, "It does not have the SHA-256 that \(PackPart.sums) gives: one of the two was changed.")
          }
        }
      }
    }
    return Set(names)
  }

  /// By the files' names.
  /// - Throws: `PackError.unreadable` unless the bytes are what a pack has of these sums.
  static func sums(listedIn bytes: [UInt8]) throws -> [String: Digest] {
    var sums: [String: Digest] = [:]
    for line in bytes.split(separator: 10) {
      let text = String(decoding: line, as: UTF8.self)
      if let sum = Digest(text.prefix(64)), text.dropFirst(64).hasPrefix("  ") {
        sums[String(text.dropFirst(66))] = sum
      }
    }
    guard PackWriter.text(of: sums) == bytes else {
      throw PackError.unreadable(PackPart.sums, "its lines are not sums and names in the order of the names")
    }
    return sums
  }

  /// Whether personal fields go along.
  private func checkFormat(_ files: Set<String>) -> Bool {
    var hasPersonal = files.contains(PackPart.personal)
    check(PackPart.about) {
      let about = try PackAbout.reading(folder.bytes(of: PackPart.about))
      if about.format != PackPart.format {
        find(
          "format", PackPart.about,
          "The pack has format \(about.format), and this Sopwright knows \(PackPart.format). Use the one that wrote it."
        )
      }
      if about.hasPersonal != hasPersonal {
        find(
          "personal", PackPart.personal,
          "\(PackPart.about) and the folder do not agree whether personal fields are here.")
        hasPersonal = hasPersonal && about.hasPersonal
      }
    }
    check(PackPart.readme) {
      if try folder.bytes(of: PackPart.readme) != PackageResources.README_md {
        find("readme", PackPart.readme, "It is not the one that packs of this format have. Do not follow it.")
      }
    }
    return hasPersonal
  }
}

extension PackPart {
  /// Whether a pack can have a file of this name.
  static func isName(_ name: String) -> Bool {
    if required.contains(name) || name == personal || PackTable.allCases.contains(where: { table($0) == name }) {
      return true
    }
    if name.hasPrefix(documents + "/") { return Digest(name.dropFirst(documents.count + 1)) != nil }
    guard name.hasPrefix(proofs + "/"), name.hasSuffix(".proof") else { return false }
    return ItemID(String(name.dropFirst(proofs.count + 1).dropLast(".proof".count))) != nil
  }
}
