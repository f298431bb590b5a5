// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What is shown where nothing else can be; the frame says why.
struct RefusalPage: Page {
  let status: Int
  /// What was sent.
  let typed: FormFields

  var title: String { status == 404 ? "Not here" : "Not done" }
  var area: Area { .none }

  func body(_ frame: Frame) -> HTML {
    let texts: [HTML] = typed.longTexts.map { name, text in
      """
      <label for="typed-\(name)">What you sent as "\(name)"</label>\
      <textarea id="typed-\(name)" rows="8" readonly>\n\(typed: text)</textarea>
      """
    }
    return """
      <h1>\(title)</h1>
      \(texts.isEmpty ? nil : "<div class=\"stacked\">\(texts)</div>" as HTML?)
      <p><a href="/">Go to my work</a></p>
      """
  }
}
