// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Remediation

/// What a request is answered with.
enum Answer: Sendable {
  /// As HTML, or as JSON for whom asks for that.
  case page(any Page)
  case json(JSONValue)
  /// After a form: look there. Always a path of this server.
  case see(String, notice: String?)
  case file(StaticAsset)
  /// Look there, as somebody who has just signed in, or out.
  case session(String, token: String?)
  case response(Response)
}

/// A request that cannot be answered as it was asked.
struct Problem: Error {
  let status: HTTPResponse.Status
  let sentence: String

  static let notFound = Problem(status: .notFound, sentence: "There is nothing at this address.")
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

  static func json(_ value: JSONValue) -> Response {
    Response(.ok, "application/json", value.canonicalBytes)
  }

  /// RFC 9457.
  static func problem(_ status: HTTPResponse.Status, _ sentence: String) -> Response {
    Response(
      status, "application/problem+json",
      JSONValue.fields([
        "status": .int(status.code), "title": .string(status.reasonPhrase), "detail": .string(sentence),
      ]).canonicalBytes)
  }

  static func redirect(to path: String) -> Response {
    var headers = HTTPFields()
    headers[.location] = path
    headers[.contentLength] = "0"
    return Response(status: .seeOther, headers: headers)
  }

  /// With what every answer carries.
  func guarded(isPrivate: Bool) -> Response {
    var response = self
    for (name, value) in Response.always {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    if isPrivate, response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }
}
