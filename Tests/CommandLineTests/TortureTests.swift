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

  @Test func thereAreRows() { #expect(TortureTests.rows.count > 1) }

  @Test(arguments: rows) func faultsLoseNothing(row: String) throws {
    let result = try Sopwright.process(TortureTests.program, [row, "--share", "50"])
    print(result.output)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
