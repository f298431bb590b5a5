// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// What a verification came to, who asked for it and when, as the server keeps it for those who look later. It lies beside the record
/// and proves nothing: who wants to be sure verifies again, or checks a pack elsewhere.
package struct KeptVerification: Sendable {
  package let at: Timestamp
  package let by: PersonID
  package let result: Verification

  package init(at: Timestamp, by: PersonID, result: Verification) {
    self.at = at
    self.by = by
    self.result = result
  }

  /// The same with no more findings than people read.
  fileprivate var shortened: KeptVerification {
    var result = result
    let rest = result.findings.count - KeptVerification.mostFindings
    if rest > 0 {
      result.findings = Array(result.findings.prefix(KeptVerification.mostFindings))
      result.findings.append(Finding("more", "\(rest) more", "All of them are listed by: sopwright verify"))
    }
    return KeptVerification(at: at, by: by, result: result)
  }

  private static let mostFindings = 1_000

  package var json: JSONValue { .fields(["at": .text(at), "by": .text(by), "result": result.json]) }

  init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    at = try fields.time("at")
    by = try fields.person("by")
    result = try Verification(json: try fields.value("result"))
  }
}

extension Workspace {
  var auditsFolder: String { "\(folder)/audits" }

  /// A pack holds texts that people wrote, so the folder is its owner's alone.
  func makeAuditsFolder() throws {
    try makeFolders(to: auditsFolder, mode: 0o700)
  }

  private var verificationFile: String { "\(auditsFolder)/verification.json" }

  /// Replaces what was kept before.
  /// - Throws: what the file system says.
  package func keep(_ verification: KeptVerification) throws {
    try makeAuditsFolder()
    try Data(verification.shortened.json.compactBytes).write(
      to: URL(fileURLWithPath: verificationFile), options: .atomic)
  }

  /// The last one that was kept; nil where none was, or what is there cannot be read.
  package func lastVerification() -> KeptVerification? {
    FileManager.default.contents(atPath: verificationFile)
      .flatMap { try? KeptVerification(json: JSONValue(parsing: [UInt8]($0))) }
  }
}
