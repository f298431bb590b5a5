// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension Workspace {
  /// Looks for what the first question about an SOP would have to look for: where its file came from, and, of many versions, which of
  /// them put its lines there. Nobody waits for it then. Some ten milliseconds for each SOP that nobody asked about; a crash midway
  /// leaves what was found.
  ///
  /// - Returns: how many SOPs were followed.
  /// - Throws: what asking about the SOP would throw; those before it are stored.
  package func followHistories(progress: (UpkeepStep) -> Void = { _ in }) throws -> Int {
    let paths = try ledger.read { try $0.unfollowedSOPs(ofMoreThan: Workspace.versionsWorthKeeping) }
    for (done, path) in paths.enumerated() {
      progress(.following(done, of: paths.count))
      _ = try history(of: path.text)
      _ = try blame(path.text)
    }
    return paths.count
  }
}
