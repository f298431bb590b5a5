// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger

/// An address, what can be done there, and who may.
struct Route: Sendable {
  let method: HTTPRequest.Method
  /// As Hummingbird writes paths: `/items/:id`; `**` takes the rest.
  let path: String
  let access: Access
  /// What a token has to be for, at least.
  let scope: TokenScope
  /// Whether it reads what was sent by itself, because that may be large.
  let takesFile: Bool
  /// Whether the page follows from the record, who asks and the second alone, so that it can be sent again.
  let isKept: Bool
  /// The names of what may be sent. A script that sends another hears of it, and nothing is done.
  let fields: [String]
  let answer: @Sendable (Visit) async throws -> Answer

  /// Who is let in at all. What somebody may then do is decided by the rules, as on the command line.
  enum Access {
    case anyone
    /// Whoever is signed in, also before they have set up the authenticator that is asked for.
    case ownAccount
    case signedIn
  }

  static func get(
    _ path: String, for access: Access = .signedIn, isKept: Bool = false,
    _ answer: @escaping @Sendable (Visit) async throws -> Answer
  ) -> Route {
    Route(
      method: .get, path: path, access: access, scope: .read, takesFile: false, isKept: isKept, fields: [],
      answer: answer)
  }

  static func post(
    _ path: String, for access: Access = .signedIn, scope: TokenScope = .write, takesFile: Bool = false,
    fields: [String] = [], _ answer: @escaping @Sendable (Visit) async throws -> Answer
  ) -> Route {
    Route(
      method: .post, path: path, access: access, scope: scope, takesFile: takesFile, isKept: false, fields: fields,
      answer: answer)
  }
}
