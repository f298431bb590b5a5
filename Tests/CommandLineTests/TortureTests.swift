// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A small share of every row of `make torture`, by the same program.
@Suite(.serialized) struct TortureTests {
  private static let program = URL(fileURLWithPath: Sopwright.path).deletingLastPathComponent()
    .appendingPathComponent("torture").path

  /// Without an answer there is no row, and `thereAreRows` fails.
  private static let rows =
    (try? Sopwright.process(program, ["--list"]).output.split(separator: "\n").map(String.init)) ?? []

  /// One in fifty of each goal; of what takes hours in all, less, because somebody waits for the tests.
  private static func share(of row: String) -> String { ["crowd": "200", "tamper": "100"][row] ?? "50" }

  @Test func thereAreRows() { #expect(TortureTests.rows.count > 1) }

  @Test(arguments: rows) func faultsLoseNothing(row: String) throws {
    let result = try Sopwright.process(TortureTests.program, [row, "--share", TortureTests.share(of: row)])
    print(result.output)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
