// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Handbook

@Suite struct FolderNamesTests {
  @Test func namesAreThoseOfTheFolder() throws {
    let root = NSTemporaryDirectory() + "sopwright-names-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }  // what stays is in the system's temporary folder
    #expect(try folderNames(root) == [])
    try makeFolders(to: "\(root)/one")
    let long = String(repeating: "n", count: 255)
    for name in [".hidden", long, "é"] { try Data().write(to: URL(fileURLWithPath: "\(root)/\(name)")) }
    #expect(try Set(folderNames(root)) == ["one", ".hidden", long, "é"])
    #expect(throws: FolderFailure(path: "\(root)/é", code: ENOTDIR)) { try folderNames("\(root)/é") }
  }
}
