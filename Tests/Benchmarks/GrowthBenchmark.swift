// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Tracker

/// What an exception costs when as many are there already: a file of rows imported into a new workspace, then one of as many more. Time,
/// and bytes given to the system, which no other work on the machine changes.
struct GrowthBenchmark {
  let rows: Int
  let folder: String

  func run() throws {
    guard let ana = PersonID("ana") else { return }
    let caller = Caller(person: ana, login: "ana", now: Timestamp(seconds: 1_900_000_000))
    let map = "\(folder)/map.yaml"
    try MadeExport.map.write(toFile: map, atomically: true, encoding: .utf8)
    for isInOrder in [true, false] {
      var costs: [(seconds: Double, bytes: Int)] = []
      let workspace = "\(folder)/growing-\(isInOrder)"
      var written: ExportMap?
      for first in [0, rows] {
        let export = "\(folder)/growing.csv"
        try MadeExport(rows: first..<(first + rows), isInOrderOfTime: isInOrder).write(to: export)
        if first == 0 {
          let proposal = try Workspace.proposeTaxonomy(
            from: export, mapPath: map, top: 29, rule: RecurrenceRule(count: 3, window: Days(30)))
          written = try Workspace.make(at: workspace, from: proposal, people: [], by: caller).map
        }
        guard let written else { return }
        let opened = try Workspace.open(workspace)
        let before = try bytesWritten()
        let time = try seconds {
          let report = try opened.importExceptions(from: export, map: written, by: caller)
          precondition(report.new == rows)
        }
        costs.append((time, try bytesWritten() - before))
      }
      print(
        String(
          format: "%@: %.2f s and %d MB, then %.2f s and %d MB: %.2f times, %.2f times",
          isInOrder ? "in order of time" : "in any order", costs[0].seconds, costs[0].bytes / 1_000_000,
          costs[1].seconds,
          costs[1].bytes / 1_000_000, costs[1].seconds / costs[0].seconds,
          Double(costs[1].bytes) / Double(costs[0].bytes)))
      try FileManager.default.removeItem(atPath: workspace)
    }
  }

  /// By this process so far.
  private func bytesWritten() throws -> Int {
    let lines = try String(contentsOfFile: "/proc/self/io", encoding: .utf8).split(separator: "\n")
    return lines.first { $0.hasPrefix("wchar:") }.flatMap { Int($0.dropFirst(7)) } ?? 0
  }
}
