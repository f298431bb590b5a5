// SPDX-License-Identifier: Apache-2.0

/// Where a file that appears in a commit came from, by the judgement of `git log --follow`.
///
/// The rules are those of git's `tree-diff.c` and `diffcore-rename.c` for one new file: renames and copies from
/// anywhere in the parent's tree (as with `--find-copies-harder`), rewritten files not looked at. git has a limit,
/// which its default puts at a million files; here is none.
package struct FileOrigin<Blob: Hashable & Sendable>: Equatable, Sendable {
  /// In the parent's tree, the file to follow from there on.
  package let source: TreeFile<Blob>
  /// Whether the source is still there after the commit; git says C then, and R where it is gone.
  package let isCopy: Bool
  /// 30,000 to 60,000, of 60,000; git prints it in whole per cent, rounded down.
  package let similarity: Int
}

/// An entry of a tree that is no folder.
package struct TreeFile<Blob: Hashable & Sendable>: Hashable, Sendable {
  /// From the root, with slashes; the bytes need not be UTF-8.
  package let path: [UInt8]
  /// As git stores it: what kind of entry it is, and whether it may be executed.
  package let mode: UInt32
  /// The content's id.
  package let blob: Blob

  package init(path: [UInt8], mode: UInt32, blob: Blob) {
    self.path = path
    self.mode = mode
    self.blob = blob
  }
}

/// A file of the parent's tree.
package struct OriginCandidate<Blob: Hashable & Sendable>: Equatable, Sendable {
  package let file: TreeFile<Blob>
  /// Whether the commit has nothing at this path any more, or a folder. A file that was changed is not gone.
  package let isGone: Bool

  package init(_ file: TreeFile<Blob>, isGone: Bool) {
    self.file = file
    self.isGone = isGone
  }
}

extension FileOrigin {
  /// The same content comes first, whatever its size, even none. Otherwise what is at least half alike: of the four
  /// best, one that is gone before one that stays, then the more alike, then one of the same name, then the first.
  /// A symbolic link or a submodule comes only from another one, and only from the same content.
  ///
  /// - Parameters:
  ///   - added: a file that the commit has and its parent has not.
  ///   - candidates: all files of the parent's tree, also links and submodules, sorted by the paths' bytes. Leave none
  ///     out: between equals, it matters how many others there are.
  ///   - size: of a regular file's content. Called for every regular file where none has the same content.
  ///   - fingerprint: of a regular file's content. Called where the sizes permit that it is alike: at most once for the
  ///     new file, once for each candidate.
  package static func find<Failure: Error>(
    of added: TreeFile<Blob>, among candidates: [OriginCandidate<Blob>], size: (Blob) throws(Failure) -> Int,
    fingerprint: (Blob) throws(Failure) -> ContentFingerprint
  ) throws(Failure) -> FileOrigin? {
    if let twin = twin(of: added, among: candidates) {
      return FileOrigin(source: twin.file, isCopy: !twin.isGone, similarity: ContentFingerprint.highest)
    }
    guard added.isRegular, !candidates.isEmpty else { return nil }
    let addedSize = try size(added.blob)
    let addedName = added.name
    var known: ContentFingerprint?
    var shortlist = Shortlist()
    for (index, candidate) in candidates.enumerated() {
      var score = 0
      if candidate.file.isRegular, ContentFingerprint.canBeAlike(try size(candidate.file.blob), addedSize) {
        let destination = if let known { known } else { try fingerprint(added.blob) }
        known = destination
        score = try fingerprint(candidate.file.blob).similarity(to: destination)
      }
      shortlist.note(.init(index: index, score: score, sameName: candidate.file.name == addedName))
    }
    let alike = shortlist.bestFirst.prefix { $0.score >= ContentFingerprint.alike }
    guard let chosen = alike.first(where: { candidates[$0.index].isGone }) ?? alike.first else { return nil }
    let source = candidates[chosen.index]
    return FileOrigin(source: source.file, isCopy: !source.isGone, similarity: chosen.score)
  }

  /// The same content: rather one that is gone, rather one of the same name; the first of those that are equal in that.
  private static func twin(
    of added: TreeFile<Blob>, among candidates: [OriginCandidate<Blob>]
  ) -> OriginCandidate<Blob>? {
    var best: (candidate: OriginCandidate<Blob>, merits: Int)?
    var seen = 0
    for candidate in candidates where candidate.file.blob == added.blob {
      guard candidate.file.kind == added.kind else { continue }
      let merits = (candidate.isGone ? 1 : 0) + (candidate.file.name == added.name ? 1 : 0)
      if merits > best?.merits ?? -1 { best = (candidate, merits) }
      seen += 1
      if seen == mostTwins { break }
    }
    return best?.candidate
  }

  /// git looks at no more of them.
  private static var mostTwins: Int { 100 }
}

extension TreeFile {
  fileprivate var kind: UInt32 { mode & 0o170000 }
  fileprivate var isRegular: Bool { kind == 0o100000 }
  fileprivate var name: ArraySlice<UInt8> {
    path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
  }
}

/// The four best candidates so far. A better one takes the place of the worst, and among equals the earlier place wins:
/// so even a file that cannot be chosen has a say, by the place that it leaves to another.
private struct Shortlist {
  struct Entry {
    let index: Int
    let score: Int
    let sameName: Bool

    func isBetter(than other: Entry) -> Bool {
      score == other.score ? sameName && !other.sameName : score > other.score
    }
  }

  private static let length = 4
  private var entries: [Entry] = []

  mutating func note(_ entry: Entry) {
    guard entries.count == Self.length else { return entries.append(entry) }
    var worst = 0
    for place in entries.indices where entries[worst].isBetter(than: entries[place]) { worst = place }
    if entry.isBetter(than: entries[worst]) { entries[worst] = entry }
  }

  var bestFirst: [Entry] { entries.sorted { $0.isBetter(than: $1) } }
}
