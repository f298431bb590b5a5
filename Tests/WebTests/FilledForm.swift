// SPDX-License-Identifier: Apache-2.0

/// The form in which an SOP is written, as a browser would send it: every field as the page shows it.
struct FilledForm {
  private(set) var fields: [String: String] = [:]

  init(_ page: String) {
    let form = page.firstRange(of: "id=\"draft\"").map { page[$0.upperBound...] } ?? ""
    for input in form.matches(of: /<input[^>]*? name="(?<name>[a-z_]+)"[^>]*? value="(?<value>[^"]*)"/) {
      fields[String(input.output.name)] = FilledForm.text(input.output.value)
    }
    if let area = form.firstMatch(of: /<textarea[^>]*? name="(?<name>[a-z_]+)"[^>]*>\n(?<text>[^<]*)<\/textarea>/) {
      fields[String(area.output.name)] = FilledForm.text(area.output.text)
    }
  }

  /// The same with what somebody types.
  func typing(_ others: [String: String]) -> [String: String] { fields.merging(others) { $1 } }

  /// With what references stand for, and the ends of lines of browsers.
  private static func text(_ html: Substring) -> String {
    String(html).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&#13;", with: "\r").replacing("&amp;", with: "&")
      .replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
  }
}
