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

  /// A line of curl's configuration has 100 KiB at most, with what its quotes take.
  private static let longestPiece = 16 << 10

  private var lines: [String] = []

  /// - Parameter address: of the server, which no redirection leads away from.
  init(_ address: ServerAddress, _ path: String) {
    set("url", address.text + path)
    // What goes to this machine goes through no proxy.
    if address.isThisMachine { set("noproxy", "*") }
    set("proto", "=http,https")
    // What the path says is asked for, dots and all.
    lines.append("path-as-is")
    set("connect-timeout", "15")
    // Given up where nothing at all arrives for so many seconds.
    set("speed-limit", "1")
    set("speed-time", "180")
    // When everything is there to be sent is 0 where the server was not reached.
    set("write-out", "\n%{http_code} %{time_pretransfer}")
  }

  /// An option of curl by its long name.
  mutating func set(_ name: String, _ value: String) { lines.append("\(name) = \(Curl.quoted(value))") }

  mutating func set(header name: String, _ value: String) { set("header", "\(name): \(value)") }

  /// Sends JSON, in pieces that curl puts together.
  mutating func send(json text: String) {
    // A piece that began with @ would be the name of a file.
    let bytes = Array(text.replacing("@", with: "\\u0040").utf8)
    var start = 0
    repeat {
      var end = min(start + Curl.longestPiece, bytes.count)
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
      set("json", String(decoding: bytes[start..<end], as: UTF8.self))
      start = end
    } while start < bytes.count
  }

  /// The part of a form that is the content of a file, which is read as it is sent.
  mutating func send(file path: String, as name: String) {
    // Quoted for the option, which knows no more than these, within what is quoted for the line.
    let quoted = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    set("form", "\(name)=@\"\(quoted)\";type=application/octet-stream")
  }

  /// Waits for the answer. What is asked, and the token with it, goes through a pipe: other users of the machine see no argument.
  /// - Throws: `Failure`.
  func answer() throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["curl", "--disable", "--silent", "--show-error", "--config", "-"]
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
    // curl that cannot be started reads nothing; its status says so.
    let before = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, before) }
    do {
      try process.run()
      try? input.fileHandleForWriting.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
      try input.fileHandleForWriting.close()
      let body = try output.fileHandleForReading.readToEnd() ?? Data()
      let words = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      let end = body.lastIndex(of: UInt8(ascii: "\n"))
      let figures =
        end.map { String(decoding: body[body.index(after: $0)...], as: UTF8.self).split(separator: " ") } ?? []
      let wasSent = figures.last.flatMap { Double($0) }.map { $0 > 0 } ?? true
      guard process.terminationStatus == 0 else {
        throw Curl.failure(process.terminationStatus, String(decoding: words, as: UTF8.self), wasSent: wasSent)
      }
      guard let end, let status = figures.first.flatMap({ Int($0) }) else {
        throw Failure(reason: "curl gave no status", mayHaveArrived: true)
      }
      return Answer(status: status, body: Array(body[..<end]))
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(reason: "curl cannot be run (\(error.localizedDescription))", mayHaveArrived: false)
    }
  }

  private static func failure(_ status: Int32, _ words: String, wasSent: Bool) -> Failure {
    if status == 127 {
      return Failure(reason: "curl is not installed; install the package curl", mayHaveArrived: false)
    }
    // "curl: (7) Failed to connect to …"
    let line = words.split(separator: "\n").first { $0.hasPrefix("curl:") } ?? ""
    let reason = line.firstIndex(of: ")").map { line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces) }
    return Failure(reason: reason ?? "curl ended with status \(status)", mayHaveArrived: wasSent)
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
