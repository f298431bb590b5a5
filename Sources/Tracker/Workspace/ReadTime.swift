// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// Why a text is no time.
package struct TimeProblem: Error, Equatable {
  package let text: String
  /// It is a time, and an exception cannot have occurred then.
  package var isFuture = false

  package var sentence: String {
    guard isFuture else { return "\"\(text)\" is not a time. Write 2026-11-21, or 2026-11-21T09:30:00Z." }
    return "\"\(text)\" is more than a day in the future, and an exception is what happened. Write when it occurred."
  }
}

extension Workspace {
  /// A time as a person gives it to a command: ISO 8601, in the workspace's zone where it names none.
  package func time(_ text: String) throws -> Timestamp {
    guard let time = try TimePattern("iso8601").parse(Array(text.utf8), zone: settings.zone) else {
      throw TimeProblem(text: text)
    }
    return time
  }

  /// What people and exports say occurred later than this did not happen: clocks and zones differ by a day at most. As for events, it is
  /// not earlier than the last one where the machine's clock is behind.
  func latestOccurrence(at now: Timestamp) throws -> Timestamp {
    let present = max(now, try ledger.read { try $0.lastEventTime() })
    return Timestamp(milliseconds: present.milliseconds + 86_400_000)
  }

  /// When an exception occurred, as a person says it.
  /// - Throws: `TimeProblem` also where that is more than a day after `now`.
  func occurrence(_ text: String, at now: Timestamp) throws -> Timestamp {
    let time = try time(text)
    guard try time <= latestOccurrence(at: now) else { throw TimeProblem(text: text, isFuture: true) }
    return time
  }

  /// In which zone a time is read that names none, as its name says it.
  package var zoneName: String { settings.zone.name }
}
