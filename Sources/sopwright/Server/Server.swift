// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Tracker

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
  ///   - member: what the answer has to have; nil where it has to be a list.
  /// - Throws: `ServerProblem`.
  func get(_ path: [String], _ query: KeyValuePairs<String, String?> = [:], having member: String?) throws -> JSONValue
  {
    let asked = try query.compactMap { name, value in
      try value.map { value in
        guard !value.allSatisfy(\.isWhitespace) else {
          throw ServerProblem("Nothing is given for \(name.replacing("_", with: "-")). Leave it out, or say which.")
        }
        return "\(name)=\(Server.encoded(value))"
      }
    }
    var request = try request(path, asked.isEmpty ? "" : "?\(asked.joined(separator: "&"))")
    request.set(header: "Accept", "application/json")
    return try value(of: answer(to: request, does: false), having: member)
  }

  /// Does what a form of a page does. It is done once, also where the answer is lost and it is sent again.
  /// - Parameter member: what the answer has to have.
  @discardableResult
  func post(
    _ path: [String], _ fields: KeyValuePairs<String, JSONValue?> = [:], having member: String = "see"
  ) throws -> JSONValue {
    var request = try request(path)
    request.set("request", "POST")
    request.set(header: "Idempotency-Key", UUID().uuidString)
    let sent = fields.reduce(JSONValue.fields([:])) { sum, field in
      field.value.map { sum.with(field.key, $0) } ?? sum
    }
    request.send(json: sent.compactText)
    return try value(of: answer(to: request, does: true), having: member)
  }

  /// Sends a file.
  func upload(_ file: String, to path: String) throws -> JSONValue {
    var request = try request([path])
    request.set(header: "Accept", "application/json")
    request.send(file: file, as: "file")
    return try value(of: answer(to: request, does: true, isRepeatable: false), having: "see")
  }

  private func request(_ path: [String], _ query: String = "") throws -> Curl {
    for part in path where ["", ".", ".."].contains(part) {
      throw ServerProblem("\(path.dropFirst().joined(separator: "/").quoted) is no name of anything there.")
    }
    var request = Curl(address, "/" + path.map(Server.encoded).joined(separator: "/") + query)
    request.set(header: "Authorization", "Bearer \(token)")
    return request
  }

  private static let attempts = 3

  /// - Parameters:
  ///   - does: whether something is done by it, so that somebody wants to know whether it was.
  ///   - isRepeatable: whether it may be sent again without being done again.
  private func answer(to request: Curl, does: Bool, isRepeatable: Bool = true) throws -> Curl.Answer {
    var attempt = 1
    while true {
      let failure: Curl.Failure
      do {
        let answer = try request.answer()
        guard let lost = loss(answer) else { return answer }
        failure = lost
      } catch let error as Curl.Failure { failure = error }
      guard failure.mayHaveArrived, isRepeatable, attempt < Server.attempts else {
        let doubt =
          does && failure.mayHaveArrived
          ? " Whether it was done is not known: look, before you give the command again." : ""
        throw ServerProblem("\(address.text) gave no answer: \(failure.reason).\(doubt)", isSilence: true)
      }
      Thread.sleep(forTimeInterval: Double(attempt))
      attempt += 1
    }
  }

  /// Where what stands before the server answers for it, or the request is still being answered: the answer may be had later.
  private func loss(_ answer: Curl.Answer) -> Curl.Failure? {
    let value = try? JSONValue(parsing: answer.body)  // what is no JSON is not the server's
    if value?["type"] == "urn:sopwright:under-way" {
      return Curl.Failure(reason: "it is still being worked on", mayHaveArrived: true)
    }
    guard [502, 503, 504].contains(answer.status), value?["detail"] == nil else { return nil }
    return Curl.Failure(
      reason: "what stands before it says that it cannot be reached (status \(answer.status))", mayHaveArrived: true)
  }

  private func value(of answer: Curl.Answer, having member: String?) throws -> JSONValue {
    let value = try? JSONValue(parsing: answer.body)  // a server in front of it answers in its own way
    if let value, answer.status < 300 {
      let isRight =
        if let member { value[member] != nil } else if case .array = value { true } else { false }
      if isRight { return value }
    }
    if answer.status == 401 {
      throw ServerProblem(
        "\(address.text) does not take the token: it may have expired or been revoked. Make one under your account, at "
          + "\(address.text)/account.")
    }
    if let detail = value?["detail"]?.text {
      throw ServerProblem(Tracker.sentence(detail, goingOnWith: value?["command"]?.text))
    }
    throw ServerProblem(
      "\(address.text) answered, but not as Sopwright does (status \(answer.status)). Is that its address?")
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
