// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Ledger
internal import Remediation
internal import Tracker

// From a request to its answer: who asks, what was sent, whether the route is open to them, and what it says.
extension WebServer {
  /// What a form may hold at most, in bytes: the text of an SOP.
  private static let largestForm = 4 << 20
  private static let cookie = "__Host-sopwright"

  func answer(_ request: Request, _ parameters: Parameters, _ route: Route) async -> Response {
    let start = ContinuousClock.now
    var visit = Visit(
      request: request, parameters: parameters, desk: desk, accounts: signIns, imports: imports, audits: audits,
      simulations: simulations, traces: traces, upkeep: upkeep, erasures: erasures, recorder: recorder,
      metrics: metrics,
      now: clock())
    let response = await answer(&visit, route).guarded()
    metrics.note(route, response.status, took: .now - start)
    if SecurityLog.notes(route, response.status) {
      log.note(route, await whose(visit), response.status, at: visit.now)
    }
    return response
  }

  private func answer(_ visit: inout Visit, _ route: Route) async -> Response {
    do {
      visit.identity = try await identity(of: visit.request, at: visit.now, isUse: route.path != LiveNews.path)
      if route.access != .anyone {
        guard let identity = visit.identity else { return refuseStranger(visit) }
        if route.access == .signedIn, signIns.asksAuthenticator, !(try await visit.hasAuthenticator()) {
          return refuseUntilAuthenticated(visit, identity)
        }
      }
      visit.form = try await form(of: visit.request, for: route)
      try mustBeAllowed(visit, route)
      try visit.form.mustBeAmong(route.fields)
      try visit.form.mustHoldNoNUL()
      return try await page(for: visit, route)
    } catch let refused as Refused {
      // What was sent names something that is not there; the page is.
      var problem = Problem(refused.reason)
      if problem.status == .notFound {
        problem = Problem(status: .unprocessableContent, sentence: problem.sentence)
      }
      return refuse(problem, page: refused.page, visit)
    } catch {
      return refuse(error, page: nil, visit)
    }
  }

  /// Who asked, or whose name was given by a stranger, where there is such a person.
  private func whose(_ visit: Visit) async -> PersonID? {
    if let identity = visit.identity { return identity.person }
    guard let person = PersonID(visit.form["name"]) else { return nil }
    return try? await desk.read { try $0.roles(of: person) == nil ? nil : person }  // it is only for the log
  }

  /// The answer of a route; the same again where it was made a moment ago and nothing has happened since.
  private func page(for visit: Visit, _ route: Route) async throws -> Response {
    var visit = visit
    if let key = try key(of: visit, route) { return try await answer(visit, route, under: key) }
    guard route.isKept, let identity = visit.identity else {
      return respond(to: visit, try await route.answer(visit))
    }
    let state = try await desk.read { try $0.recordState() }
    visit.size = state.size
    let key = PageMemo.Key(
      moment: PageMemo.Moment(state, at: visit.now),
      target: visit.request.uri.description, person: identity.person, formToken: identity.session?.formToken,
      look: visit.look, isJSON: visit.wantsJSON)
    if !notices.isWaiting(for: identity.session), let known = pages.page(key) { return known }
    let answer = try await route.answer(visit)
    let hasNotice = notices.isWaiting(for: identity.session)
    let response = respond(to: visit, answer)
    // What was made of a later state is not kept as one of this.
    if response.status == .ok, !hasNotice, try await desk.read({ try $0.recordState() }) == state {
      pages.keep(response, as: key)
    }
    return response
  }

  // MARK: Who asks

  /// Who asks, by a token or by a session's cookie. Whoever is no longer of the workspace is a stranger.
  /// - Throws: `Problem` where a token does not count: a script must not go on as a stranger.
  private func identity(of request: Request, at now: Timestamp, isUse: Bool) async throws -> Identity? {
    let proof: Identity.Proof
    let person: PersonID
    if let header = request.headers[.authorization] {
      let words = header.split(separator: " ")
      guard words.count == 2, words[0].lowercased() == "bearer",
        let token = try await signIns.use({ try $0.token(String(words[1]), at: now) })
      else {
        throw Problem(
          status: .unauthorized, sentence: "This token does not count: it was revoked, or its time is over.")
      }
      (proof, person) = (.token(token), token.person)
    } else if let cookie = request.cookie(WebServer.cookie),
      let session = try await signIns.use({ try $0.session(cookie, at: now, isUse: isUse) })
    {
      (proof, person) = (.session(session), session.person)
    } else {
      return nil
    }
    return try await desk.read { try $0.roles(of: person) }
      .map { Identity(person: person, roles: $0, proof: proof) }
  }

  /// A token does what its scope allows. A form counts only where a page of this session sent it; browsers say from which site a request
  /// comes.
  private func mustBeAllowed(_ visit: Visit, _ route: Route) throws {
    if case .token(let token)? = visit.identity?.proof {
      guard token.scope >= route.scope else {
        throw Problem(
          status: .forbidden,
          sentence: "This token may \(token.scope.rawValue); this needs one that may \(route.scope.rawValue).")
      }
      return
    }
    guard visit.request.method == .post else { return }
    if let name = HTTPField.Name("Sec-Fetch-Site"), let site = visit.request.headers[name],
      site != "same-origin", site != "none"
    {
      throw Problem(status: .forbidden, sentence: "This form was sent from another site, so it was not taken.")
    }
    // A route that reads what was sent by itself looks for the token there.
    if let session = visit.identity?.session, route.access != .anyone, !route.takesFile,
      visit.form["form_token"] != session.formToken
    {
      throw Problem.otherSession
    }
  }

  // MARK: What was sent

  private func form(of request: Request, for route: Route) async throws -> FormFields {
    guard request.method == .post, !route.takesFile else { return FormFields.none }
    let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
    let isJSON = type == "application/json"
    guard isJSON || type == "application/x-www-form-urlencoded" else {
      throw Problem(
        status: .unsupportedMediaType,
        sentence: "What is sent here is application/x-www-form-urlencoded, or application/json.")
    }
    let bytes: [UInt8]
    do {
      bytes = Array(try await request.body.collect(upTo: WebServer.largestForm).readableBytesView)
    } catch {
      throw Problem(status: .contentTooLarge, sentence: "The form is too large. An SOP has at most 1 MiB.")
    }
    return try isJSON ? FormFields(json: bytes) : FormFields(form: bytes)
  }

  // MARK: What is said

  private func frame(_ visit: Visit) -> Frame {
    Frame(
      person: visit.identity?.person, roles: visit.identity?.roles ?? [],
      formToken: visit.identity?.session?.formToken ?? "", size: visit.size, look: visit.look)
  }

  func respond(to visit: Visit, _ answer: Answer) -> Response {
    if visit.wantsJSON, let bytes = answer.scriptBytes { return .json(bytes, version: answer.version) }
    switch answer {
    case .page(let page):
      guard !visit.wantsJSON else {
        return .problem(Problem(status: .notAcceptable, sentence: "This is for browsers only."))
      }
      var frame = frame(visit)
      frame.notice = notices.take(of: visit.identity?.session)
      return .html(page.document(frame))
    case .json(let value): return .json(value.compactBytes)
    case .jsonBytes(let bytes): return .json(bytes)
    case .text(let text): return Response(.ok, "text/plain; version=0.0.4; charset=utf-8", Array(text.utf8))
    case .see(let path, let notice):
      if let notice { notices.leave(notice, for: visit.identity?.session) }
      return .redirect(to: path)
    case .file(let asset): return asset.response
    case .download(let download): return download.response(desk)
    case .live(let news): return news.response(desk, streams)
    case .look(let path, let look):
      return .redirect(to: path, keeping: look?.rawValue, as: Look.cookie, seconds: 365 * 86_400)
    case .session(let path, let token):
      return .redirect(to: path, keeping: token, as: WebServer.cookie, seconds: 12 * 3_600)
    }
  }

  /// Who is not signed in is asked to; a script is told.
  private func refuseStranger(_ visit: Visit) -> Response {
    if visit.wantsJSON { return .problem(.signInFirst) }
    let target = visit.request.uri.description
    if visit.request.method == .get {
      return .redirect(to: target == "/" ? "/sign-in" : "/sign-in?to=\(target.asQuery)")
    }
    let problem = Problem(
      status: .unauthorized,
      sentence:
        "You are not signed in any more. Go back, which keeps what you typed; sign in in another tab, and send it again."
    )
    return refuse(problem, page: SignInPage(), visit)
  }

  /// Who has no authenticator where everybody must is led to their account, whatever they asked for.
  private func refuseUntilAuthenticated(_ visit: Visit, _ identity: Identity) -> Response {
    guard visit.request.method == .get, !visit.wantsJSON else {
      return refuse(Problem.authenticatorFirst, page: nil, visit)
    }
    notices.leave("Whoever works here signs in with an authenticator as well: set one up.", for: identity.session)
    return .redirect(to: "/account")
  }

  private func refuse(_ error: any Error, page: (any Page)?, _ visit: Visit) -> Response {
    let problem = Problem(error)
    if let reason = problem.forOperator { log.note(reason, at: visit.now) }
    guard !visit.wantsJSON else { return .problem(problem) }
    var frame = frame(visit)
    frame.problem = problem.sentence
    // What one's own page sent is not lost; what another site sends is not shown.
    let isOwn = visit.identity?.session?.formToken == visit.form["form_token"]
    let refusal = RefusalPage(status: problem.status.code, typed: isOwn ? visit.form : FormFields.none)
    return .html((page ?? refusal).document(frame), problem.status)
  }
}

extension Request {
  /// The first cookie of this name.
  func cookie(_ name: String) -> String? {
    headers[values: .cookie].lazy.flatMap { $0.split(separator: ";") }
      .map { $0.trimmingPrefix { $0 == " " } }
      .first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}
