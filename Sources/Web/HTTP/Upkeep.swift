// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Tidying up and backups that administrators asked for: one at a time, whoever asks.
final class Upkeep: Sendable {
  enum Phase: Sendable {
    case working(by: PersonID, UpkeepStep?)
    case maintained(Maintenance)
    case backedUp
    case failed(sentence: String)

    var isBusy: Bool { if case .working = self { true } else { false } }
  }

  private enum Kind: String { case maintenance, backup }

  private let workspace: Workspace
  private let work = LongWork<Phase>("upkeep")
  private let writePack: @Sendable (_ progress: (Int, Int) -> Void) throws -> String?

  /// - Parameter writePack: packs the repository; best in a process of its own, for a damaged object can make libgit2 loop for ever.
  init(_ folder: String, writePack: @escaping @Sendable (_ progress: (Int, Int) -> Void) throws -> String?) throws {
    workspace = try Workspace.open(folder)
    self.writePack = writePack
  }

  var maintenance: Phase? { work.phase(of: Kind.maintenance.rawValue) }
  var backup: Phase? { work.phase(of: Kind.backup.rawValue) }

  /// The caller may do it.
  func maintain(by caller: Caller) {
    start(.maintenance, by: caller) { [workspace, writePack] report in
      let note = UpkeepNote(at: caller.now, by: caller.person, isInBrowser: true)
      return .maintained(
        try workspace.maintain(
          noting: note, writePack: { try writePack { report(.packing($0, of: $1)) } }, progress: report))
    }
  }

  /// Makes a backup, in place of the one before.
  func makeBackup(by caller: Caller) {
    start(.backup, by: caller) { [workspace] report in
      _ = try workspace.keepBackup(by: caller, progress: report)
      return .backedUp
    }
  }

  /// Removes what is kept no longer.
  func clear(at now: Timestamp) {
    work.between { [workspace] in workspace.clearBackups(at: now) }
  }

  private func start(
    _ kind: Kind, by caller: Caller,
    _ body: @escaping @Sendable (_ report: @escaping @Sendable (UpkeepStep) -> Void) throws -> Phase
  ) {
    work.start(kind.rawValue, at: .working(by: caller.person, nil), unless: \.isBusy) { report in
      do { return try body { report(.working(by: caller.person, $0)) } } catch {
        return .failed(sentence: sentence(for: error))
      }
    }
  }
}
