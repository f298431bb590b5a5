// SPDX-License-Identifier: Apache-2.0

import Tracker

/// Packs the repository in a process of its own: a damaged object can make libgit2 loop for ever.
struct RepositoryPacking {
  let folder: String

  /// - Parameter progress: objects that are packed, of all.
  /// - Returns: the pack's name; nil where there was nothing to pack.
  func run(_ progress: (Int, Int) -> Void) throws -> String? {
    let outcome = try WatchedChild(arguments: ["maintain", "--pack-only", "-C", folder]).run { line in
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      if numbers.count == 2 { progress(numbers[0], numbers[1]) }
    }
    switch outcome {
    case .finished(let name): return name.isEmpty ? nil : name
    case .failed, .stuck: throw MaintenanceError.notPacked(folder)
    }
  }
}
