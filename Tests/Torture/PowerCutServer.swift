// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The web app on a disk whose power goes, for scripts that record through it.
final class PowerCutServer: Sendable {
  private let process: pid_t
  private let address: String
  private let token: String

  /// Returns once it listens.
  /// - Parameter prefix: what it runs under.
  init(_ bench: Bench, disk: String, token: String, prefix: [String]) throws {
    self.token = token
    let said = bench.newPath("served")
    defer { bench.remove(said) }
    let command =
      prefix + [bench.program, "serve", "--port", "0", "--format", "json", "-C", "\(disk)/ws", "--as", "ana"]
    // A shell makes the file of its answer, and becomes it.
    process = try ProgramRun.begin(["sh", "-c", "exec \"$@\" > \"$0\" 2>/dev/null", said] + command)
    let deadline = ContinuousClock.now + .seconds(ProgramRun.patience)
    while true {
      let text = (try? String(contentsOfFile: said, encoding: .utf8)) ?? ""  // it may not be there yet
      if let found = text.firstMatch(of: #/"address":\s*"(?<address>http:[^"]+)"/#) {
        address = String(found.output.address)
        return
      }
      guard ContinuousClock.now < deadline else {
        kill(process, SIGKILL)
        throw SpawnError(description: "the server does not listen: \(text)")
      }
      usleep(5_000)
    }
  }

  /// Whether it answered that the exception is recorded.
  func record(_ reference: String) throws -> Bool {
    let json = "{\"code\": \"TROUBLE-0\", \"ref\": \"\(reference)\"}"
    return try ProgramRun([
      "curl", "--silent", "--fail", "--max-time", "60", "--output", "/dev/null",
      "--header", "Authorization: Bearer \(token)", "--header", "Content-Type: application/json", "--data", json,
      "\(address)/exceptions",
    ]).succeeded
  }

  /// Ends it at once, with what it runs under.
  func end() {
    kill(-process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}
