// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// Verifications and audit packs that somebody asked for: one at a time, whoever asks.
final class Audits: Sendable {
  enum Phase: Sendable {
    case verifying(VerificationCheck)
    case packing(written: Int, of: Int)
    case done
    case failed(sentence: String)

    var isBusy: Bool {
      switch self {
      case .verifying, .packing: true
      case .done, .failed: false
      }
    }
  }

  private enum Kind: String { case verification, pack }

  private let workspace: Workspace
  private let work = LongWork<Phase>("audits")
  private let checkHandbook: @Sendable () throws -> [Finding]

  /// - Parameter checkHandbook: the part of a verification that reads git; best in a process of its own, for a damaged object can make
  ///   libgit2 loop for ever.
  init(_ folder: String, checkHandbook: @escaping @Sendable () throws -> [Finding]) throws {
    workspace = try Workspace.open(folder)
    self.checkHandbook = checkHandbook
  }

  var verification: Phase? { work.phase(of: Kind.verification.rawValue) }
  var pack: Phase? { work.phase(of: Kind.pack.rawValue) }

  /// Recomputes everything, and keeps what it came to.
  func verify(by caller: Caller) {
    start(.verification, at: .verifying(.storage)) { [folder = workspace.folder, checkHandbook] report in
      // Verifying takes a large cache, which goes with its connection.
      let workspace = try Workspace.open(folder)
      var result = try workspace.verifyRecord(at: caller.now) { report(.verifying($0)) }
      report(.verifying(.handbook))
      result.findings += try checkHandbook()
      try workspace.keep(KeptVerification(at: caller.now, by: caller.person, result: result))
    }
  }

  /// Makes a pack, in place of the one before.
  func makePack(by caller: Caller) {
    start(.pack, at: .packing(written: 0, of: 0)) { [workspace] report in
      _ = try workspace.keepPack(by: caller) { report(.packing(written: $0, of: $1)) }
    }
  }

  /// Removes what nobody keeps any longer.
  func clear(at now: Timestamp) {
    work.between { [workspace] in workspace.clearPacks(at: now) }
  }

  private func start(
    _ kind: Kind, at first: Phase, _ body: @escaping @Sendable (_ report: (Phase) -> Void) throws -> Void
  ) {
    work.start(kind.rawValue, at: first, unless: \.isBusy) { report in
      do {
        try body(report)
        return .done
      } catch { return .failed(sentence: sentence(for: error)) }
    }
  }
}
