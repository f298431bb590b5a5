// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Ledger
internal import Remediation
internal import Tracker

// What a script sends under `Idempotency-Key`, as draft-ietf-httpapi-idempotency-key-header describes it: sent again, it is answered
// again and not done again, for a day. What was refused did nothing, so it may be sent again under its key.
extension WebServer {
  private static let header = HTTPField.Name("Idempotency-Key")
  private static let longestKey = 255

  /// The key of a request by which a script creates or changes something; nil where it has none. Uploads have none: rows that are known
  /// already are recorded once anyway. Nor has what people do in a browser, where passwords are sent.
  /// - Throws: `Problem` where it is no key.
  func key(of visit: Visit, _ route: Route) throws -> String? {
    guard visit.request.method == .post, route.scope > .read, !route.takesFile,
      case .token? = visit.identity?.proof, let name = WebServer.header, let key = visit.request.headers[name]
    else { return nil }
    guard (1...WebServer.longestKey).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Problem(
        status: .badRequest,
        sentence:
          "Idempotency-Key takes 1 to \(WebServer.longestKey) letters, digits and signs of ASCII, without spaces.")
    }
    return key
  }

  /// Answers a request that was sent under a key.
  func answer(_ visit: Visit, _ route: Route, under key: String) async throws -> Response {
    let (person, now) = (try visit.signedIn().person, visit.now)
    let fingerprint = MerkleTree.sha256(Array("\(visit.request.uri)\n\(visit.form.canonicalText)".utf8))
    let before = try await signIns.use {
      try $0.begin(request: key, of: person, fingerprint: fingerprint, at: now)
    }
    if let before { return try WebServer.again(before, fingerprint) }
    let answer: Answer
    do {
      answer = try await route.answer(visit)
    } catch {
      try await signIns.use { try $0.forget(request: key, of: person) }
      throw error
    }
    if let bytes = answer.scriptBytes {
      try await signIns.use { try $0.keep(answer: bytes, ofRequest: key, of: person) }
    }
    return respond(to: visit, answer)
  }

  private static func again(_ before: KeyedRequest, _ fingerprint: Digest) throws -> Response {
    guard before.fingerprint == fingerprint else {
      throw Problem(
        status: .unprocessableContent,
        sentence: "Something else was sent under this Idempotency-Key before. Each request takes a key of its own.")
    }
    guard let answer = before.answer else {
      var problem = Problem(
        status: .conflict,
        sentence:
          "What was sent under this Idempotency-Key at \(before.begunAt) is still worked on, or the server ended meanwhile. "
          + "Look whether it was done; where it was not, send it under another key.")
      problem.isUnderWay = true
      throw problem
    }
    return Response.json(answer)
  }
}
