// SPDX-License-Identifier: Apache-2.0

internal import Tracker

extension Visit {
  /// A script that misspells a field has to hear of it, and not that all is done. Who may not record hears that first.
  /// - Throws: `Problem` where what was sent as JSON has a member that is not among these; `Rejection`.
  func mustKnow(_ fields: [String]) async throws {
    do { try form.mustBeAmong(fields) } catch {
      let caller = try caller()
      try await desk.read { try $0.mustBeAllowedToRecord(caller) }
      throw error
    }
  }
}
