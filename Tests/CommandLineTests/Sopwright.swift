// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// The program as people and scripts run it: a process with arguments, output, and an exit status.
struct Sopwright {
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    var json: JSONValue {
      get throws { try JSONValue(parsing: Array(output.utf8)) }
    }
  }

  let workspace: String
  var person = "ana"

  /// The built program stands beside the test bundle.
  static let path: String = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("sopwright").path),
      folder.path != "/"
    { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("sopwright").path
  }()

  /// The repository's top folder.
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  @discardableResult
  func run(_ arguments: String..., as person: String? = nil) throws -> Result {
    try Sopwright.process(
      Sopwright.path, arguments + ["-C", workspace, "--as", person ?? self.person])
  }

  /// Runs the command and returns its JSON.
  func json(_ arguments: String..., as person: String? = nil) throws -> JSONValue {
    let result = try Sopwright.process(
      Sopwright.path, arguments + ["-C", workspace, "--as", person ?? self.person, "--format", "json"])
    #expect(result.status == 0, "\(arguments): \(result.errors)")
    return try result.json
  }

  static func process(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let folder = NSTemporaryDirectory() + "sopwright-output-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let files = ["out", "err"].map { "\(folder)/\($0)" }
    for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: files[0])
    process.standardError = FileHandle(forWritingAtPath: files[1])
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
    return Result(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }
}

/// A temporary folder that goes when the value does.
final class Folder {
  let path = NSTemporaryDirectory() + "sopwright-cli-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)  // what stays is in the system's temporary folder
  }

  func write(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    return "\(path)/\(name)"
  }
}

extension JSONValue {
  var elements: [JSONValue] {
    if case .array(let values) = self { values } else { [] }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var names: [String] {
    if case .object(let members) = self { members.map(\.name) } else { [] }
  }
}
