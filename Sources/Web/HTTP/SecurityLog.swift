// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import Remediation

/// What an operator has to see of who comes in: signing in and out, passwords, tokens, links; erasures and backups; and what was refused for who asked; a line
/// of JSON each. It holds no secret and nothing that was typed but the ids of people who are there.
struct SecurityLog: Sendable {
  /// Takes a line.
  let write: @Sendable (String) -> Void

  private static let refusals: Set<HTTPResponse.Status> = [.unauthorized, .forbidden, .tooManyRequests]

  static func notes(_ route: Route, _ status: HTTPResponse.Status) -> Bool {
    route.isWatched || refusals.contains(status)
  }

  /// What has to be put right on the server.
  func note(_ problem: String, at now: Timestamp) {
    write(JSONValue.fields(["at": .text(now), "problem": .string(problem)]).compactText)
  }

  /// - Parameter person: whose doing it is, or whose name was given; nil where there is nobody of that name.
  func note(_ route: Route, _ person: PersonID?, _ status: HTTPResponse.Status, at now: Timestamp) {
    write(
      JSONValue.fields([
        "at": .text(now), "route": .string("\(route.method.rawValue) \(route.path)"), "person": .text(person),
        "status": .int(status.code),
      ]).compactText)
  }
}

extension Route {
  /// Whether it changes who comes in, erases, or gives away a copy of everything.
  fileprivate var isWatched: Bool {
    if method == .get { return path == UpkeepPage.backupPath }
    return ["/sign-in", "/sign-out", "/welcome/", "/account/", "/people", "/upkeep"].contains { path.hasPrefix($0) }
  }
}
