// SPDX-License-Identifier: Apache-2.0

import Remediation

/// An SOP as people read it at a terminal.
enum SOPText {
  /// Its newest version, and what was said of it.
  static func standing(_ sop: JSONValue) -> String {
    let title = "\(sop.words("path"))  v\(sop.words("version"))  \(sop.words("title"))"
    return """
      \(Terminal.styled(title, .bold))
      Commit \(sop.commit("commit")) by \(sop.words("author")), in force from \(sop.time("in_force_from")) UTC, \(Lists.origin(of: sop)).

      \(HistoryText.table(sop.list("history")))
      """
  }
}
