// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

extension Handbook {
  /// The SOPs that differ between two commits, sorted by the paths' bytes; with nil, all of `new`. A change of mode alone is one,
  /// with the same blob on both sides, as it is for git. Equal folders are not entered, so the cost is that of the difference.
  ///
  /// - Throws: where a commit is absent, or the trees differ in more than 100,000 entries.
  package func changes(from old: CommitID?, to new: CommitID) throws(HandbookError) -> [FileChange] {
    try locked { (repository) throws(HandbookError) in
      var comparison = try TreeComparison(repository)
      var oldTree: git_oid?
      if let old { oldTree = try repository.treeID(of: old) }
      return try comparison.changes(from: oldTree, to: repository.treeID(of: new))
    }
  }
}
