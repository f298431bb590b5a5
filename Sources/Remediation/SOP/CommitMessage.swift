// SPDX-License-Identifier: Apache-2.0

/// The message of the commit that an intent describes: the summary, then the trailers by which anybody with plain git finds the
/// items, the codes and the ledger behind a version.
package enum CommitMessage {
  /// - Parameters:
  ///   - summary: what the proposer wrote; its trailing white space is cut, and no line of it can be read as a trailer of
  ///     ours, because the trailers are a paragraph of their own at the end.
  ///   - treeSize: size of the ledger's tree whose last leaf is the intent, with its root in base64.
  package static func text(
    summary: String, change: ChangeID, draft: ChangeDraft, intent: ClosingIntent, treeSize: Int, treeRoot: String
  ) -> String {
    var trailers = ["SOP-Change: \(change)"]
    trailers += draft.closes.map { "Remediation-Item: \($0)" }
    trailers += draft.keys.map { key in
      switch key.kind {
      case .code: "Exception-Code: \(key.value)"
      case .rootCause: "Root-Cause: \(key.value)"
      }
    }
    trailers += [
      "SOP-Version: \(draft.path) v\(draft.sopVersion)",
      "\(closingIntent): \(intent.id)",
      "\(contentDigest): \(draft.content)",
      "\(ledgerTree): \(treeSize) \(treeRoot)",
      "Approved-By: \(intent.approvedBy)",
    ]
    return cleaned(summary) + "\n\n" + trailers.joined(separator: "\n") + "\n"
  }

  /// The trailer that names the intent.
  package static let closingIntent = "Closing-Intent"
  /// The trailer with the digest of the approved text.
  package static let contentDigest = "Content-SHA256"
  /// The trailer that names the tree of hashes whose last leaf is the intent.
  package static let ledgerTree = "Ledger-Tree"
  /// The names of all trailers, which nobody else may use.
  package static let trailers = [
    "SOP-Change", "Remediation-Item", "Exception-Code", "Root-Cause", "SOP-Version", closingIntent, contentDigest,
    ledgerTree, "Approved-By",
  ]

  /// The summary without control characters and surrounding white space; never empty.
  static func cleaned(_ summary: String) -> String {
    let kept = summary.replacing("\r\n", with: "\n").unicodeScalars
      .filter { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }
    var lines = String(String.UnicodeScalarView(kept)).split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in String(line.reversed().drop { $0.isWhitespace }.reversed()) }
      // A line of dashes ends the message for git's own reader of trailers: what stands above it would count.
      .map { line in line.hasPrefix("---") ? " " + line : line }
    while lines.last?.isEmpty == true { lines.removeLast() }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    return lines.isEmpty ? "Change the SOP" : lines.joined(separator: "\n")
  }
}
