// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Times what people wait for against a floor in the same run, in turn, and prints medians and their ratio. Nothing is asserted:
/// docs/performance.md holds what was measured.
@main
struct Benchmarks {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let chosen = arguments.first ?? "all"
    let size = arguments.dropFirst().first.flatMap { Int($0) }
    guard ["all", "import", "growth", "closing"].contains(chosen) || (chosen == "handbook" && arguments.count == 2)
    else {
      print("usage: benchmarks [import [ROWS] | growth [ROWS] | closing [CHANGES] | handbook REPOSITORY]")
      exit(64)
    }
    let folder = try TemporaryFolder()
    if chosen == "handbook" {
      return try HandbookBenchmark(repository: arguments.last ?? "", folder: folder.path).run()
    }
    if chosen == "growth" { return try GrowthBenchmark(rows: size ?? 1_000_000, folder: folder.path).run() }
    if chosen != "closing" { try ImportBenchmark(rows: size ?? 100_000, folder: folder.path).run() }
    if chosen != "import" { try ClosingBenchmark(changes: size ?? 150, folder: folder.path).run() }
  }
}

/// A folder that goes when its owner does.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sopwright-benchmarks-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)  // what stays is in the system's temporary folder
  }
}

/// Wall time of a piece of work, in seconds.
func seconds(_ work: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try work()
  let elapsed = start.duration(to: .now)
  return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
}

struct Series {
  private var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  var median: Double { quantile(0.5) }

  func quantile(_ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

func report(_ name: String, ours: Series, floor: Series, unit: String, scale: Double) {
  func text(_ value: Double) -> String { String(format: "%.2f", value * scale) }
  print(
    "\(name): median \(text(ours.median)) \(unit), floor \(text(floor.median)) \(unit), ratio "
      + String(format: "%.2f", ours.median / floor.median)
      + "; 90th percentile \(text(ours.quantile(0.9))) \(unit), floor \(text(floor.quantile(0.9))) \(unit)")
}
