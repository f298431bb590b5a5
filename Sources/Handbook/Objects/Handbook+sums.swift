// SPDX-License-Identifier: Apache-2.0

internal import Crypto
import Glibc

extension Handbook {
  private static let endingsOfPacks = ["pack", "idx", "rev", "bitmap", "mtimes"]

  /// Files of git's that end with a sum of themselves, and do not fit it: packs, their indexes, and what git keeps to be faster.
  /// libgit2 finds objects by an index that git cannot use any more.
  /// - Parameter progress: called now and then.
  /// - Returns: names below the repository, sorted.
  package func brokenSums(progress: () -> Void) throws(HandbookError) -> [String] {
    let operation = "read the packs of \(path)"
    let folder = try locked { $0.folder }
    var broken: [String] = []
    for place in ["objects/pack", "objects/info", "objects/info/commit-graphs"] {
      let names: [String]
      do { names = try folderNames("\(folder)\(place)") } catch { throw .system(error.code, operation) }
      for name in names.sorted() where Handbook.endsWithSum(name) {
        let fits = try Handbook.fitsItsSum("\(folder)\(place)/\(name)", operation, progress)
        if fits == false { broken.append("\(place)/\(name)") }
      }
    }
    return broken
  }

  private static func endsWithSum(_ name: String) -> Bool {
    if name == "commit-graph" || name == "multi-pack-index" || name.hasSuffix(".graph") { return true }
    return endingsOfPacks.contains { name.hasPrefix("pack-") && name.hasSuffix(".\($0)") }
  }

  /// Whether the last 20 bytes are SHA-1 of all before them; nil where git took the file away meanwhile.
  private static func fitsItsSum(
    _ file: String, _ operation: String, _ progress: () -> Void
  ) throws(HandbookError) -> Bool? {
    let descriptor = Glibc.open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(errno, operation)
    }
    defer { close(descriptor) }
    var hasher = Insecure.SHA1()
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    /// What was read and is not hashed: it may be the sum.
    var end: [UInt8] = []
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(errno, operation) }
      guard count > 0 else { break }
      progress()
      end += chunk[..<count]
      let hashed = max(0, end.count - Insecure.SHA1Digest.byteCount)
      hasher.update(data: end[..<hashed])
      end.removeFirst(hashed)
    }
    return end.count == Insecure.SHA1Digest.byteCount && Array(hasher.finalize()) == end
  }
}
