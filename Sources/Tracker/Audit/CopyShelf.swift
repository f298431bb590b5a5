// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
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
  /// Whether somebody's data were erased since the record had so many events. A copy of a state before that is as good as none.
  let wasErased: @Sendable (Int) throws -> Bool

  private var aboutFile: String { "\(folder)/\(about)" }
  /// Held by whoever makes a copy; let go of by the kernel when the process ends.
  private var lockFile: String { "\(folder)/copies.lock" }

  /// The copy that is kept; nil where none is, its time is over, or something was erased since.
  func kept(at now: Timestamp) throws -> KeptCopy? {
    guard let copy = noted, now.milliseconds - copy.at.milliseconds < lasts,
      FileManager.default.fileExists(atPath: copy.path)
    else { return nil }
    guard try wasErased(copy.events) else { return copy }
    try? clearErased()  // what stays is tried again, and offered to nobody
    return nil
  }

  private var noted: KeptCopy? {
    FileManager.default.contents(atPath: aboutFile)
      .flatMap { try? KeptCopy(json: JSONValue(parsing: [UInt8]($0)), in: folder) }
  }

  /// Fills a folder, packs it into one file, and keeps that in place of the one before. A crash midway leaves the one before, and files
  /// that `clear` removes; or a copy that was not looked at yet, and then `kept` does.
  /// - Parameter fill: writes the copy into a folder that is not there yet; returns how many events it has.
  /// - Throws: `PackError.erasedMeanwhile` where the copy holds what must be gone; then none is kept.
  func keep(by caller: Caller, _ fill: (String) throws -> Int) throws -> KeptCopy {
    try makeFolders(to: folder, mode: 0o700)
    let lock = try WorkspaceLock(waitingFor: lockFile)
    // Until it was looked at whether something was erased, too.
    return try withExtendedLifetime(lock) {
      try remove(but: kept(at: caller.now)?.name)
      return try make(by: caller, fill)
    }
  }

  private func make(by caller: Caller, _ fill: (String) throws -> Int) throws -> KeptCopy {
    let files = FileManager.default
    let making = "\(folder)/making"
    defer { try? files.removeItem(atPath: making) }  // what stays is cleared away
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
    try DurableFile.replace(aboutFile, mode: 0o600, copy.json.compactBytes)
    // Somebody's data may have been erased while it was written: then it holds what must be gone.
    if try wasErased(events) {
      try? files.removeItem(atPath: making)  // before the lock is free, as in any case
      try remove(but: nil)
      throw PackError.erasedMeanwhile
    }
    try remove(but: copy.name)
    return copy
  }

  /// Removes what is not kept: a copy whose time is over or from which something was erased since, and what is left of one whose making was
  /// broken off. While one is being made, only a copy from which something was erased: the rest is its maker's, who looks for erasures at the
  /// end, and removes what was kept before.
  /// - Throws: `CopiesRemain`; what could be removed is.
  func clear(at now: Timestamp) throws { try clear { now.milliseconds - $0.at.milliseconds < lasts } }

  /// The same, whatever the time is.
  func clearErased() throws { try clear { _ in true } }

  /// The same, and the copy that is kept.
  func empty() throws { try clear { _ in false } }

  private func clear(keeping stays: (KeptCopy) -> Bool) throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    if let lock = try WorkspaceLock.ifFree(lockFile) {
      // What is noted is asked for now: somebody may have been done a moment ago.
      try withExtendedLifetime(lock) {
        let kept = try noted.flatMap { try stays($0) && !wasErased($0.events) ? $0 : nil }
        try remove(but: kept?.name)
      }
    } else if let copy = noted, try wasErased(copy.events) {
      try discard(copy)
    }
  }

  /// Removes a copy that is done. What is noted of it stays: it may be about the next one already.
  func discard(_ copy: KeptCopy) throws { try remove { $0 == copy.name } }

  /// Whether a copy is still there from which something was erased since.
  func holdsErased() throws -> Bool {
    guard FileManager.default.fileExists(atPath: folder) else { return false }
    return try folderNames(folder).contains { name in
      // As `make` names them.
      guard name.hasPrefix("\(prefix)-"), isCopy(name),
        let events = Int(name.dropFirst(prefix.count + 1).prefix { $0 != "-" })
      else { return false }
      return try wasErased(events)
    }
  }

  private func isCopy(_ name: String) -> Bool { name.hasSuffix(".tar") || name.hasPrefix("making") }

  /// By whoever holds the lock.
  private func remove(but kept: String?) throws {
    try remove { name in name != kept && (isCopy(name) || (kept == nil && name == about)) }
  }

  private func remove(where goes: (String) -> Bool) throws {
    var remaining: [CopiesRemain.File] = []
    for path in try folderNames(folder).filter(goes).map({ "\(folder)/\($0)" }) {
      do { try FileManager.default.removeItem(atPath: path) } catch {
        // Somebody else may have been first.
        guard FileManager.default.fileExists(atPath: path) else { continue }
        remaining.append(.init(path: path, reason: error.localizedDescription))
      }
    }
    if !remaining.isEmpty { throw CopiesRemain(files: remaining) }
  }
}
