// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// An SOP's text as it will look, for whoever writes it.
enum PreviewText {
  /// `{html}`: made by the renderer of every SOP, so that nothing in it can run.
  static func answer(_ visit: Visit) async throws -> Answer {
    let text = visit.form["text"]
    return .json(try await visit.desk.read { _ in .fields(["html": .string(Workspace.html(of: Array(text.utf8)))]) })
  }
}
