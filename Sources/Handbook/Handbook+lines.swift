// SPDX-License-Identifier: Apache-2.0

import CGit2

/// Lines of one text in the place of lines of another; counted from 0. One of the two may be empty.
package struct LineChange: Equatable, Sendable {
  package let old: Range<Int>
  package let new: Range<Int>
}

extension Handbook {
  /// How the lines of each file differ from those of the one before, in their order; what stands between two changes is the same in
  /// both. A line ends with its line feed; what follows the last one is a line, too.
  ///
  /// - Parameter blobs: git's ids of the files; nil, a file larger than an SOP may be, and one that a partial clone lacks count as one
  ///   without lines.
  /// - Returns: as many as there are files, less one.
  package func lineChanges(along blobs: [String?]) throws(HandbookError) -> [[LineChange]] {
    guard blobs.count >= Handbook.fewestForTwo else {
      return try locked { (repository) throws(HandbookError) in try repository.lineChanges(along: blobs[...]) }
    }
    // The halves share the file that ends the one and begins the other.
    let half = blobs.count / 2
    let (first, second) = try onTwo(
      { (repository) throws(HandbookError) in try repository.lineChanges(along: blobs[...half]) },
      { (repository) throws(HandbookError) in try repository.lineChanges(along: blobs[half...]) })
    return first + second
  }

  fileprivate static func lineChanges(
    from old: LineSource?, to new: LineSource?
  ) throws(HandbookError) -> [LineChange] {
    let operation = "compare two texts"
    var options = git_diff_options()
    try LibGit2.check(git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)), operation)
    options.context_lines = 0
    options.interhunk_lines = 0
    options.flags = UInt32(GIT_DIFF_FORCE_TEXT.rawValue)
    var changes: [LineChange] = []
    let code = withUnsafeMutablePointer(to: &changes) { changes in
      // Not `git_diff_buffers`, which hashes both texts first.
      git_diff_blobs(
        old?.blob, nil, new?.blob, nil, &options, nil, nil,
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
    try LibGit2.check(code, operation)
    return changes
  }
}

/// A file that is compared with two others.
private final class LineSource {
  let blob: OpaquePointer

  init(_ blob: OpaquePointer) { self.blob = blob }

  deinit { git_blob_free(blob) }
}

extension GitRepository {
  fileprivate func lineChanges(along blobs: ArraySlice<String?>) throws(HandbookError) -> [[LineChange]] {
    guard let first = blobs.first else { return [] }
    var before = try lineSource(first)
    var changes: [[LineChange]] = []
    for blob in blobs.dropFirst() {
      let after = try lineSource(blob)
      changes.append(try Handbook.lineChanges(from: before, to: after))
      before = after
    }
    return changes
  }

  /// Nil where there is none, or none that can be read as one.
  fileprivate func lineSource(_ hex: String?) throws(HandbookError) -> LineSource? {
    guard let hex else { return nil }
    let operation = "read file \(hex)"
    guard var id = git_oid(hex: hex) else { throw .refused(operation, because: "it is no id of one") }
    guard try objectDatabase().size(of: hex) <= SOPDocument.largest else { return nil }
    var blob: OpaquePointer?
    let code = git_blob_lookup(&blob, pointer, &id)
    guard code != GIT_ENOTFOUND.rawValue else {
      git_error_clear()
      return nil
    }
    try LibGit2.check(code, operation)
    return blob.map(LineSource.init)
  }
}

extension LineChange {
  /// Of a hunk, which counts from 1, and where it has no line names the one before.
  fileprivate static func range(_ start: Int, _ count: Int) -> Range<Int> {
    let first = count == 0 ? start : start - 1
    return first..<(first + count)
  }
}
