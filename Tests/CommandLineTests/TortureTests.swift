// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A small share of every row of `make torture`, by the same program. The faults are the same each time, so that whoever sees one fail
/// can see it again; `make torture` takes others. SOPWRIGHT_TORTURE_SEED takes others here, too.
@Suite(.serialized) struct TortureTests {
  private static let program = URL(fileURLWithPath: Sopwright.path).deletingLastPathComponent()
    .appendingPathComponent("torture").path

  /// Without an answer there is no row, and `thereAreRows` fails.
  private static let rows =
    (try? Sopwright.process(program, ["--list"]).output.split(separator: "\n").map(String.init)) ?? []

  /// One in fifty of each goal; of what takes hours in all, less, because somebody waits for the tests.
  private static func share(of row: String) -> String { ["crowd": "200", "tamper": "100"][row] ?? "50" }

  private static let seed = ProcessInfo.processInfo.environment["SOPWRIGHT_TORTURE_SEED"] ?? "1"

  @Test func thereAreRows() { #expect(TortureTests.rows.count > 1) }

  @Test(arguments: rows) func faultsLoseNothing(row: String) throws {
    let result = try Sopwright.process(
      TortureTests.program, [row, "--share", TortureTests.share(of: row), "--seed", TortureTests.seed])
    // Of a row in which all survived, a line with its counts. Of another, everything, so that it stands where the output ends.
    let lines = result.output.split(separator: "\n")
    print(lines.first { $0.hasPrefix(row) } ?? "\(row): no counts")
    #expect(result.status == 0, "\(row): \(result.output.suffix(6_000))\(result.errors.suffix(2_000))")
  }
}
