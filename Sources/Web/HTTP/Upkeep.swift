// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Tidying up and backups that administrators asked for: one at a time, whoever asks.
final class Upkeep: Sendable {
  enum Phase: Sendable {
    case working(by: PersonID, UpkeepStep?)
    case maintained(Maintenance, Ending)
    case backedUp
    case failed(sentence: String, Ending)

    var isBusy: Bool { if case .working = self { true } else { false } }

    fileprivate var ending: Ending? {
      switch self {
      case .maintained(_, let ending), .failed(_, let ending): ending
      case .working, .backedUp: nil
      }
    }
  }

  /// When something came to its end, and who had asked for it.
  struct Ending: Sendable {
    let at: Timestamp
    let by: PersonID
  }

  /// How long it is said what came of something, in milliseconds.
  private static let remembered: Int64 = 3_600_000

  private enum Kind: String { case maintenance, backup }

  private let workspace: Workspace
  private let clock: @Sendable () -> Timestamp
  private let work = LongWork<Phase>("upkeep")
  private let writePack: @Sendable (_ progress: (Int, Int) -> Void) throws -> String?

  /// - Parameter writePack: packs the repository; best in a process of its own, for a damaged object can make libgit2 loop for ever.
  init(
    _ folder: String, clock: @escaping @Sendable () -> Timestamp,
    writePack: @escaping @Sendable (_ progress: (Int, Int) -> Void) throws -> String?
  ) throws {
    workspace = try Workspace.open(folder)
    self.clock = clock
    self.writePack = writePack
  }

  var maintenance: Phase? { work.phase(of: Kind.maintenance.rawValue) }
  var backup: Phase? { work.phase(of: Kind.backup.rawValue) }

  /// The caller may do it.
  func maintain(by caller: Caller) {
    start(.maintenance, by: caller) { [workspace, writePack, clock] report in
      let note = UpkeepNote(at: caller.now, by: caller.person, isInBrowser: true)
      let done = try workspace.maintain(
        noting: note, writePack: { try writePack { report(.packing($0, of: $1)) } }, progress: report)
      return .maintained(done, Ending(at: clock(), by: caller.person))
    }
  }

  /// Makes a backup, in place of the one before.
  func makeBackup(by caller: Caller) {
    start(.backup, by: caller) { [workspace] report in
      _ = try workspace.keepBackup(by: caller, progress: report)
      return .backedUp
    }
  }

  /// Removes what is kept no longer, and forgets what came of things an hour ago.
  func clear(at now: Timestamp) {
    work.forget { phase in phase.ending.map { now.milliseconds - $0.at.milliseconds >= Upkeep.remembered } ?? false }
    work.between { [workspace] in workspace.clearBackups(at: now) }
  }

  private func start(
    _ kind: Kind, by caller: Caller,
    _ body: @escaping @Sendable (_ report: @escaping @Sendable (UpkeepStep) -> Void) throws -> Phase
  ) {
    work.start(kind.rawValue, at: .working(by: caller.person, nil), unless: \.isBusy) { [clock] report in
      do { return try body { report(.working(by: caller.person, $0)) } } catch {
        return .failed(sentence: sentence(for: error), Ending(at: clock(), by: caller.person))
      }
    }
  }
}
