// SPDX-License-Identifier: Apache-2.0

/// The files of an audit pack by their names: `docs/formats/pack.md`.
enum PackPart {
  /// Raised when a pack would no longer be read by those who know this one.
  static let format = 1

  static let about = "pack.json"
  static let readme = "README.md"
  static let sums = "SHA256SUMS"
  static let events = "events.jsonl"
  static let records = "exceptions.jsonl"
  static let personal = "personal.jsonl"
  static let texts = "texts.jsonl"
  static let bundle = "handbook.bundle"
  static let documents = "documents"
  static let tables = "tables"
  static let proofs = "proofs"
  /// The newest; and all of them, one a line.
  static let checkpoint = "checkpoint"
  static let checkpoints = "checkpoints.jsonl"
  static let key = "verifier.key"

  /// Without these nothing can be checked, and the folder is no pack.
  static let required = [about, readme, sums, events, records, texts, bundle, key, checkpoint, checkpoints]

  static func document(_ digest: some CustomStringConvertible) -> String { "\(documents)/\(digest)" }
  static func proof(_ item: some CustomStringConvertible) -> String { "\(proofs)/\(item).proof" }
  static func table(_ table: PackTable) -> String { "\(tables)/\(table.rawValue).csv" }
}

/// Why a pack cannot be written or read at all.
package enum PackError: Error, Equatable {
  case notEmpty(String)
  case unwritable(String, String)
  case noPack(String)
  case unreadable(String, String)
  case damaged(String)
  /// Somebody's data were erased while it was written.
  case erasedMeanwhile

  package var sentence: String {
    switch self {
    case .notEmpty(let folder): "The folder \(folder) is not empty. Name a new one; nothing was written."
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
    case .noPack(let folder):
      "\(folder) is no audit pack: it has no \(PackPart.events). A pack is what `sopwright export DIR` writes."
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
    case .erasedMeanwhile:
      "Somebody's data were erased while the pack was written, so it was thrown away. Make it again."
    case .damaged(let problem):
      "No pack was made, because the workspace is damaged: \(problem) Verify everything."
    }
  }
}
