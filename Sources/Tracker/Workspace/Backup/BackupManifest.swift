// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Remediation

/// What a backup holds: the file `backup.json` in it, written last. See docs/formats/backup.md.
package struct BackupManifest: Equatable, Sendable {
  package struct Folder: Equatable, Sendable {
    let path: String
    let mode: String
  }

  package struct File: Equatable, Sendable {
    let path: String
    let mode: String
    let size: Int64
    let sha256: Digest
  }

  static let name = "backup.json"

  /// Whether a folder is a backup: its manifest is written last.
  static func stands(in folder: String) -> Bool { access("\(folder)/\(name)", F_OK) == 0 }

  private static let format = "sopwright-backup"
  private static let version = 1

  /// When it was begun: it holds what was decided before that.
  package let madeAt: Timestamp
  /// The ledger's name in what is signed about it.
  package let origin: String
  package let ledgerSize: Int
  package let ledgerRoot: Digest
  /// The handbook's branch; nil where it has no commit.
  package let tip: CommitID?
  /// Sorted by the paths' bytes.
  package let folders: [Folder]
  package let files: [File]

  package var bytes: Int64 { files.reduce(0) { $0 + $1.size } }

  var json: JSONValue {
    .fields([
      "format": .string(BackupManifest.format), "version": .int(BackupManifest.version), "made_at": .text(madeAt),
      "origin": .string(origin),
      "ledger": .fields(["size": .int(ledgerSize), "root": .string(ledgerRoot.base64)]), "tip": tip.map(JSONValue.text),
      "folders": .array(folders.map { .fields(["path": .string($0.path), "mode": .string($0.mode)]) }),
      "files": .array(
        files.map {
          .fields([
            "path": .string($0.path), "mode": .string($0.mode), "size": .int(Int($0.size)), "sha256": .text($0.sha256),
          ])
        }),
    ])
  }
}

extension BackupManifest {
  /// - Throws: `BackupError.notABackup` where there is no manifest, `FileProblem` where it cannot be read,
  ///   `BackupError.damagedManifest` where it is none.
  init(of backup: String) throws {
    // One that was killed at the very end has a manifest, and was never synced.
    let file = "\(backup)/\(BackupManifest.name)"
    guard !backup.hasSuffix(UnfinishedFolder.ending) else { throw BackupError.notABackup(backup) }
    guard access(file, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR) else {
      throw BackupError.notABackup(backup)
    }
    let bytes = try foreignBytes(at: file, atMost: 1 << 30)
    do {
      let fields = Fields(try JSONValue(parsing: bytes))
      guard try fields.string("format") == BackupManifest.format, try fields.int("version") == BackupManifest.version
      else { throw BackupError.otherFormat(backup) }
      madeAt = try fields.time("made_at")
      origin = try fields.string("origin")
      let ledger = try fields.object("ledger")
      ledgerSize = try ledger.int("size")
      guard let root = Data(base64Encoded: try ledger.string("root")).flatMap({ Digest(bytes: [UInt8]($0)) }) else {
        throw DecodingFailure(field: "root", problem: "is not a SHA-256 value")
      }
      ledgerRoot = root
      tip = try fields.optionalCommit("tip")
      folders = try fields.array("folders").map {
        let folder = Fields($0)
        return Folder(path: try BackupManifest.path(folder), mode: try BackupManifest.mode(folder))
      }
      files = try fields.array("files").map {
        let file = Fields($0)
        return File(
          path: try BackupManifest.path(file), mode: try BackupManifest.mode(file), size: Int64(try file.int("size")),
          sha256: try file.digest("sha256"))
      }
    } catch let error as DecodingFailure {
      throw BackupError.damagedManifest(backup, error.sentence)
    } catch let error as JSONError {
      throw BackupError.damagedManifest(backup, error.sentence)
    }
  }

  /// Nothing that leads out of the folder.
  private static func path(_ fields: Fields) throws -> String {
    let path = try fields.string("path")
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), !path.utf8.contains(0) else {
      throw DecodingFailure(field: "path", problem: "is \"\(path)\", which is no path below the backup")
    }
    return path
  }

  private static func mode(_ fields: Fields) throws -> String {
    let mode = try fields.string("mode")
    guard mode.utf8.count == 4, Int(mode, radix: 8) != nil else {
      throw DecodingFailure(field: "mode", problem: "is not four octal digits")
    }
    return mode
  }
}
