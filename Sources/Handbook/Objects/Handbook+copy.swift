// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

extension Handbook {
  /// Copies the repository while others push, close and repack: settings, hooks, these refs, and every object,
  /// reachable or not. Objects are never changed, only added, and taken away where a pack has them; so files are copied
  /// as they are until a pass over them missed none. Nothing is synced yet.
  ///
  /// - Parameters:
  ///   - path: what is not there yet. A crash midway leaves a part.
  ///   - refs: were read before the call, so that their objects are there.
  /// - Throws: where something cannot be read or written, or objects are moved about without end.
  package func copy(
    to path: String, with refs: HandbookRefs, progress: (Int, Int) -> Void
  ) throws(HandbookError) {
    let operation = "copy the SOP repository to \(path)"
    let source = try locked { $0.folder }
    for folder in ["objects/pack", "objects/info", "refs/heads", "refs/tags"] {
      try makeFolder("\(path)/\(folder)", operation)
    }
    for name in try settings(in: source, operation) { _ = try copyFile(name, from: source, to: path, operation) }
    try copyObjects(to: "\(path)/objects", operation, progress)
    try write(refs, to: path, operation)
  }

  /// What of a repository is neither ref nor object, and not derived.
  private func settings(in folder: String, _ operation: String) throws(HandbookError) -> [String] {
    let hooks: [String]
    do { hooks = try folderNames("\(folder)hooks") } catch {
      throw .refused(operation, because: "\(error.path): \(error.localizedDescription)")
    }
    return ["config", "description", "info/exclude", "info/attributes", "shallow"] + hooks.map { "hooks/\($0)" }
  }

  private func write(_ refs: HandbookRefs, to path: String, _ operation: String) throws(HandbookError) {
    do {
      try writeFile("\(path)/packed-refs", refs.packed.utf8)
      for (name, other) in refs.names.merging(["HEAD": refs.branch], uniquingKeysWith: { $1 }) {
        let file = "\(path)/\(name)"
        try makeFolders(to: (file as NSString).deletingLastPathComponent)
        try writeFile(file, "ref: \(other)\n".utf8)
      }
    } catch {
      throw .refused(operation, because: error.localizedDescription)
    }
  }

  private func copyObjects(
    to target: String, _ operation: String, _ progress: (Int, Int) -> Void
  ) throws(HandbookError) {
    let files = try objectFiles()
    var copied: Set<String> = []
    for _ in 0..<100 {
      // Loose ones first: what is packed and taken away in between is in a pack that is listed after it.
      let loose = try files.loose()
      let packs = try files.packs()
      let groups = loose.map { [$0] } + packs.map { ["\($0).pack", "\($0).idx"] }
      var isComplete = true
      for group in groups where !copied.contains(group[0]) {
        if try copyObject(group, from: files.folder, to: target, operation) {
          copied.insert(group[0])
          if copied.count.isMultiple(of: 100) { progress(copied.count, groups.count) }
        } else {
          isComplete = false
        }
      }
      if isComplete, try files.packs() == packs { return }
    }
    throw .refused(operation, because: "it is being repacked without end; try again later")
  }

  /// Whether all files of an object or a pack were still there.
  private func copyObject(
    _ files: [String], from source: String, to target: String, _ operation: String
  ) throws(HandbookError) -> Bool {
    for name in files where try !copyFile(name, from: source, to: target, operation) {
      for name in files { unlink("\(target)/\(name)") }
      return false
    }
    return true
  }

  /// False where there is no such file, or no longer.
  private func copyFile(
    _ name: String, from source: String, to target: String, _ operation: String
  ) throws(HandbookError) -> Bool {
    let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
    var status = stat()
    guard lstat(from, &status) == 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return false }
      throw .refused(operation, because: "\(from): \(String(cString: strerror(code)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .refused(operation, because: "\(from) is no regular file")
    }
    do {
      if let slash = to.lastIndex(of: "/") { try makeFolder(String(to[..<slash]), operation) }
      unlink(to)
      try FileManager.default.copyItem(atPath: from, toPath: to)
      return true
    } catch {
      if access(from, F_OK) != 0, errno == ENOENT { return false }
      throw .refused(operation, because: "\(name) cannot be copied: \(error.localizedDescription)")
    }
  }

  private func makeFolder(_ path: String, _ operation: String) throws(HandbookError) {
    guard access(path, F_OK) != 0 else { return }
    do {
      try makeFolders(to: path)
    } catch {
      throw .refused(operation, because: error.localizedDescription)
    }
  }
}
