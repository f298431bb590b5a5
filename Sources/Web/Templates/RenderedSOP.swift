// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// A text for an SOP as people will read it, and what in it should be looked at twice.
struct RenderedSOP: Sendable {
  /// Made by the renderer of every SOP, so that nothing in it can run.
  private let content: HTML
  private let unknown: [UnknownName]

  /// - Parameter path: of the SOP, in the handbook: its links lead from there, wherever the text is shown.
  init(_ text: [UInt8], at path: String, _ workspace: Workspace) throws {
    let folder = path.split(separator: "/").dropLast().map { "\($0)/" }.joined()
    // The renderer writes attributes in this one way, and quotes of the text as references.
    let elsewhere = /(?<name> href| src)="(?!\/|#|https?:|mailto:)/.ignoresCase()
    content = HTML(
      trusted: Workspace.html(of: text).replacing(elsewhere) { "\($0.output.name)=\"/handbook/\(folder.asPath)" })
    unknown = try workspace.unknownNames(in: text)
  }

  var html: HTML { "\(warning)\(content)" }

  /// Without what it warns of.
  var article: HTML { "<article class=\"prose\">\(content)</article>" }

  /// Nil where every name is known.
  var warning: HTML? {
    guard !unknown.isEmpty else { return nil }
    let lines: [HTML] = unknown.map { "<li>\($0.sentence)</li>" }
    return """
      <div class="message warning"><p><strong>Names that are not known here.</strong> Look whether they are misspelled.</p>\
      <ul>\(lines)</ul></div>
      """
  }
}
