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

  /// What has no room in a header is still read by `tar`. The content is a hole, so it takes no room on the disk.
  @Test(arguments: ["large.sqlite", String(repeating: "n", count: 150)], [Int64(8 << 30) - 1, 8 << 30, 9_000_000_001])
  func aFileMayBeOfAnySize(name: String, length: Int64) throws {
    let (place, _) = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let headers = TarFile.headers(
      TarFile.Entry(name: name, isFolder: false, mode: 0o600, length: length), seconds: 1_780_000_000)
    let next = TarFile.headers(
      TarFile.Entry(name: "next", isFolder: false, mode: 0o600, length: 0), seconds: 1_780_000_000)
    let tar = "\(place)/a.tar"
    #expect(FileManager.default.createFile(atPath: tar, contents: Data(headers)))
    let handle = try #require(FileHandle(forWritingAtPath: tar))
    try handle.seek(toOffset: UInt64(headers.count) + UInt64((length + 511) / 512 * 512))
    try handle.write(contentsOf: Data(next + [UInt8](repeating: 0, count: 1_024)))
    try handle.close()
    let list = Process()
    let output = Pipe()
    list.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    list.arguments = ["tar", "-tvf", tar]
    list.standardOutput = output
    try list.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    list.waitUntilExit()
    #expect(list.terminationStatus == 0)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains(" \(length) ") && lines[0].hasSuffix(" \(name)"), "\(text)")
    #expect(lines.last?.hasSuffix(" next") ?? false)
  }
}
