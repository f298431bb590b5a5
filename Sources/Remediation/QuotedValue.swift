// SPDX-License-Identifier: Apache-2.0

extension String {
  /// Between quotation marks, as a sentence shows a value that somebody handed in: no more of it than a person needs to find it.
  package var quoted: String {
    let shown = prefix(100)
    return "\"\(shown)\(shown.endIndex == endIndex ? "" : "…")\""
  }
}
