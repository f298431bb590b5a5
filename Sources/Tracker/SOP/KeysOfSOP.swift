// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

// Which codes and tags a decision about an SOP concerns: approvers decide about parts of them.
extension Workspace {
  /// The known codes and tags whose playbook the SOP is, or that the draft, the text that it began from, or the one that was
  /// approved last says it covers.
  func keysConcerned(by change: SOPChange, _ reader: LedgerReader) throws -> [RecurrenceKey] {
    // What somebody pushed in between may say that it covers less.
    let approved = try reader.versions(at: change.draft.path).last { $0.isApproved && $0.blob != nil }?.blob
    let texts = [
      try reader.document(change.draft.content), try change.draft.base.flatMap { try handbook.bytes(ofBlob: $0.blob) },
      try approved.flatMap { try handbook.bytes(ofBlob: $0) },
    ]
    return try keys(of: change.draft.path, saidBy: texts.compactMap(\.self), reader)
  }

  /// The same for versions of an SOP, by git's ids of their texts.
  func keys(of path: SOPPath, in blobs: [String], _ reader: LedgerReader) throws -> [RecurrenceKey] {
    try keys(of: path, saidBy: blobs.compactMap { try handbook.bytes(ofBlob: $0) }, reader)
  }

  private func keys(of path: SOPPath, saidBy texts: [[UInt8]], _ reader: LedgerReader) throws -> [RecurrenceKey] {
    let taxonomy = try reader.requiredTaxonomy().taxonomy
    // What cannot be read covers nothing.
    let said = texts.compactMap { try? ParsedSOP(bytes: $0).frontMatter }.flatMap { frontMatter in
      frontMatter.codes.map { RecurrenceKey(.code, $0) } + frontMatter.rootCauses.map { RecurrenceKey(.rootCause, $0) }
    }
    return Set(taxonomy.keys(withPlaybook: path) + said.filter { taxonomy.entry($0) != nil }).sorted()
  }
}
