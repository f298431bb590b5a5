// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

/// An address, what can be done there, and who may.
struct Route: Sendable {
  let method: HTTPRequest.Method
  /// As Hummingbird writes paths: `/items/:id`; `**` takes the rest.
  let path: String
  let access: Access
  let answer: @Sendable (Visit) async throws -> Answer

  /// Who is let in at all. What somebody may then do is decided by the rules, as on the command line.
  enum Access {
    case anyone, signedIn
  }

  static func get(
    _ path: String, for access: Access = .signedIn, _ answer: @escaping @Sendable (Visit) async throws -> Answer
  ) -> Route {
    Route(method: .get, path: path, access: access, answer: answer)
  }

  static func post(
    _ path: String, for access: Access = .signedIn, _ answer: @escaping @Sendable (Visit) async throws -> Answer
  ) -> Route {
    Route(method: .post, path: path, access: access, answer: answer)
  }
}
