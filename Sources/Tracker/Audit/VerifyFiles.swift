// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger

// What stands beside the database and the repository.
extension Workspace {
  /// The private key is that of `keys/checkpoint.vkey`. Where it may not be read by whoever verifies, nothing is said: only signing
  /// needs it, and says so.
  func auditKey() -> [Finding] {
    let file = "\(folder)/\(Workspace.keyFile)"
    guard access(file, R_OK) == 0 else { return [] }
    do {
      let key = try SigningKey(at: file)
      // A public key that cannot be read is a finding of its own.
      guard let known = try? verifierKey(), key.verifier != known else { return [] }
      return [
        Finding("checkpoint_key", Workspace.keyFile, "It is another key than \(Workspace.verifierFile) says.")
      ]
    } catch { return [Finding("checkpoint_key", Workspace.keyFile, sentence(for: error))] }
  }

  /// What an owner may have changed on purpose, and what takes protection away.
  func noticesOfFiles() -> [Finding] {
    var notices: [Finding] = []
    if !FileManager.default.fileExists(atPath: "\(folder)/\(Workspace.keyFile)"),
      FileManager.default.isReadableFile(atPath: "\(folder)/\(Workspace.verifierFile)")
    {
      notices.append(
        Finding("key_missing", Workspace.keyFile, "It is missing, so nothing is signed. Put it back from a backup."))
    }
    if !handbook.hasOurHook {
      notices.append(
        Finding(
          "hook", "sop.git/hooks/pre-receive",
          "It is not the one that Sopwright installs, so what is pushed is not looked through as it says."))
    }
    return notices
      + handbook.otherHooks.map {
        Finding(
          "hook", "sop.git/hooks/\($0)",
          "Git runs it beside Sopwright's, and it is not of Sopwright. Know what it does.")
      }
  }
}
