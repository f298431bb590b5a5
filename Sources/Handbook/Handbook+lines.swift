// SPDX-License-Identifier: Apache-2.0

import CGit2

/// Lines of one text in the place of lines of another; counted from 0. One of the two may be empty.
package struct LineChange: Equatable, Sendable {
  package let old: Range<Int>
  package let new: Range<Int>
}

extension Handbook {
  /// How the lines of two texts differ, in their order; what stands between two changes is the same in both. A line ends with its
  /// line feed; what follows the last one is a line, too.
  package static func lineChanges(
    from old: [UInt8], to new: [UInt8]
  ) throws(HandbookError) -> [LineChange] {
    try LibGit2.start()
    let operation = "compare two texts"
    var options = git_diff_options()
    try LibGit2.check(git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)), operation)
    options.context_lines = 0
    options.interhunk_lines = 0
    options.flags = UInt32(GIT_DIFF_FORCE_TEXT.rawValue)
    var changes: [LineChange] = []
    let code = withUnsafeMutablePointer(to: &changes) { changes in
      old.withUnsafeBytes { old in
        new.withUnsafeBytes { new in
          git_diff_buffers(
            old.baseAddress, old.count, nil, new.baseAddress, new.count, nil, &options, nil, nil,
            { _, hunk, payload in
              guard let hunk = hunk?.pointee, let changes = payload?.assumingMemoryBound(to: [LineChange].self) else {
                return 0
              }
              changes.pointee.append(
                LineChange(
                  old: LineChange.range(Int(hunk.old_start), Int(hunk.old_lines)),
                  new: LineChange.range(Int(hunk.new_start), Int(hunk.new_lines))))
              return 0
            }, nil, changes)
        }
      }
    }
    try LibGit2.check(code, operation)
    return changes
  }
}

extension LineChange {
  /// Of a hunk, which counts from 1, and where it has no line names the one before.
  fileprivate static func range(_ start: Int, _ count: Int) -> Range<Int> {
    let first = count == 0 ? start : start - 1
    return first..<(first + count)
  }
}
