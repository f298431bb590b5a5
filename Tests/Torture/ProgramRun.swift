// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A process that has ended.
struct ProgramRun: Sendable {
  enum Ending: Equatable, Sendable {
    case exited(Int32)
    case killed(Int32)
    /// It did not end by itself and was ended, with all that it had started.
    case hung
  }

  let ending: Ending
  let output: String
  let errors: String

  /// What another program said of one of several things.
  init(ending: Ending, output: String, errors: String) {
    (self.ending, self.output, self.errors) = (ending, output, errors)
  }

  var succeeded: Bool { ending == .exited(0) }

  /// For sentences: the ending, and the first words that it said.
  var description: String {
    let said = errors.isEmpty ? output : errors
    return "\(ending) \(said.prefix(400).replacing("\n", with: " / "))"
  }
}

struct SpawnError: Error, CustomStringConvertible {
  let description: String
}

extension ProgramRun {
  /// Seconds after which a process counts as hung. Nothing here takes a tenth of it on an idle machine.
  static let patience = 120

  /// Runs a program to its end, looked up in PATH, with nothing to read.
  /// - Throws: `SpawnError` where it cannot be started.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let files = try ["out", "err"].map { _ in try OutputFile() }
    let started = ContinuousClock.now
    // `timeout` puts itself and all that it starts into a process group, and kills the group.
    let process = try ProgramRun.spawn(
      ["timeout", "-s", "KILL", String(ProgramRun.patience)] + arguments, environment, files.map(\.descriptor))
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    if signal == 0 {
      ending = .exited((status >> 8) & 0xFF)
    } else {
      ending = started.duration(to: .now) >= .seconds(ProgramRun.patience) ? .hung : .killed(signal)
    }
    (output, errors) = (files[0].text, files[1].text)
  }

  /// Starts a program in a process group of its own, which nobody waits for: whoever started it kills the group.
  static func begin(_ arguments: [String]) throws -> pid_t {
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(nowhere) }
    return try spawn(["setsid"] + arguments, [:], [nowhere, nowhere])
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String: String], _ outputs: [Int32]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, outputs[0], 1)
    posix_spawn_file_actions_adddup2(&actions, outputs[1], 2)
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var words = arguments.map { strdup($0) } + [nil]
    var assignments = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + assignments { free(text) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, arguments[0], &actions, nil, &words, &assignments)
    guard code == 0 else { throw SpawnError(description: "\(arguments[0]): \(String(cString: strerror(code)))") }
    return process
  }
}

/// What a process writes: a file without a name, so that no reader is needed while it runs.
private final class OutputFile {
  let descriptor: Int32

  init() throws {
    var name = Array((NSTemporaryDirectory() + "torture-XXXXXX").utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw SpawnError(description: "no file for output: \(String(cString: strerror(errno)))")
    }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  var text: String {
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}

/// Runs it and returns what it prints.
/// - Throws: `SpawnError` where it fails.
@discardableResult
func mustRun(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
  try mustRun(arguments, environment: environment)
}

@discardableResult
func mustRun(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
  let run = try ProgramRun(arguments, environment: environment)
  guard run.succeeded else {
    throw SpawnError(description: "\(arguments.joined(separator: " ")): \(run.description)")
  }
  return run.output
}
