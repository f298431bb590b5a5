// SPDX-License-Identifier: Apache-2.0

import CGit2

extension Handbook {
  /// How to get from one text to the other, as `git diff` prints it, with three lines of context; empty where they are
  /// equal. Bytes that are not UTF-8 are replaced. `path` stands in the header only.
  package func unifiedDiff(from old: [UInt8], to new: [UInt8], path: String) throws(HandbookError) -> String {
    let operation = "compare two versions of \(path)"
    guard old != new else { return "" }
    try LibGit2.start()
    var options = git_diff_options()
    try LibGit2.check(git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)), operation)
    options.flags = UInt32(GIT_DIFF_FORCE_TEXT.rawValue)
    options.context_lines = 3
    // Not `git_diff_buffers`: a patch made of buffers is the same comparison, and prints itself.
    let patch = try GitObject(operation, free: git_patch_free) { out in
      git_patch_from_buffers(out, old, old.count, path, new, new.count, path, &options)
    }
    return try patch.lend { (patch) throws(HandbookError) in
      var buffer = git_buf()
      defer { git_buf_dispose(&buffer) }
      try LibGit2.check(git_patch_to_buf(&buffer, patch), operation)
      return String(decoding: UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size), as: UTF8.self)
    }
  }

  /// Joins what two people made of one text. Where they changed the same lines, or adjoining ones, both stand there, between
  /// marks as git writes them, and the text is not clean.
  package func mergeFile(
    base: [UInt8], ours: [UInt8], theirs: [UInt8], labels: (ours: String, theirs: String) = ("ours", "theirs")
  ) throws(HandbookError) -> MergedText {
    try LibGit2.start()
    var options = git_merge_file_options()
    try LibGit2.check(
      git_merge_file_options_init(&options, UInt32(GIT_MERGE_FILE_OPTIONS_VERSION)), "merge two versions")
    var merged = MergedText(bytes: [], isClean: false)
    let code = base.withUnsafeBytes { base in
      ours.withUnsafeBytes { ours in
        theirs.withUnsafeBytes { theirs in
          var inputs = [base, ours, theirs].map { git_merge_file_input($0) }
          var result = git_merge_file_result()
          defer { git_merge_file_result_free(&result) }
          let code = labels.ours.withCString { ours in
            labels.theirs.withCString { theirs in
              options.our_label = ours
              options.their_label = theirs
              return git_merge_file(&result, &inputs[0], &inputs[1], &inputs[2], &options)
            }
          }
          if code == 0 {
            merged = MergedText(
              bytes: Array(UnsafeRawBufferPointer(start: result.ptr, count: result.len)),
              isClean: result.automergeable != 0)
          }
          return code
        }
      }
    }
    try LibGit2.check(code, "merge two versions")
    return merged
  }
}

/// What two people made of one text.
package struct MergedText: Equatable, Sendable {
  package let bytes: [UInt8]
  package let isClean: Bool
}

extension git_merge_file_input {
  /// Valid as long as the bytes are.
  fileprivate init(_ bytes: UnsafeRawBufferPointer) {
    self.init()
    version = UInt32(GIT_MERGE_FILE_INPUT_VERSION)
    ptr = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    size = bytes.count
  }
}
