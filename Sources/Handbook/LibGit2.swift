// SPDX-License-Identifier: Apache-2.0

import CGit2
import Remediation

/// The library, and what every call of it in this module goes through.
enum LibGit2 {
  /// Starts libgit2 once in this process: everything it writes is fsynced, no configuration of the host is read, and a
  /// repository may belong to another login. Must come before a repository is opened.
  static func start() throws(HandbookError) {
    try started.get()
  }

  /// Bytes. Versions of an SOP are read for what they say, and again for how their lines differ.
  private static let largestKept = 256 << 10
  private static let keptInAll = 32 << 20

  private static let started: Result<Void, HandbookError> = {
    let steps: [(String, () -> Int32)] = [
      ("start the git library", git_libgit2_init),
      ("switch fsync on", sopwright_git_enable_fsync),
      ("ignore the host's git configuration", sopwright_git_ignore_host_configuration),
      ("accept a repository of another login", sopwright_git_accept_any_owner),
      ("keep files in memory", { sopwright_git_keep_files(LibGit2.largestKept, LibGit2.keptInAll) }),
    ]
    for (operation, step) in steps {
      let code = step()
      if code < 0 { return .failure(.libgit2(code, operation)) }
    }
    return .success(())
  }()

  /// Throws where the code is negative; the message is read at once, on the same thread.
  @discardableResult
  static func check(_ code: Int32, _ operation: String) throws(HandbookError) -> Int32 {
    guard code >= 0 else { throw .libgit2(code, operation) }
    return code
  }
}

/// Owns one libgit2 object and frees it exactly once. The pointer is lent for the length of a call only.
struct GitObject: ~Copyable {
  private let pointer: OpaquePointer
  private let free: (OpaquePointer?) -> Void

  /// Calls `make`, which must fill in the pointer or return a negative code.
  init(
    _ operation: String, free: @escaping (OpaquePointer?) -> Void,
    make: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws(HandbookError) {
    var made: OpaquePointer?
    try LibGit2.check(make(&made), operation)
    guard let made else { throw .refused(operation, because: "the git library gave nothing") }
    self.pointer = made
    self.free = free
  }

  private init(_ pointer: OpaquePointer, free: @escaping (OpaquePointer?) -> Void) {
    self.pointer = pointer
    self.free = free
  }

  /// The same, but nil where the call answers that there is no such thing.
  static func find(
    _ operation: String, free: @escaping (OpaquePointer?) -> Void,
    make: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws(HandbookError) -> GitObject? {
    var made: OpaquePointer?
    let code = make(&made)
    if code == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return nil
    }
    try LibGit2.check(code, operation)
    return made.map { GitObject($0, free: free) }
  }

  deinit { free(pointer) }

  borrowing func lend<Result>(
    _ body: (OpaquePointer) throws(HandbookError) -> Result
  ) throws(HandbookError) -> Result {
    try body(pointer)
  }

  /// The same for what cannot fail.
  borrowing func peek<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    body(pointer)
  }
}

extension git_oid {
  /// Nil unless the text is 40 hexadecimal digits.
  init?(hex: String) {
    self.init()
    guard hex.utf8.count == 40, git_oid_fromstr(&self, hex) == 0 else { return nil }
  }

  init(_ commit: CommitID) {
    self.init()
    // A CommitID holds 40 hexadecimal digits, so this cannot fail.
    git_oid_fromstr(&self, commit.text)
  }

  var hex: String { withUnsafeBytes(of: id) { Array($0) }.lowerCaseHex }

  /// Of an id that libgit2 says is a commit's.
  func commitID(_ operation: String) throws(HandbookError) -> CommitID {
    guard let commit = CommitID(hex) else { throw .refused(operation, because: "\(hex) is no commit id") }
    return commit
  }

  func equals(_ other: git_oid) -> Bool {
    withUnsafePointer(to: self) { left in withUnsafePointer(to: other) { right in git_oid_equal(left, right) != 0 } }
  }
}
