// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Handbook

/// Small files of a repository with each of their bits flipped: where git reads no more, it is said. libgit2 reads on in some of them.
@Suite struct FlippedBitTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.commit(["a.md": "One\n"])
  }

  @Test(arguments: ["HEAD", "config", "refs/heads/main", "packed-refs"])
  func whatGitDoesNotReadIsFound(name: String) throws {
    if name == "packed-refs" { try bench.git("pack-refs", "--all") }
    let file = URL(fileURLWithPath: "\(bench.repository)/\(name)")
    let whole = [UInt8](try Data(contentsOf: file))
    let flips = URL(fileURLWithPath: "\(bench.folder)/flips")
    try FileManager.default.createDirectory(at: flips, withIntermediateDirectories: false)
    var silent: Set<String> = []
    for place in whole.indices {
      for bit in 0..<8 {
        var bytes = whole
        bytes[place] ^= 1 << bit
        try Data(bytes).write(to: file)
        guard try !isFound() else { continue }
        try Data(bytes).write(to: flips.appending(path: "\(place).\(bit)"))
        silent.insert("\(place).\(bit)")
      }
    }
    try Data(whole).write(to: file)
    let unread = try bench.shell(
      """
      for flip in flips/*; do
        test -e "$flip" || continue
        cp "$flip" sop.git/\(name)
        cd sop.git
        { git for-each-ref && git rev-parse --verify HEAD^{commit}; } > ../answer 2>&1 || echo "$flip: $(head -1 ../answer)"
        cd ..
      done
      """, in: bench.folder)
    #expect(unread == "")
    #expect(
      silent.isEmpty == (name == "HEAD"), "another case of an id, or a setting that nobody rests on, changes nothing")
  }

  /// As `verify` asks.
  private func isFound() throws -> Bool {
    do {
      let handbook = Handbook(at: bench.repository)
      return try handbook.tip() == nil || !handbook.unreadableRefs().isEmpty || !handbook.changedSettings().isEmpty
    } catch is HandbookError { return true }
  }

  @Test(arguments: [
    ("[alias]\n\tup = \"!f() { \\\n\t\tgit fetch; }; f\"\n", true), ("[user]\n\tname = a # say \"\n", true),
    ("[user]\n\tname = \"a \\\" b\"\n", true), ("[user]\n\tname = \"a\n", false), ("[user]\n\tname = a\\", true),
  ])
  func settingsThatPeopleAddAreReadAsGitReadsThem(text: String, isSound: Bool) throws {
    let file = URL(fileURLWithPath: "\(bench.repository)/config")
    try (try Data(contentsOf: file) + Data(text.utf8)).write(to: file)
    let refused = try bench.shell("git config --file sop.git/config --list > list 2>&1 || echo no", in: bench.folder)
    #expect(refused == (isSound ? "" : "no\n"))
    #expect(try bench.handbook.changedSettings().isEmpty == isSound)
  }
}
