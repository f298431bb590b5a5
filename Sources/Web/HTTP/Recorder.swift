// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Synchronization
internal import Tracker

/// Exceptions that people and scripts send, recorded together: what comes while a commit is on its way to the disk waits for the next one,
/// which takes all of it. Each is answered when its own commit is durable.
final class Recorder: Sendable {
  private struct Waiting: Sendable {
    let report: ExceptionReport
    let caller: Caller
    let answer: CheckedContinuation<RecordedException, any Error>
  }

  /// At most so many in one commit.
  private static let most = 1_000

  private let desk: Desk
  private let waiting = Mutex<[Waiting]>([])

  init(_ desk: Desk) { self.desk = desk }

  /// - Throws: what `Workspace.record` throws of this one.
  func record(_ report: ExceptionReport, by caller: Caller) async throws -> RecordedException {
    try await withCheckedThrowingContinuation { answer in
      let isFirst = waiting.withLock { waiting in
        waiting.append(Waiting(report: report, caller: caller, answer: answer))
        return waiting.count == 1
      }
      // Whoever comes first asks for the commit that takes those who come meanwhile.
      if isFirst { Task { await commit() } }
    }
  }

  private func commit() async {
    _ = try? await desk.write { workspace in
      let group = self.take()
      let results: [Result<RecordedException, any Error>]
      do {
        results = try workspace.record(group.map(\.report), by: group[0].caller)
      } catch {
        // What one of them brought about is not the others' fault.
        results = group.map { one in Result { try workspace.record(one.report, by: one.caller) } }
      }
      for (waiting, result) in zip(group, results) { waiting.answer.resume(with: result) }
    }
  }

  /// Those of one person, from the first on: a batch has one author. Others ask for a commit of their own.
  private func take() -> [Waiting] {
    let (group, isMore) = waiting.withLock { waiting in
      var (group, rest): ([Waiting], [Waiting]) = ([], [])
      for each in waiting {
        let isTheirs = each.caller.person == waiting[0].caller.person && each.caller.login == waiting[0].caller.login
        if isTheirs, group.count < Recorder.most { group.append(each) } else { rest.append(each) }
      }
      waiting = rest
      return (group, !rest.isEmpty)
    }
    if isMore { Task { await commit() } }
    return group
  }
}
