// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
import Glibc

/// Files of objects that a pack has made superfluous.
package struct SuperfluousFiles: Sendable {
  /// Below `objects`; the files of a pack together.
  fileprivate var groups: ArraySlice<[String]>

  package var isEmpty: Bool { groups.isEmpty }
  /// Single objects and packs.
  package var count: Int { groups.count }
}

extension Handbook {
  /// Files whose objects are all in this pack, going by its index. Nothing is read but folders and indexes, and nothing
  /// removed.
  package func superfluousFiles(besides pack: String) throws(HandbookError) -> SuperfluousFiles {
    let files = try objectFiles()
    let index = try PackIndex(at: "\(files.folder)/\(pack).idx")
    var groups: [[String]] = []
    for name in try files.loose() {
      if let id = git_oid(looseName: name), index.contains(id) { groups.append([name]) }
    }
    for other in try files.packs() where other != pack && access("\(files.folder)/\(other).keep", F_OK) != 0 {
      var isSuperfluous = true
      for id in try PackIndex(at: "\(files.folder)/\(other).idx").objects() where !index.contains(id) {
        isSuperfluous = false
      }
      // Without its index a pack is nothing, so that goes first; an index over several packs would still name it.
      if isSuperfluous {
        groups.append(["pack/multi-pack-index"] + [".idx", ".rev", ".bitmap", ".pack"].map { other + $0 })
      }
    }
    return SuperfluousFiles(groups: groups[...])
  }

  /// Removes files for about this long. The caller holds the workspace's lock, so that nobody writes objects meanwhile;
  /// a crash midway leaves some of them, which are still superfluous.
  package func remove(_ files: inout SuperfluousFiles, for duration: Duration) throws(HandbookError) {
    let folder = try objectFiles().folder
    let start = ContinuousClock.now
    while let group = files.groups.first, start.duration(to: .now) < duration {
      for name in group where unlink("\(folder)/\(name)") != 0 && errno != ENOENT {
        throw .system(errno, "remove \(folder)/\(name), which is in a pack now")
      }
      files.groups.removeFirst()
    }
  }
}
