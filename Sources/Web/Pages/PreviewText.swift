// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// An SOP's text as it will look, for whoever writes it.
enum PreviewText {
  /// `{html}`: what the text names and nobody knows, and the text by the renderer of every SOP, so that nothing in it can run.
  static func answer(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    let html = try await visit.desk.read { workspace in
      let path = ProposePage.resolved(form["path"], workspace)
      return try RenderedSOP(TypedSOP(form).bytes(at: path), at: path, workspace).html
    }
    return .json(.fields(["html": .string(String(decoding: html.bytes, as: UTF8.self))]))
  }
}
