// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

extension Workspace {
  /// What a person means by `code:RF-01`, or by `RF-01` where only one thing is called so.
  func traceStart(_ text: String) throws -> TraceStart {
    if let colon = text.firstIndex(of: ":") {
      let value = String(text[text.index(after: colon)...])
      if let starts = try starts(String(text[..<colon]), value) {
        guard let start = starts.first else { throw TraceError.nothingFits(text) }
        return start
      }
    }
    let prefixes = ["code", "tag", "item", "change", "commit", "sop", "ref"]
    let fitting = try prefixes.flatMap { prefix in try starts(prefix, text) ?? [] }
    guard let start = fitting.first else { throw TraceError.nothingFits(text) }
    guard fitting.count == 1 else { throw TraceError.severalFit(text, fitting.map(\.description)) }
    return start
  }

  /// Nil where the prefix is none.
  private func starts(_ prefix: String, _ value: String) throws -> [TraceStart]? {
    try ledger.read { reader in
      switch prefix {
      case "code": return try key(.code, value, reader)
      case "tag": return try key(.rootCause, value, reader)
      case "item":
        guard let id = ItemID(value), try reader.item(id) != nil else { return [] }
        return [.item(id)]
      case "change":
        guard let id = ChangeID(value), try reader.change(id) != nil else { return [] }
        return [.change(id)]
      case "commit":
        guard let commit = try handbook.resolve(value) else { return [] }
        return [.commit(commit)]
      case "sop": return try sop(value, reader)
      case "ref":
        var isKnown = false
        try reader.forEachException(ExceptionFilter(reference: value, limit: 1)) { _ in isKnown = true }
        return isKnown ? [.reference(value)] : []
      default: return nil
      }
    }
  }

  /// An SOP, or a line of one: `PATH:12`.
  private func sop(_ value: String, _ reader: LedgerReader) throws -> [TraceStart] {
    let whole = try reader.paths(named: value).map(TraceStart.sop)
    guard whole.isEmpty, let colon = value.lastIndex(of: ":"), let line = Int(value[value.index(after: colon)...])
    else {
      return whole
    }
    return try reader.paths(named: String(value[..<colon])).map { .line($0, line) }
  }

  private func key(_ kind: RecurrenceKey.Kind, _ value: String, _ reader: LedgerReader) throws -> [TraceStart] {
    let key = RecurrenceKey(kind, value)
    return try reader.requiredTaxonomy().taxonomy.entry(key) == nil ? [] : [.key(key)]
  }
}
