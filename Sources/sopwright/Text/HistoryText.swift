// SPDX-License-Identifier: Apache-2.0

import Remediation

/// What happened, a line an event.
enum HistoryText {
  static func table(_ history: [JSONValue]) -> String {
    var table = Table([
      .init(title: "at (UTC)"), .init(title: "who"), .init(title: "what"), .init(title: "note", isElastic: true),
    ])
    for entry in history {
      table.add([entry.time("at"), entry.words("actor"), entry.state("event"), entry.words("note")])
    }
    return table.text
  }
}
