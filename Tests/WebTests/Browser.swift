// SPDX-License-Identifier: Apache-2.0

import Foundation
import FoundationNetworking
import Synchronization

/// Sends requests as a browser does: keeps the cookie, fills in the hidden field of the last page's forms, and follows nothing by itself.
final class Browser: Sendable {
  struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let data: Data

    var text: String { String(decoding: data, as: UTF8.self) }

    var location: String? { headers["location"] }
  }

  private struct Memory {
    var cookie: String?
    var formToken: String?
  }

  private let port: Int
  private let memory = Mutex(Memory())
  private let session: URLSession

  init(port: Int, cookie: String? = nil) {
    self.port = port
    memory.withLock { $0.cookie = cookie }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpShouldSetCookies = false
    // Many tests at once on few cores make each other wait.
    configuration.timeoutIntervalForRequest = 600
    session = URLSession(configuration: configuration, delegate: FollowsNothing(), delegateQueue: nil)
  }

  var cookie: String? { memory.withLock { $0.cookie } }
  var formToken: String? { memory.withLock { $0.formToken } }

  func get(_ path: String, accept: String = "text/html", headers: [String: String] = [:]) async throws -> Answer {
    try await send("GET", path, nil, headers.merging(["Accept": accept]) { $1 })
  }

  func json(_ path: String) async throws -> Answer { try await get(path, accept: "application/json") }

  /// - Parameter fields: beside the hidden one, which they may replace.
  func post(_ path: String, _ fields: [String: String] = [:], headers: [String: String] = [:]) async throws -> Answer {
    var fields = fields
    if let token = formToken, fields["form_token"] == nil { fields["form_token"] = token }
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
    let body = fields.map { "\(escaped($0.key))=\(escaped($0.value))" }.joined(separator: "&")
    let type = ["Content-Type": "application/x-www-form-urlencoded"]
    return try await send("POST", path, Data(body.utf8), type.merging(headers) { $1 })
  }

  /// Sends a file by the form of the page that was loaded last.
  func upload(_ path: String, name: String, _ bytes: [UInt8], formToken: String? = nil, isWhole: Bool = true)
    async throws -> Answer
  {
    let token = formToken ?? self.formToken ?? ""
    var body = Data(
      "--b0undary\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n\(token)\r\n--b0undary\r\n".utf8)
    body.append(contentsOf: "Content-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8)
    body.append(contentsOf: "Content-Type: text/csv\r\n\r\n".utf8)
    body.append(contentsOf: bytes)
    if isWhole { body.append(contentsOf: "\r\n--b0undary--\r\n".utf8) }
    return try await send("POST", path, body, ["Content-Type": "multipart/form-data; boundary=b0undary"])
  }

  /// As a script: JSON with a token, and no cookie.
  func script(
    _ method: String, _ path: String, token: String, _ json: String? = nil, headers: [String: String] = [:]
  ) async throws -> Answer {
    let own = ["Authorization": "Bearer \(token)", "Content-Type": "application/json", "Cookie": ""]
    return try await send(method, path, json.map { Data($0.utf8) }, own.merging(headers) { $1 })
  }

  private func send(
    _ method: String, _ path: String, _ body: Data?, _ headers: [String: String]
  ) async throws -> Answer {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.httpBody = body
    if let cookie { request.setValue(cookie, forHTTPHeaderField: "Cookie") }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await session.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    let text = String(decoding: data, as: UTF8.self)
    let fields = Dictionary(
      response.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }, uniquingKeysWith: { $1 })
    memory.withLock { memory in
      if let set = fields["set-cookie"], set.hasPrefix("__Host-sopwright=") {
        memory.cookie = set.split(separator: ";").first.map(String.init)
      }
      if let found = text.firstMatch(of: /name="form_token" value="(?<token>[0-9a-f]+)"/) {
        memory.formToken = String(found.output.token)
      }
    }
    return Answer(status: response.statusCode, headers: fields, data: data)
  }
}

private final class FollowsNothing: NSObject, URLSessionTaskDelegate {
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }
}
