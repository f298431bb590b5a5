// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// An export that somebody sent to the server, to be imported under a map that they look at first. It lies in a folder of its own under
/// `uploads`, which nobody else on the machine can read, until it is imported or thrown away, or for a week.
package struct Upload: Sendable {
  package let id: String
  /// What the file was called where it came from.
  package let name: String
  package let person: PersonID
  package let at: Timestamp
  let folder: String

  /// Where the export is, or will be. Its ending says what it is.
  package var exportPath: String { "\(folder)/export.\(Upload.isJSONLines(name) ? "jsonl" : "csv")" }
  package var mapPath: String { "\(folder)/map.yaml" }
  var reportPath: String { "\(folder)/report.json" }

  /// How its columns become exceptions; nil until somebody has looked.
  package func map() throws -> String? {
    guard FileManager.default.fileExists(atPath: mapPath) else { return nil }
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: mapPath)), as: UTF8.self)
  }

  /// - Throws: `UploadError.notKept`.
  package func keep(map text: String) throws {
    do { try DurableFile.replace(mapPath, mode: 0o600, Array(text.utf8)) } catch {
      throw UploadError.notKept(reason: error.reason)
    }
  }

  private static func isJSONLines(_ name: String) -> Bool {
    [".jsonl", ".ndjson"].contains { name.lowercased().hasSuffix($0) }
  }
}

package enum UploadError: Error, Equatable, Sendable {
  case unknown
  case tooMany
  case noMap
  case notKept(reason: String)

  package var sentence: String {
    switch self {
    case .unknown:
      "There is no such upload of yours: it was imported or thrown away, or a week is over. Send the file again."
    case .tooMany:
      "You have \(Workspace.mostUploads) files here that are not imported. Import or throw away some of them first."
    case .noMap: "Write the map first: which column is what."
    case .notKept(let reason): "The file could not be kept: \(reason). Nothing was recorded."
    }
  }
}

extension Workspace {
  /// How long an upload that nobody imports is kept, in milliseconds.
  private static let uploadLasts: Int64 = 7 * 86_400_000
  /// How many a person keeps here without importing them.
  static let mostUploads = 20

  var uploadsFolder: String { "\(folder)/uploads" }

  /// Makes room for an export that is about to come.
  /// - Throws: `Rejection` where the caller may not import, `UploadError.tooMany`, `UploadError.notKept`.
  package func newUpload(named name: String, by caller: Caller) throws -> Upload {
    try ledger.read { try $0.actor(caller).mayWork() }
    guard uploads(by: caller).count(where: { report(of: $0) == nil }) < Workspace.mostUploads else {
      throw UploadError.tooMany
    }
    let id = randomBytes(16).lowerCaseHex
    let upload = Upload(
      id: id, name: String(name.prefix(200)), person: caller.person, at: caller.now, folder: "\(uploadsFolder)/\(id)")
    do { try makeFolders(to: upload.folder, mode: 0o700) } catch {
      throw UploadError.notKept(reason: error.localizedDescription)
    }
    return upload
  }

  /// The export has come whole. Before that, nobody can see it.
  package func accept(_ upload: Upload) throws {
    try keep(
      JSONValue.fields(["name": .string(upload.name), "person": .text(upload.person), "at": .text(upload.at)]),
      at: "\(upload.folder)/about.json")
  }

  /// - Throws: `UploadError.unknown` where it is gone, or another person's.
  package func upload(_ id: String, by caller: Caller) throws -> Upload {
    guard let upload = stored(id), upload.person == caller.person else { throw UploadError.unknown }
    return upload
  }

  /// The caller's, the newest first.
  package func uploads(by caller: Caller) -> [Upload] {
    storedUploads().filter { $0.person == caller.person }.sorted { $0.at > $1.at }
  }

  /// Removes what was sent. What was recorded of it stays.
  package func discard(_ upload: Upload) throws {
    try FileManager.default.removeItem(atPath: upload.folder)
  }

  /// Keeps what an import did, and removes the export: its rows are in the record now.
  /// - Parameter keptMap: the name under which its map was kept; nil where it was not.
  package func finish(_ upload: Upload, _ report: ImportReport, keptMap: String? = nil) throws {
    try keep(report.json.with("map_kept", .optional(keptMap)), at: upload.reportPath)
    for path in [upload.exportPath, upload.mapPath] { try FileManager.default.removeItem(atPath: path) }
    try? FileManager.default.removeItem(atPath: upload.wishPath)  // there need not be any, and it says nothing any more
  }

  /// What its import did; nil before.
  package func report(of upload: Upload) -> JSONValue? { stored(at: upload.reportPath) }

  /// Removes uploads whose time is over, and what never came whole or was not removed to the end.
  package func removeOldUploads(at now: Timestamp) {
    for name in uploadNames {
      let folder = "\(uploadsFolder)/\(name)"
      let changed = (try? FileManager.default.attributesOfItem(atPath: folder))?[.modificationDate] as? Date
      let began = stored(name)?.at ?? Timestamp(seconds: Int64(changed?.timeIntervalSince1970 ?? 0))
      guard now.milliseconds - began.milliseconds > Workspace.uploadLasts else { continue }
      try? FileManager.default.removeItem(atPath: folder)  // what stays is tried again
    }
  }

  // MARK: Files

  private func storedUploads() -> [Upload] { uploadNames.compactMap(stored) }

  /// A workspace to which nobody sent anything has no such folder.
  var uploadNames: [String] { (try? FileManager.default.contentsOfDirectory(atPath: uploadsFolder)) ?? [] }

  private func stored(_ id: String) -> Upload? {
    guard !id.isEmpty, id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
      return nil
    }
    let folder = "\(uploadsFolder)/\(id)"
    guard let about = stored(at: "\(folder)/about.json").map(Fields.init),
      let name = try? about.string("name"), let person = try? about.string("person"),
      let id2 = PersonID(person), let at = try? about.time("at")
    else { return nil }
    return Upload(id: id, name: name, person: id2, at: at, folder: folder)
  }

  private func stored(at path: String) -> JSONValue? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONValue(parsing: [UInt8]($0)) }
  }

  private func keep(_ value: JSONValue, at path: String) throws {
    do { try DurableFile.replace(path, mode: 0o600, value.compactBytes) } catch {
      throw UploadError.notKept(reason: error.reason)
    }
  }
}
