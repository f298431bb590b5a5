// SPDX-License-Identifier: Apache-2.0

import CGit2
import Glibc
import Remediation

/// Goes down two trees at once, over git's own bytes: a folder of which nothing changed costs nothing, and the others a comparison
/// of bytes. Keeps trees for the next comparisons: along a history, one side of each is the other side of the next.
struct TreeComparison: ~Copyable {
  /// A tree can name the same folder many times and so be exponentially large.
  static let mostEntries = 100_000
  private static let mostKnown = 4_000

  private let database: GitObject
  private var changes: [FileChange] = []
  private var entriesSeen = 0
  /// Trees read for this comparison and the ones before.
  private var known: [TreeID: RawTree] = [:]
  /// Names that were looked at, with the path that each is; nil of what no SOP can be called.
  private var paths: [[UInt8]: SOPPath?] = [:]

  init(_ repository: borrowing GitRepository) throws(HandbookError) {
    database = try repository.objectDatabase()
  }

  /// The SOPs that differ, sorted by the paths' bytes. Nil stands for an empty tree.
  mutating func changes(from old: git_oid?, to new: git_oid?) throws(HandbookError) -> [FileChange] {
    changes = []
    entriesSeen = 0
    try compare(old, new, above: [], depth: 0)
    if known.count > TreeComparison.mostKnown { known.removeAll(keepingCapacity: true) }
    return changes.sorted { $0.path < $1.path }
  }

  private mutating func compare(
    _ old: git_oid?, _ new: git_oid?, above: [UInt8], depth: Int
  ) throws(HandbookError) {
    if let old, let new, old.equals(new) { return }
    let before = try tree(old)
    let after = try tree(new)
    var left = before.first
    var right = after.first
    while left != nil || right != nil {
      if let one = left, let other = right {
        let shared = before.shared(from: one, with: after, from: other)
        if shared > 0 {
          left = before.entry(at: one.start + shared)
          right = after.entry(at: other.start + shared)
          continue
        }
      }
      switch RawTree.order(left, before, right, after) {
      case .first:
        try note(left, before, nil, after, above, depth)
        left = left.flatMap { before.next(after: $0) }
      case .second:
        try note(nil, before, right, after, above, depth)
        right = right.flatMap { after.next(after: $0) }
      case .same:
        try note(left, before, right, after, above, depth)
        left = left.flatMap { before.next(after: $0) }
        right = right.flatMap { after.next(after: $0) }
      }
    }
  }

  /// Entries of one name that differ, of which one may be absent.
  private mutating func note(
    _ left: RawTree.Entry?, _ before: RawTree, _ right: RawTree.Entry?, _ after: RawTree, _ above: [UInt8], _ depth: Int
  ) throws(HandbookError) {
    guard let name = left.map({ before.name($0) }) ?? right.map({ after.name($0) }) else { return }
    var here = above
    if !here.isEmpty { here.append(UInt8(ascii: "/")) }
    here += name
    if left?.kind == .folder || right?.kind == .folder, depth + 1 < SOPPath.deepest {
      let oldFolder = left.flatMap { $0.kind == .folder ? before.id($0) : nil }
      let newFolder = right.flatMap { $0.kind == .folder ? after.id($0) : nil }
      try compare(oldFolder, newFolder, above: here, depth: depth + 1)
    }
    let oldBlob = left.flatMap { $0.kind == .file ? before.id($0).hex : nil }
    let newBlob = right.flatMap { $0.kind == .file ? after.id($0).hex : nil }
    guard oldBlob != nil || newBlob != nil, here.suffix(3).elementsEqual(".md".utf8),
      let path = path(here)
    else { return }
    changes.append(FileChange(path: path, oldBlob: oldBlob, newBlob: newBlob))
  }

  /// Nil of a name off the allow-list, whatever the reason: it is no SOP, and passed over.
  private mutating func path(_ name: [UInt8]) -> SOPPath? {
    if let known = paths[name] { return known }
    let path = String(validating: name, as: UTF8.self).flatMap { try? SOPPath($0) }
    paths.updateValue(path, forKey: name)
    return path
  }

  private mutating func tree(_ id: git_oid?) throws(HandbookError) -> RawTree {
    guard let id else { return RawTree.empty }
    let key = TreeID(id)
    let tree: RawTree
    if let found = known[key] {
      tree = found
    } else {
      let object = try database.lend { (database) throws(HandbookError) in
        try GitRepository.object(id, in: database, "read folder \(id.hex)")
      }
      guard object.kind == GIT_OBJECT_TREE, let read = RawTree(object.bytes) else {
        throw .refused("read folder \(id.hex)", because: "it is not a folder that git can read")
      }
      tree = read
      known[key] = tree
    }
    entriesSeen += tree.count
    guard entriesSeen <= TreeComparison.mostEntries else {
      throw .refused("compare versions", because: "there are more than \(TreeComparison.mostEntries) files")
    }
    return tree
  }
}

/// An object's id as a key.
private struct TreeID: Hashable {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt32

  init(_ id: git_oid) {
    (first, second, third) = withUnsafeBytes(of: id.id) {
      (
        $0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
        $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
      )
    }
  }

  /// The first bytes alone: an id is a hash already.
  func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

/// A folder as git stores it: `MODE NAME NUL ID` for each entry, in order of the names, a folder's as if it ended in a slash.
struct RawTree {
  /// Where an entry stands among the bytes.
  struct Entry {
    let start: Int
    let name: Range<Int>
    let kind: TreeEntry.Kind
    var end: Int { name.upperBound + 1 + RawTree.idLength }
  }

  enum Order { case first, second, same }

  static let empty = RawTree(bytes: [], ends: [])
  private static let idLength = 20
  /// Bytes that are compared at once.
  private static let block = 128

  private let bytes: [UInt8]
  /// Where each entry ends.
  private let ends: [UInt32]
  var count: Int { ends.count }

  private init(bytes: [UInt8], ends: [UInt32]) {
    self.bytes = bytes
    self.ends = ends
  }

  /// Nil where the bytes are no tree.
  init?(_ bytes: [UInt8]) {
    var ends: [UInt32] = []
    var at = 0
    while at < bytes.count {
      guard let end = RawTree.entry(of: bytes, at: at)?.end, end <= bytes.count,
        let short = UInt32(exactly: end)
      else { return nil }
      at = end
      ends.append(short)
    }
    self.init(bytes: bytes, ends: ends)
  }

  var first: Entry? { entry(at: 0) }

  func next(after entry: Entry) -> Entry? { self.entry(at: entry.end) }

  func entry(at start: Int) -> Entry? { RawTree.entry(of: bytes, at: start) }

  func name(_ entry: Entry) -> ArraySlice<UInt8> { bytes[entry.name] }

  func id(_ entry: Entry) -> git_oid {
    var id = git_oid()
    withUnsafeMutableBytes(of: &id.id) { target in
      bytes.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[(entry.end - RawTree.idLength)..<entry.end])) }
    }
    return id
  }

  /// How many bytes the entries from here on take that are the same in another tree from there on.
  func shared(from entry: Entry, with tree: RawTree, from other: Entry) -> Int {
    let most = min(bytes.count - entry.start, tree.bytes.count - other.start)
    let same = bytes.withUnsafeBytes { left in
      tree.bytes.withUnsafeBytes { right in
        var same = 0
        while same < most {
          let length = min(RawTree.block, most - same)
          guard memcmp(left.baseAddress! + entry.start + same, right.baseAddress! + other.start + same, length) == 0
          else { break }
          same += length
        }
        while same < most, left[entry.start + same] == right[other.start + same] { same += 1 }
        return same
      }
    }
    let end = UInt32(entry.start + same)
    // The last entry that ends by then.
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= end { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : max(0, Int(ends[low - 1]) - entry.start)
  }

  /// Which of two entries comes first by git's order; `same` where their names are equal.
  static func order(_ left: Entry?, _ before: RawTree, _ right: Entry?, _ after: RawTree) -> Order {
    guard let left else { return .second }
    guard let right else { return .first }
    let shared = min(left.name.count, right.name.count)
    let comparison = before.bytes.withUnsafeBytes { one in
      after.bytes.withUnsafeBytes { other in
        memcmp(one.baseAddress! + left.name.lowerBound, other.baseAddress! + right.name.lowerBound, shared)
      }
    }
    if comparison != 0 { return comparison < 0 ? .first : .second }
    if left.name.count == right.name.count { return .same }
    let one = left.name.count > shared ? before.bytes[left.name.lowerBound + shared] : left.terminator
    let other = right.name.count > shared ? after.bytes[right.name.lowerBound + shared] : right.terminator
    return one < other ? .first : .second
  }

  private static func entry(of bytes: [UInt8], at start: Int) -> Entry? {
    guard start < bytes.count else { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
      var mode: UInt32 = 0
      var at = start
      while at < bytes.count, bytes[at] != UInt8(ascii: " ") {
        guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(bytes[at]), mode < 1 << 24 else { return nil }
        mode = mode << 3 | UInt32(bytes[at] & 7)
        at += 1
      }
      guard at < bytes.count, let base = bytes.baseAddress,
        let end = memchr(base + at, 0, bytes.count - at)
      else { return nil }
      let stop = base.distance(to: end.assumingMemoryBound(to: UInt8.self))
      return Entry(start: start, name: (at + 1)..<stop, kind: TreeEntry.Kind(mode: mode))
    }
  }
}

extension RawTree.Entry {
  /// What git's order puts behind the name.
  fileprivate var terminator: UInt8 { kind == .folder ? UInt8(ascii: "/") : 0 }
}
