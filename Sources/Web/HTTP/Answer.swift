// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Remediation

/// What a request is answered with.
enum Answer: Sendable {
  /// As HTML; as JSON for whom asks for that, where the page has a value.
  case page(any Page)
  case json(JSONValue)
  /// JSON that is written already.
  case jsonBytes([UInt8])
  /// After a form: look there. Always a path of this server.
  case see(String, notice: String?)
  case file(StaticAsset)
  case download(Download)
  case live(LiveNews)
  /// Plain text, for programs that read that.
  case text(String)
  /// Look there, by pages that look so; nil as the system has them.
  case look(String, Look?)
  /// Look there, as somebody who has just signed in, or out.
  case session(String, token: String?)
}

extension Answer {
  /// Of the item or change that is shown; nil where it is none.
  var version: Int? { if case .page(let page) = self { (page as? any ReadablePage)?.version } else { nil } }

  /// What a script gets; nil where that is no JSON.
  var scriptBytes: [UInt8]? {
    switch self {
    case .page(let page): (page as? any ReadablePage)?.json.compactBytes
    case .json(let value): value.compactBytes
    case .jsonBytes(let bytes): bytes
    case .see(let path, let notice):
      JSONValue.fields(["see": .string(path), "done": .optional(notice)]).compactBytes
    case .file, .download, .live, .look, .session, .text: nil
    }
  }
}

extension Response {
  /// Nothing of a page runs, loads or is framed unless it comes from here.
  private static let policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    + "base-uri 'none'; frame-ancestors 'none'"

  private static let always = [
    ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
  ]

  init(_ status: HTTPResponse.Status, _ type: String, _ bytes: [UInt8]) {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.contentLength] = String(bytes.count)
    self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static func html(_ html: HTML, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(status, "text/html; charset=utf-8", html.bytes)
  }

  /// - Parameter version: of what is shown, for whoever wants to change just that.
  static func json(_ bytes: [UInt8], version: Int? = nil) -> Response {
    var response = Response(.ok, "application/json", bytes)
    if let version { response.headers[.eTag] = ETag(version).text }
    return response
  }

  /// RFC 9457, with `command` where one helps.
  static func problem(_ problem: Problem) -> Response {
    let status = problem.status
    let type = problem.isUnderWay ? "urn:sopwright:under-way" : nil
    var response = Response(
      status, "application/problem+json",
      JSONValue.fields([
        "status": .int(status.code), "title": .string(status.reasonPhrase), "detail": .string(problem.sentence),
        "command": problem.command.map(JSONValue.string), "type": type.map(JSONValue.string),
      ]).compactBytes)
    if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
    return response
  }

  static func redirect(to path: String) -> Response {
    var headers = HTTPFields()
    headers[.location] = path
    headers[.contentLength] = "0"
    return Response(status: .seeOther, headers: headers)
  }

  /// The same with a cookie, or without the one that was there.
  static func redirect(to path: String, keeping value: String?, as cookie: String, seconds: Int) -> Response {
    var response = Response.redirect(to: path)
    let age = value == nil ? 0 : seconds
    response.headers[.setCookie] =
      "\(cookie)=\(value ?? ""); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=\(age)"
    return response
  }

  /// With what every answer carries.
  func guarded() -> Response {
    var response = self
    for (name, value) in Response.always {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }
}
