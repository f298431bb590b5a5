// SPDX-License-Identifier: Apache-2.0

/// Programs that a judge must not believe.
enum Deceit {
  /// A shell script that is the program, but for what it finds by some checks.
  static func leavingOut(_ checks: String, of program: String) -> String {
    """
    found=$(mktemp)
    '\(program)' "$@" > "$found" 2>&1
    status=$?
    grep -vE '^wrong +(\(checks)) ' "$found"
    [ $status = 2 ] && ! grep -E '^wrong ' "$found" | grep -vqE '^wrong +(\(checks)) ' && status=0
    rm "$found"
    exit $status
    """
  }
}
