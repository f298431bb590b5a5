// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Handbook

@Suite struct MakeFoldersTests {
  private let root = NSTemporaryDirectory() + "sopwright-folders-\(UUID().uuidString)"

  @Test func foldersAreMadeOnceAndThoseAboveThem() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }  // what stays is in the system's temporary folder
    try makeFolders(to: "\(root)/one/two")
    try makeFolders(to: "\(root)/one/two")
    try makeFolders(to: "\(root)/one/two/three/")
    var isFolder: ObjCBool = false
    #expect(
      FileManager.default.fileExists(atPath: "\(root)/one/two/three", isDirectory: &isFolder) && isFolder.boolValue)
  }

  @Test func whatCannotBeMadeEndsWithTheSystemsWords() throws {
    try makeFolders(to: root)
    defer { try? FileManager.default.removeItem(atPath: root) }  // what stays is in the system's temporary folder
    try Data().write(to: URL(fileURLWithPath: "\(root)/file"))
    #expect(throws: FolderFailure(path: "\(root)/file", code: ENOTDIR)) { try makeFolders(to: "\(root)/file") }
    #expect(throws: FolderFailure(path: "\(root)/file/deeper", code: ENOTDIR)) {
      try makeFolders(to: "\(root)/file/deeper")
    }
    #expect(throws: FolderFailure(path: "", code: ENOENT)) { try makeFolders(to: "") }
    #expect(FolderFailure(path: "", code: ENOSPC).localizedDescription == "No space left on device")
  }
}
