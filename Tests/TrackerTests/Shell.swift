// SPDX-License-Identifier: Apache-2.0

import Foundation

struct ShellFailure: Error {
  let message: String
}

/// Runs a program and waits for it.
@discardableResult
func shell(_ path: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw ShellFailure(message: text) }
  return text
}
