// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One request, made by curl: it knows proxies, certificates and every way in which a network fails, and costs the commands that stay on
/// this machine nothing (`docs/decisions/0065`).
struct Curl {
  struct Answer {
    let status: Int
    let body: [UInt8]
  }

  /// Why there is no answer.
  struct Failure: Error {
    let reason: String
    /// Whether the request may have arrived.
    let mayHaveArrived: Bool
  }

  private var lines: [String] = []

  /// - Parameter address: of the server, which no redirection leads away from.
  init(_ address: ServerAddress, _ path: String) {
    set("url", address.text + path)
    // What goes to this machine goes through no proxy.
    if address.isThisMachine { set("noproxy", "*") }
    set("proto", "=http,https")
    set("connect-timeout", "15")
    // Given up where nothing at all arrives for ten minutes.
    set("speed-limit", "1")
    set("speed-time", "600")
    set("write-out", "\n%{http_code}")
  }

  /// An option of curl by its long name.
  mutating func set(_ name: String, _ value: String) { lines.append("\(name) = \(Curl.quoted(value))") }

  mutating func set(header name: String, _ value: String) { set("header", "\(name): \(value)") }

  /// The part of a form that is the content of a file, which is read as it is sent.
  mutating func send(file path: String, as name: String) {
    // Quoted for the option, within what is quoted for the line.
    set("form", "\(name)=@\(Curl.quoted(path));type=application/octet-stream")
  }

  /// Waits for the answer. What is asked, and the token with it, goes through a pipe: other users of the machine see no argument.
  /// - Throws: `Failure`.
  func answer() throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["curl", "--disable", "--silent", "--show-error", "--config", "-"]
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
    do {
      try process.run()
      // curl that cannot be started reads nothing; its status says so.
      signal(SIGPIPE, SIG_IGN)
      try? input.fileHandleForWriting.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
      try input.fileHandleForWriting.close()
      let body = try output.fileHandleForReading.readToEnd() ?? Data()
      let words = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw Curl.failure(process.terminationStatus, String(decoding: words, as: UTF8.self))
      }
      guard let end = body.lastIndex(of: UInt8(ascii: "\n")),
        let status = Int(String(decoding: body[(end + 1)...], as: UTF8.self))
      else { throw Failure(reason: "curl gave no status", mayHaveArrived: true) }
      return Answer(status: status, body: Array(body[..<end]))
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(reason: "curl cannot be run (\(error.localizedDescription))", mayHaveArrived: false)
    }
  }

  private static func failure(_ status: Int32, _ words: String) -> Failure {
    if status == 127 {
      return Failure(reason: "curl is not installed; install the package curl", mayHaveArrived: false)
    }
    // "curl: (7) Failed to connect to …"
    let line = words.split(separator: "\n").first { $0.hasPrefix("curl:") } ?? ""
    let reason = line.firstIndex(of: ")").map { line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces) }
    // Cut off midway: partial file, timeout, nothing, while sending, while receiving.
    return Failure(
      reason: reason ?? "curl ended with status \(status)", mayHaveArrived: [18, 28, 52, 55, 56].contains(status))
  }

  /// As curl reads it in double quotes.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(character)
      }
    }
    return quoted + "\""
  }
}
