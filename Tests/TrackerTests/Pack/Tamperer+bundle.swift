// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Tamperer {
  /// Makes the bundle again after a change to the repository, as git makes it.
  mutating func rebundle(_ way: Way, _ pack: String) throws -> String {
    let change: String
    switch way {
    case .rollBackBranch:
      let refs = any(of: ["refs/heads/main", "refs/ledger/tip", "refs/heads/main refs/ledger/tip"])
      // A branch of one commit goes back to another first commit.
      change = """
        old=$(git rev-parse --verify -q HEAD~1 || git commit-tree -m Begin HEAD^{tree})
        for ref in \(refs); do git update-ref $ref $old; done
        """
    case .addCommit:
      change = """
        new=$(git commit-tree -p HEAD -m "One more" HEAD^{tree})
        git update-ref refs/heads/main $new; git update-ref refs/ledger/tip $new
        """
    case .addRef: change = "git update-ref \(any(of: ["refs/heads/other", "refs/tags/v1", "refs/ledger/other"])) HEAD"
    case .deleteRef: change = "git update-ref -d refs/ledger/tip"
    case .addObject: change = "extra=$(echo \(random.next()) | git hash-object -w --stdin)"
    default:
      change = """
        path=$(git ls-tree -r --name-only HEAD | head -n 1)
        export GIT_INDEX_FILE=index.new
        git read-tree HEAD
        git update-index --cacheinfo 100644,$(echo \(random.next()) | git hash-object -w --stdin),"$path"
        new=$(git commit-tree $(git rev-parse -q --verify HEAD~1 | sed 's/^/-p /') -F <(git log -1 --format=%B) $(git write-tree))
        git update-ref refs/heads/main $new; git update-ref refs/ledger/tip $new
        """
    }
    try shell(
      "/bin/bash",
      [
        "-euo", "pipefail", "-c",
        """
        export GIT_AUTHOR_NAME=ana GIT_AUTHOR_EMAIL=ana@sopwright.invalid GIT_COMMITTER_NAME=ana \
          GIT_COMMITTER_EMAIL=ana@sopwright.invalid
        git clone -q --mirror "$0/handbook.bundle" "$0.git"
        cd "$0.git"
        extra=
        \(change)
        {
          echo "# v2 git bundle"
          git for-each-ref --format='%(objectname) HEAD' refs/heads/main
          git for-each-ref --format='%(objectname) %(refname)'
          echo
          { git rev-list --objects --all | cut -c1-40; echo $extra; } | sed '/^$/d' | sort -u | git pack-objects -q --stdout
        } > "$0/handbook.bundle"
        cd .. && rm -rf "$0.git"
        """, pack,
      ])
    return ""
  }
}
