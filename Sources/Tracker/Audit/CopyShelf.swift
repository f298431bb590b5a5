// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

/// A copy of the record as one file, which the server keeps until somebody makes another, for a while at most.
package struct KeptCopy: Equatable, Sendable {
  package let at: Timestamp
  package let by: PersonID
  package let events: Int
  /// In bytes.
  package let size: Int64
  /// Its name in the folder, and of the file that is downloaded.
  package let name: String
  package let path: String

  package var json: JSONValue {
    .fields([
      "at": .text(at), "by": .text(by), "events": .int(events), "size": .int(Int(size)), "name": .string(name),
    ])
  }

  fileprivate init(json: JSONValue, in folder: String) throws(DecodingFailure) {
    let fields = Fields(json)
    at = try fields.time("at")
    by = try fields.person("by")
    events = try fields.int("events")
    size = Int64(try fields.int("size"))
    name = try fields.string("name")
    path = "\(folder)/\(name)"
  }

  fileprivate init(at: Timestamp, by: PersonID, events: Int, size: Int64, name: String, in folder: String) {
    (self.at, self.by, self.events, self.size, self.name) = (at, by, events, size, name)
    path = "\(folder)/\(name)"
  }
}

/// Where one copy is kept: a folder of its owner alone, for copies hold what people wrote. An erasure does not reach a copy that was
/// downloaded, so it is not kept for longer than that takes.
struct CopyShelf {
  let folder: String
  /// The file that says which copy is kept.
  let about: String
  /// Of the copies' names.
  let prefix: String
  /// The folder that unpacking makes; nil for one with the copy's name.
  let top: String?
  /// Whether folders and permissions are part of the copy.
  let isExact: Bool
  /// How long a copy is kept, in milliseconds.
  let lasts: Int64

  private var aboutFile: String { "\(folder)/\(about)" }

  /// The copy that is kept; nil where none is, or its time is over.
  func kept(at now: Timestamp) -> KeptCopy? {
    guard let bytes = FileManager.default.contents(atPath: aboutFile),
      let copy = try? KeptCopy(json: JSONValue(parsing: [UInt8](bytes)), in: folder),
      now.milliseconds - copy.at.milliseconds < lasts, FileManager.default.fileExists(atPath: copy.path)
    else { return nil }
    return copy
  }

  /// Fills a folder, packs it into one file, and keeps that in place of the one before. A crash midway leaves the one before, and files
  /// that the next one clears away.
  /// - Parameters:
  ///   - wasErased: whether somebody's data were erased since the record had so many events.
  ///   - fill: writes the copy into a folder that is not there yet; returns how many events it has.
  /// - Throws: `PackError.erasedMeanwhile` where the copy holds what must be gone; then none is kept.
  func keep(
    by caller: Caller, unless wasErased: (Int) throws -> Bool, _ fill: (String) throws -> Int
  ) throws -> KeptCopy {
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try clear(at: caller.now)
    let making = "\(folder)/making"
    defer { try? files.removeItem(atPath: making) }  // what stays is cleared away by the next one
    let events = try fill(making)
    let title = "\(prefix)-\(events)-\(randomBytes(4).lowerCaseHex)"
    let path = "\(folder)/\(title).tar"
    let size: Int64
    do {
      size = try TarFile.write(making, as: top ?? title, at: caller.now, isExact: isExact, to: path)
    } catch {
      try? files.removeItem(atPath: path)  // likewise
      throw error
    }
    let copy = KeptCopy(
      at: caller.now, by: caller.person, events: events, size: size, name: "\(title).tar", in: folder)
    try Data(copy.json.compactBytes).write(to: URL(fileURLWithPath: aboutFile), options: .atomic)
    try remove(but: copy.name)
    // Somebody's data may have been erased while it was written: then it holds what must be gone.
    if try wasErased(events) {
      try remove(but: nil)
      throw PackError.erasedMeanwhile
    }
    return copy
  }

  /// Removes the copy whose time is over, and what is left of one whose making was broken off. Not while one is being made.
  func clear(at now: Timestamp) throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    try remove(but: kept(at: now)?.name)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("making") {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Removes copies that are done.
  /// - Parameter kept: the name of one that stays.
  func remove(but kept: String?) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: folder) else { return }
    for name in try files.contentsOfDirectory(atPath: folder) where name != kept {
      if name.hasSuffix(".tar") || (kept == nil && name == about) { try files.removeItem(atPath: "\(folder)/\(name)") }
    }
  }
}

extension Workspace {
  /// Whether somebody's data were erased since the record had so many events.
  func wasErased(since size: Int) throws -> Bool {
    try ledger.read { reader in
      try (size..<max(size, try reader.treeHead().size)).contains { position in
        if case .erased? = try reader.event(at: position)?.event { true } else { false }
      }
    }
  }
}
