// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A server that answers as no Sopwright does, over a real connection: each request with the next of its answers, and the last for ever. On a
/// thread of its own, a connection at a time.
final class OddServer: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    let key: String?
    let body: String
  }

  enum Answer: Sendable {
    case status(Int, String)
    /// The connection ends in the middle of the answer.
    case cutOff
  }

  let port: Int
  let folder = NSTemporaryDirectory() + "sopwright-odd-\(UUID().uuidString)"
  private let listener: Int32
  private let state: Box

  private final class Box: Sendable {
    let answers: Mutex<[Answer]>
    let requests = Mutex<[Request]>([])

    init(_ answers: [Answer]) { self.answers = Mutex(answers) }

    func next(_ request: Request) -> Answer {
      requests.withLock { $0.append(request) }
      return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
  }

  init(_ answers: [Answer]) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, address, &size) == 0
      }
    }
    guard isListening else { throw CocoaError(.fileReadUnknown) }
    (self.listener, port) = (listener, Int(UInt16(bigEndian: address.sin_port)))
    let state = Box(answers)
    self.state = state
    Thread.detachNewThread {
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        OddServer.serve(connection, state)
        close(connection)
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    try? FileManager.default.removeItem(atPath: folder)  // what stays is in the system's temporary folder
  }

  var requests: [Request] { state.requests.withLock { $0 } }

  func run(_ arguments: String...) async throws -> BuiltProgram.Result { try await run(arguments) }

  func run(_ arguments: [String]) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run(arguments, token: "t", at: "http://127.0.0.1:\(port)", files: folder)
  }

  private static func serve(_ connection: Int32, _ state: Box) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        func header(_ name: String) -> String? {
          lines.first { $0.lowercased().hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
        }
        let body = text[end.upperBound...]
        if body.utf8.count >= header("content-length").flatMap({ Int($0) }) ?? 0 {
          let words = lines[0].split(separator: " ").map(String.init)
          let request = Request(
            method: words[0], path: words[1], key: header("idempotency-key"), body: String(body))
          send(state.next(request), to: connection)
          return
        }
      }
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return }
      bytes += buffer[..<count]
    }
  }

  private static func send(_ answer: Answer, to connection: Int32) {
    let text =
      switch answer {
      case .status(let status, let body):
        "HTTP/1.1 \(status) Odd\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
      case .cutOff: "HTTP/1.1 200 Odd\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{"
      }
    _ = Array(text.utf8).withUnsafeBytes {
      Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
  }
}
