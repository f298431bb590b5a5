// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// Why a text is no time.
package struct TimeProblem: Error, Equatable {
  package let text: String

  package var sentence: String { "\"\(text)\" is not a time. Write 2026-11-21, or 2026-11-21T09:30:00Z." }
}

extension Workspace {
  /// A time as a person gives it to a command: ISO 8601, in the workspace's zone where it names none.
  package func time(_ text: String) throws -> Timestamp {
    guard let time = try TimePattern("iso8601").parse(Array(text.utf8), zone: settings.zone) else {
      throw TimeProblem(text: text)
    }
    return time
  }
}
