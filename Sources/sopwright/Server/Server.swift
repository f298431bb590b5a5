// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

/// A workspace that a server has, as the person whose token is used sees it.
struct Server {
  let address: ServerAddress
  private let token: String

  /// - Throws: `ServerProblem` where there is no token.
  init(_ address: ServerAddress) throws {
    self.address = address
    guard let token = try Server.token() else {
      throw ServerProblem(
        "There is no token for \(address.text). Make one under your account, at \(address.text)/account, and set SOPWRIGHT_TOKEN "
          + "to it, or SOPWRIGHT_TOKEN_FILE to a file that holds it.")
    }
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw ServerProblem("What SOPWRIGHT_TOKEN or SOPWRIGHT_TOKEN_FILE holds is no token. Copy it again, whole.")
    }
    self.token = token
  }

  private static func token() throws -> String? {
    if let token = Environment["SOPWRIGHT_TOKEN"] { return token.trimmingCharacters(in: .whitespacesAndNewlines) }
    guard let file = Environment["SOPWRIGHT_TOKEN_FILE"] else { return nil }
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw ServerProblem("The token cannot be read from \(file).")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What a page says, as JSON.
  /// - Parameters:
  ///   - path: its parts, not encoded.
  ///   - query: by name; what is nil is left out.
  /// - Throws: `ServerProblem`.
  func get(_ path: [String], _ query: KeyValuePairs<String, String?> = [:]) throws -> JSONValue {
    let asked = query.compactMap { name, value in value.map { "\(name)=\(Server.encoded($0))" } }
    let request = request(
      "/" + path.map(Server.encoded).joined(separator: "/") + (asked.isEmpty ? "" : "?\(asked.joined(separator: "&"))"))
    return try value(of: answer(to: request, isRepeatable: true))
  }

  /// Does what a form of a page does. It is done once, also where the answer is lost and it is sent again.
  @discardableResult
  func post(_ path: [String], _ fields: KeyValuePairs<String, JSONValue?> = [:]) throws -> JSONValue {
    var request = request("/" + path.map(Server.encoded).joined(separator: "/"))
    request.set("request", "POST")
    request.set(header: "Content-Type", "application/json")
    request.set(header: "Idempotency-Key", UUID().uuidString)
    let sent = fields.reduce(JSONValue.fields([:])) { sum, field in
      field.value.map { sum.with(field.key, $0) } ?? sum
    }
    request.set("data-raw", sent.compactText)
    return try value(of: answer(to: request, isRepeatable: true))
  }

  /// Sends a file.
  func upload(_ file: String, to path: String) throws -> JSONValue {
    var request = request("/\(path)")
    request.send(file: file, as: "file")
    return try value(of: answer(to: request, isRepeatable: false))
  }

  private func request(_ path: String) -> Curl {
    var request = Curl(address, path)
    request.set(header: "Authorization", "Bearer \(token)")
    request.set(header: "Accept", "application/json")
    return request
  }

  private static let attempts = 3

  private func answer(to request: Curl, isRepeatable: Bool) throws -> Curl.Answer {
    for attempt in 1...Server.attempts {
      do { return try request.answer() } catch let failure as Curl.Failure {
        guard !failure.mayHaveArrived || !isRepeatable || attempt == Server.attempts else {
          Thread.sleep(forTimeInterval: Double(attempt))
          continue
        }
        let doubt =
          failure.mayHaveArrived ? " Whether it was done is not known: look, before you give the command again." : ""
        throw ServerProblem("\(address.text) gave no answer: \(failure.reason).\(doubt)")
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }

  private func value(of answer: Curl.Answer) throws -> JSONValue {
    let value = try? JSONValue(parsing: answer.body)  // a server in front of it answers in its own way
    guard let value, answer.status < 300 else {
      if answer.status == 401 {
        throw ServerProblem(
          "\(address.text) does not take the token: it may have expired or been revoked. Make one under your account, at "
            + "\(address.text)/account.")
      }
      if let detail = value?["detail"]?.text { throw ServerProblem(detail) }
      throw ServerProblem("\(address.text) answered with status \(answer.status), and not as Sopwright does.")
    }
    return value
  }

  /// As a part of a path or a value in a query.
  private static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }
}
