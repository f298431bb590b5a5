// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Handbook

@Suite struct WriteFileTests {
  private let folder = NSTemporaryDirectory() + "sopwright-write-\(UUID().uuidString)"

  @Test func aFileHasTheNewBytesAndNoOthers() throws {
    try makeFolders(to: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let path = "\(folder)/file"
    let long = [UInt8](repeating: 7, count: 3_000_000)
    for bytes in [long, Array("short\n".utf8), []] {
      try writeFile(path, bytes, isDurable: true)
      #expect(FileManager.default.contents(atPath: path) == Data(bytes))
    }
    #expect(throws: WriteFailure(path: folder, code: EISDIR)) { try writeFile(folder, [1]) }
    #expect(throws: WriteFailure(path: "\(folder)/no/file", code: ENOENT)) { try writeFile("\(folder)/no/file", [1]) }
  }

  @Test func aFullDeviceIsSaidInItsWords() {
    let failure = #expect(throws: WriteFailure(path: "/dev/full", code: ENOSPC)) { try writeFile("/dev/full", [1]) }
    #expect(failure?.localizedDescription == "No space left on device")
    #expect(WriteFailure(path: "x", code: 0).localizedDescription == "nothing is taken any more")
  }
}
