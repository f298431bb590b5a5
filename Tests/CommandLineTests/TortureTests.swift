// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A share of every row of `make torture`, by the same program. The faults are the same each time, so that whoever sees one fail
/// can see it again; `make torture` takes others. SOPWRIGHT_TORTURE_SEED takes others here, too.
@Suite(.serialized) struct TortureTests {
  private static let environment = ProcessInfo.processInfo.environment

  /// The release that `make test` builds, with what is installed beside it. `swift test` alone has the program that it built itself.
  private static let released = environment["SOPWRIGHT_TORTURE"]

  private static let program =
    released ?? URL(fileURLWithPath: Sopwright.path).deletingLastPathComponent().appendingPathComponent("torture").path

  /// Without an answer there is no row, and `thereAreRows` fails.
  private static let rows =
    (try? Sopwright.process(program, ["--list"]).output.split(separator: "\n").map(String.init)) ?? []

  /// One in fifty of each goal. The program of `swift test` is ten times as slow.
  private static let share = released == nil ? "500" : "50"

  private static let seed = environment["SOPWRIGHT_TORTURE_SEED"] ?? "1"

  @Test func thereAreRows() { #expect(TortureTests.rows.count > 1) }

  @Test(arguments: rows) func faultsLoseNothing(row: String) throws {
    let result = try Sopwright.process(
      TortureTests.program, [row, "--share", TortureTests.share, "--seed", TortureTests.seed])
    // Of a row in which all survived, a line with its counts. Of another, everything, so that it stands where the output ends.
    let lines = result.output.split(separator: "\n")
    print(lines.first { $0.hasPrefix(row) } ?? "\(row): no counts")
    #expect(result.status == 0, "\(row): \(result.output.suffix(6_000))\(result.errors.suffix(2_000))")
  }
}
