// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What is shown where nothing else can be; the frame says why.
struct RefusalPage: Page {
  let status: Int

  var title: String { status == 404 ? "Not here" : "Not done" }
  var area: Area { .none }

  func body(_ frame: Frame) -> HTML {
    "<h1>\(title)</h1><p><a href=\"/\">Go to my work</a></p>"
  }
}
