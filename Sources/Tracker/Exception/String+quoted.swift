// SPDX-License-Identifier: Apache-2.0

extension String {
  /// Between quotation marks, as a sentence shows a value of a file: no more of it than a person needs to find it.
  var quoted: String {
    let shown = prefix(100)
    return "\"\(shown)\(shown.endIndex == endIndex ? "" : "…")\""
  }
}
