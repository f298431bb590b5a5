// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// An SOP's text as it will look, for whoever writes it.
enum PreviewText {
  /// `{html}`: what the text names and nobody knows, and the text by the renderer of every SOP, so that nothing in it can run.
  static func answer(_ visit: Visit) async throws -> Answer {
    let (text, path) = (try TypedSOP(visit.form).bytes(at: visit.form["path"]), visit.form["path"])
    let html = try await visit.desk.read { try RenderedSOP(text, at: path, $0).html }
    return .json(.fields(["html": .string(String(decoding: html.bytes, as: UTF8.self))]))
  }
}
