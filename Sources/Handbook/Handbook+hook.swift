// SPDX-License-Identifier: Apache-2.0

internal import Foundation

extension Handbook {
  /// Whether the hook that `create` installs is there and can run.
  package var hasOurHook: Bool {
    let file = "\(path)/hooks/pre-receive"
    return FileManager.default.contents(atPath: file) == Data(PackageResources.pre_receive) && access(file, X_OK) == 0
  }

  /// Hooks beside it that git runs in a bare repository, where they are there.
  package var otherHooks: [String] {
    [
      "post-receive", "post-update", "pre-auto-gc", "proc-receive", "push-to-checkout", "reference-transaction",
      "update",
    ].filter { access("\(path)/hooks/\($0)", X_OK) == 0 }
  }

  /// Puts the hook `pre-receive` into a bare repository: git asks it before it takes a push. The canonical branch is neither rewritten
  /// nor deleted; nobody but Sopwright writes its trailers; links, submodules and harmful names stay out. Another hook that is there
  /// stays, and is not joined.
  static func installHook(at path: String) throws(HandbookError) {
    let file = "\(path)/hooks/pre-receive"
    let files = FileManager.default
    guard !files.fileExists(atPath: file) else { return }
    do {
      try makeFolders(to: "\(path)/hooks")
      try writeFile(file, PackageResources.pre_receive)
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    } catch {
      throw .refused("install the hook \(file)", because: "the system refuses it")
    }
  }
}
