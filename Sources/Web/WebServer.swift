// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Ledger
internal import Logging
internal import NIOCore
package import Remediation
package import Tracker

/// The web app and its JSON over HTTP, of one workspace.
///
/// The command line can be used on the same workspace meanwhile: both take the workspace's lock to write, and see the same state.
package struct WebServer: Sendable {
  private let desk: Desk
  private let signIns: SignIns
  private let notices = Notices()
  private let clock: @Sendable () -> Timestamp
  /// Who did what the server does by itself.
  private let keeper: @Sendable () -> Caller

  /// What a form may hold at most, in bytes: the text of an SOP.
  private static let largestForm = 4 << 20
  private static let cookie = "__Host-sopwright"
  private static let catchUpInterval = Duration.seconds(60)

  /// - Parameters:
  ///   - keeper: under whom what is due is recorded, with the time of now.
  package init(folder: String, keeper: @escaping @Sendable () -> Caller, clock: @escaping @Sendable () -> Timestamp)
    throws
  {
    desk = try Desk(folder)
    signIns = SignIns(try Accounts(of: Workspace.open(folder)))
    self.keeper = keeper
    self.clock = clock
  }

  /// Serves until its task is cancelled, and then finishes what has begun.
  /// - Parameters:
  ///   - untilSignal: ends also where the process is told to, by SIGTERM or SIGINT.
  ///   - running: called with the port once requests are taken.
  package func run(
    host: String, port: Int, untilSignal: Bool, running: @escaping @Sendable (Int) -> Void
  ) async throws {
    let router = Router(context: BasicRequestContext.self)
    for route in Routes.all {
      router.on(RouterPath(route.path), method: route.method) { request, context in
        await answer(request, context.parameters, route)
      }
    }
    let missing = Route.get("/**", for: .anyone) { _ in throw Problem.notFound }
    router.add(middleware: Missing(answer: { request in await answer(request, Parameters(), missing) }))
    var logger = Logger(label: "sopwright")
    logger.logLevel = .error
    // A request that is not finished in time, or has more headers than any browser sends, is cut off.
    let connection = HTTP1Channel.Configuration(
      idleTimeout: .seconds(30),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
    let application = Application(
      router: router, server: .http1(configuration: connection),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in running(channel.localAddress?.port ?? port) }, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await untilSignal ? application.runService() : application.run() }
      group.addTask { await keepUp() }
      try await group.next()
      group.cancelAll()
    }
  }

  /// Does what time has caused and what was pushed, each minute.
  private func keepUp() async {
    while !Task.isCancelled {
      let caller = keeper()
      // What fails now is tried again in a minute, and by every command.
      _ = try? await desk.write { _ = try $0.catchUp(by: caller) }
      try? await Task.sleep(for: WebServer.catchUpInterval)
    }
  }

  // MARK: Answering

  private func answer(_ request: Request, _ parameters: Parameters, _ route: Route) async -> Response {
    var session: Session?
    var visit: Visit?
    do {
      let now = clock()
      session = try token(of: request).flatMap { try signIns.session($0, at: now) }
      var roles: Set<Role> = []
      if let person = session?.person {
        // Whoever is no longer of the workspace is no longer signed in.
        if let known = try await desk.read({ try $0.roles(of: person) }) { roles = known } else { session = nil }
      }
      var request = request
      let form = try await form(of: &request)
      let made = Visit(
        request: request, parameters: parameters, desk: desk, accounts: signIns, now: now, session: session,
        roles: roles, form: form)
      visit = made
      if route.access == .signedIn, session == nil { return refuseStranger(made) }
      try mustBeOurs(made, route)
      return respond(to: made, try await route.answer(made)).guarded(isPrivate: true)
    } catch let refused as Refused {
      return refuse(refused.reason, page: refused.page, visit).guarded(isPrivate: true)
    } catch {
      return refuse(error, page: nil, visit).guarded(isPrivate: true)
    }
  }

  private func token(of request: Request) -> String? {
    request.headers[values: .cookie].lazy.flatMap { $0.split(separator: ";") }
      .map { $0.trimmingPrefix { $0 == " " } }
      .first { $0.hasPrefix("\(WebServer.cookie)=") }
      .map { String($0.dropFirst(WebServer.cookie.count + 1)) }
  }

  private func form(of request: inout Request) async throws -> FormFields {
    guard request.method == .post else { return FormFields() }
    guard let type = request.headers[.contentType], type.hasPrefix("application/x-www-form-urlencoded") else {
      throw Problem(
        status: .unsupportedMediaType, sentence: "What is sent here is a form: application/x-www-form-urlencoded.")
    }
    do {
      let body = try await request.collectBody(upTo: WebServer.largestForm)
      return FormFields(String(buffer: body))
    } catch {
      throw Problem(status: .contentTooLarge, sentence: "The form is too large. An SOP has at most 1 MiB.")
    }
  }

  /// Who is not signed in is asked to; a script is told.
  private func refuseStranger(_ visit: Visit) -> Response {
    let response: Response =
      visit.wantsJSON || visit.request.method != .get
      ? .problem(.unauthorized, "Sign in first.") : .redirect(to: "/sign-in")
    return response.guarded(isPrivate: true)
  }

  /// A form counts only where a page of this session sent it. Browsers say from which site a request comes.
  private func mustBeOurs(_ visit: Visit, _ route: Route) throws {
    guard visit.request.method == .post else { return }
    if let name = HTTPField.Name("Sec-Fetch-Site"), let site = visit.request.headers[name],
      site != "same-origin", site != "none"
    {
      throw Problem(status: .forbidden, sentence: "This form was sent from another site, so it was not taken.")
    }
    if route.access == .signedIn, visit.form["form_token"] != visit.session?.formToken {
      throw Problem(
        status: .forbidden,
        sentence: "This form is of another session. Go back, load the page again, and send it again.")
    }
  }

  private func frame(_ visit: Visit?) -> Frame {
    Frame(
      person: visit?.session?.person, roles: visit?.roles ?? [], formToken: visit?.session?.formToken ?? "",
      now: visit?.now ?? clock())
  }

  private func respond(to visit: Visit, _ answer: Answer) -> Response {
    switch answer {
    case .page(let page):
      if visit.wantsJSON { return .json(page.json) }
      var frame = frame(visit)
      frame.notice = notices.take(of: visit.session)
      return .html(page.document(frame))
    case .json(let value): return .json(value)
    case .see(let path, let notice):
      if visit.wantsJSON { return .json(.fields(["see": .string(path)])) }
      if let notice { notices.leave(notice, for: visit.session) }
      return .redirect(to: path)
    case .file(let asset): return asset.response
    case .session(let path, let token):
      var response = Response.redirect(to: path)
      let age = token == nil ? 0 : 12 * 3_600
      response.headers[.setCookie] =
        "\(WebServer.cookie)=\(token ?? ""); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=\(age)"
      return response
    case .response(let response): return response
    }
  }

  private func refuse(_ error: any Error, page: (any Page)?, _ visit: Visit?) -> Response {
    let (status, words) =
      switch error {
      case let problem as Problem: (problem.status, problem.sentence)
      default: (HTTPResponse.Status(refusing: error), sentence(for: error))
      }
    guard let visit, !visit.wantsJSON else { return .problem(status, words) }
    var frame = frame(visit)
    frame.problem = words
    return .html((page ?? RefusalPage(status: status.code)).document(frame), status)
  }

  /// Answers what no route fits.
  private struct Missing: RouterMiddleware {
    typealias Context = BasicRequestContext
    let answer: @Sendable (Request) async -> Response

    func handle(
      _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
      do { return try await next(request, context) } catch let error as HTTPError where error.status == .notFound {
        return await answer(request)
      }
    }
  }
}

extension HTTPResponse.Status {
  /// What a refusal is in HTTP's words.
  fileprivate init(refusing error: any Error) {
    self =
      switch error {
      case let error as Rejection:
        switch error {
        case .unknownItem, .unknownChange, .unknownEntry, .unknownPerson: .notFound
        case .needsRole, .auditorChangesNothing, .ownProposal, .notYoursToClose, .notYoursToRevise,
          .notYoursToWithdraw, .notYoursToPause, .ownPush:
          .forbidden
        default: .unprocessableContent
        }
      case is TraceError: .notFound
      case let error as ProposalError:
        switch error {
        case .unknownSOP, .unknownVersion, .deleted: .notFound
        default: .unprocessableContent
        }
      case let error as AccountError:
        switch error {
        case .wrongSignIn: .unauthorized
        case .lockedUntil: .tooManyRequests
        case .linkUnknown: .notFound
        default: .unprocessableContent
        }
      case let error as LedgerError:
        if case .versionMoved = error { .conflict } else { .internalServerError }
      case is ClosingError: .conflict
      default: .internalServerError
      }
  }
}
