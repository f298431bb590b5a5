// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

extension Handbook {
  /// The SOPs whose content differs between two commits, sorted by the paths' bytes; with nil, all of `new`. A change
  /// of mode alone is none. Equal folders are not entered, so the cost is that of the difference.
  ///
  /// - Throws: where a commit is absent, or the trees differ in more than 100,000 entries.
  package func changes(from old: CommitID?, to new: CommitID) throws(HandbookError) -> [FileChange] {
    try locked { (repository) throws(HandbookError) in
      var oldTree: git_oid?
      if let old { oldTree = try repository.treeID(of: old) }
      return try repository.changes(from: oldTree, to: repository.treeID(of: new))
    }
  }
}

extension GitRepository {
  func changes(from old: git_oid?, to new: git_oid?) throws(HandbookError) -> [FileChange] {
    var comparison = TreeComparison()
    try comparison.compare(old, new, in: self, above: [])
    return comparison.changes.sorted { $0.path < $1.path }
  }
}

/// Goes down two trees at once.
private struct TreeComparison {
  /// A tree can name the same folder many times and so be exponentially large.
  static let mostEntries = 100_000

  var changes: [FileChange] = []
  var entriesSeen = 0

  /// `above`: the names of the folders so far.
  mutating func compare(
    _ old: git_oid?, _ new: git_oid?, in repository: borrowing GitRepository, above: [String]
  ) throws(HandbookError) {
    if let old, let new, old.equals(new) { return }
    let before = try list(old, in: repository)
    let after = try list(new, in: repository)
    for name in Set(before.keys).union(after.keys) {
      guard let text = String(validating: name, as: UTF8.self) else { continue }
      let here = above + [text]
      let left = before[name]
      let right = after[name]
      if left?.kind == .folder || right?.kind == .folder, here.count < SOPPath.deepest {
        let oldFolder = left?.kind == .folder ? left?.id : nil
        let newFolder = right?.kind == .folder ? right?.id : nil
        try compare(oldFolder, newFolder, in: repository, above: here)
      }
      let oldBlob = left?.kind == .file ? left?.id.hex : nil
      let newBlob = right?.kind == .file ? right?.id.hex : nil
      // A name off the allow-list is no SOP; it is passed over, whatever the reason.
      guard oldBlob != newBlob, let path = try? SOPPath(here.joined(separator: "/")) else { continue }
      changes.append(FileChange(path: path, oldBlob: oldBlob, newBlob: newBlob))
    }
  }

  private mutating func list(
    _ tree: git_oid?, in repository: borrowing GitRepository
  ) throws(HandbookError) -> [[UInt8]: TreeEntry] {
    guard let tree else { return [:] }
    let entries = try repository.entries(ofTree: tree)
    entriesSeen += entries.count
    guard entriesSeen <= TreeComparison.mostEntries else {
      throw .refused("compare versions", because: "there are more than \(TreeComparison.mostEntries) files")
    }
    return Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
