// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

/// What the system's `tar` makes of our files.
@Suite struct TarFileTests {
  private func unpacked(_ folder: String, isExact: Bool, in place: String) throws -> String {
    let tar = "\(place)/a.tar"
    let size = try TarFile.write(folder, as: "top", at: Timestamp(seconds: 1_780_000_000), isExact: isExact, to: tar)
    #expect(try FileManager.default.attributesOfItem(atPath: tar)[.size] as? Int64 == size)
    let unpack = Process()
    unpack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpack.arguments = ["tar", "-xpf", tar, "-C", place]
    try unpack.run()
    unpack.waitUntilExit()
    #expect(unpack.terminationStatus == 0)
    return "\(place)/top"
  }

  private func folder() throws -> (place: String, files: String) {
    let place = NSTemporaryDirectory() + "sopwright-tar-\(UUID().uuidString)"
    let files = "\(place)/files"
    try FileManager.default.createDirectory(atPath: "\(files)/keys", withIntermediateDirectories: true)
    return (place, files)
  }

  @Test func foldersAndPermissionsAreKeptWhereThatIsWanted() throws {
    let (place, files) = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let content = WorkspaceFiles(folder: files)
    try content.makeFolder("empty/below", mode: 0o750)
    let long = "\(String(repeating: "n", count: 90))/\(String(repeating: "m", count: 95)).yaml"
    try content.makeFolder(String(repeating: "n", count: 90), mode: 0o755)
    // What no header has room for: one name of more than 100 bytes, of a file and of a folder, and a path of more than 255.
    let folderName = String(repeating: "ö", count: 120)
    let deep = "\(folderName)/\(folderName)"
    try content.makeFolder(folderName, mode: 0o700)
    try content.makeFolder(deep, mode: 0o750)
    let names = [String(repeating: "x", count: 101), "keys/\(String(repeating: "y", count: 255))", "\(deep)/z.yaml"]
    for (name, mode) in [("keys/secret", "0600"), ("hook", "0755"), (long, "0640")] + names.map({ ($0, "0604") }) {
      try Data("\(name)\n".utf8).write(to: URL(fileURLWithPath: "\(files)/\(name)"))
      try content.setMode(mode, of: name)
    }
    try content.setMode("0700", of: "keys")
    let made = WorkspaceFiles(folder: try unpacked(files, isExact: true, in: place))
    let (before, after) = (try content.all(), try made.all())
    #expect(after.folders == before.folders && after.files == before.files)
    for path in before.folders + before.files { #expect(try made.mode(path) == content.mode(path), "\(path)") }
    for path in before.files { #expect(try made.digest(path).sha256 == content.digest(path).sha256, "\(path)") }
  }

  @Test func otherwiseThereAreFilesThatEverybodyMayRead() throws {
    let (place, files) = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    try Data("a".utf8).write(to: URL(fileURLWithPath: "\(files)/a"))
    try WorkspaceFiles(folder: files).setMode("0600", of: "a")
    let made = WorkspaceFiles(folder: try unpacked(files, isExact: false, in: place))
    #expect(try made.all().folders.isEmpty && made.mode("a") == "0644")
  }

  /// The file is sparse, so it takes no room.
  @Test func aFileThatTheFormatCannotHoldIsRefusedByItsName() throws {
    let (place, files) = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let large = "\(files)/large.sqlite"
    #expect(FileManager.default.createFile(atPath: large, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: large))
    try handle.truncate(atOffset: 8 << 30)
    try handle.close()
    let error = try #require(throws: PackError.self) {
      try TarFile.write(files, as: "top", at: Timestamp(seconds: 0), isExact: true, to: "\(place)/a.tar")
    }
    #expect(error.sentence.contains("top/large.sqlite is a file of 8 GiB or more"))
  }
}
