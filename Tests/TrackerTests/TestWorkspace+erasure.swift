// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

@testable import Tracker

extension TestWorkspace {
  static let name = "Zebulon Quixote"

  /// Three exceptions that `name` asked for, one of another, and one of the first that is held back.
  static func withAName() throws -> TestWorkspace {
    let rows =
      (1...3).map { Row("d\($0)", day: $0, "Damaged", amount: "2.50", requester: name) }
      + [Row("d4", day: 4, "Damaged", amount: "2.50", requester: "Maria")]
    let test = try TestWorkspace(rows)
    let bad = "bad,2026-13-01,Damaged,,2.50,\"\(name)\"\n"
    try test.importText(Row.header + bad)
    return test
  }

  /// By ana, a minute later, where nobody else is named.
  @discardableResult
  func erase(_ subject: ErasureSubject, by caller: Caller? = nil) throws -> Erasure {
    try workspace.erase(subject, reason: "A request of 12 May.", by: caller ?? TestWorkspace.caller("ana", after: 60))
  }
}

/// Files below a folder in which the text stands, whatever its case: raw bytes, so free pages and logs count.
func files(holding text: String, in folder: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
    guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else { return false }
    return String(decoding: bytes, as: UTF8.self).lowercased().contains(text.lowercased())
  }
}
