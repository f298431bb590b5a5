// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

/// The built `sopwright`, as a person runs it elsewhere who has a token.
enum BuiltProgram {
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    var json: JSONValue { get throws { try JSONValue(parsing: Array(output.utf8)) } }
  }

  /// It stands beside the test bundle.
  private static let path: String = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("sopwright").path),
      folder.path != "/"
    { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("sopwright").path
  }()

  /// - Parameters:
  ///   - folder: where what it prints is kept.
  ///   - addressFirst: where the arguments end in what is no option, whatever it looks like.
  static func run(
    _ arguments: [String], token: String, at address: String, files folder: String, addressFirst: Bool = false
  ) async throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    let place = ["-C", address]
    process.arguments = addressFirst ? Array(arguments.prefix(2)) + place + arguments.dropFirst(2) : arguments + place
    process.environment = ProcessInfo.processInfo.environment.merging(["SOPWRIGHT_TOKEN": token]) { $1 }
    let files = ["out", "err"].map { "\(folder)/\(UUID().uuidString).\($0)" }
    for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: files[0])
    process.standardError = FileHandle(forWritingAtPath: files[1])
    // Nobody may wait for it on a thread that the server needs.
    try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in waiting.resume() }
      do { try process.run() } catch { waiting.resume(throwing: error) }
    }
    let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
    return Result(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }
}
