// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Ledger
internal import Logging
internal import NIOCore
package import Remediation
package import Tracker

/// The web app and its JSON over HTTP, of one workspace.
///
/// The command line can be used on the same workspace meanwhile: both take the workspace's lock to write, and see the same state.
package struct WebServer: Sendable {
  let desk: Desk
  let signIns: SignIns
  let imports: Imports
  let audits: Audits
  let simulations: Simulations
  /// Writes traces as tables.
  let traces: SideDesk
  let upkeep: Upkeep
  let erasures: Erasures
  let recorder: Recorder
  let notices = Notices()
  let pages = PageMemo()
  let metrics = Metrics()
  let streams = LiveStreams()
  let log: SecurityLog
  let clock: @Sendable () -> Timestamp
  /// Who did what the server does by itself.
  private let keeper: @Sendable () -> Caller

  private static let catchUpInterval = Duration.seconds(60)

  /// - Parameters:
  ///   - accounts: who can sign in.
  ///   - keeper: under whom what is due is recorded, with the time of now.
  ///   - log: takes a line of JSON for each sign-in, change of an account, and refusal for who asked.
  ///   - checkHandbook: the part of a verification that reads git, which may never end where an object is damaged.
  ///   - writePack: packs the repository, which may never end there either.
  package init(
    folder: String, accounts: Accounts, keeper: @escaping @Sendable () -> Caller,
    clock: @escaping @Sendable () -> Timestamp, checkHandbook: @escaping @Sendable () throws -> [Finding],
    writePack: @escaping @Sendable (_ progress: (Int, Int) -> Void) throws -> String?,
    log: @escaping @Sendable (String) -> Void
  ) throws {
    desk = try Desk(folder)
    signIns = SignIns(accounts)
    imports = try Imports(folder)
    audits = try Audits(folder, checkHandbook: checkHandbook)
    simulations = try Simulations(folder)
    traces = try SideDesk(folder, "tables of traces", most: TraceFile.most, mostEach: TraceFile.mostEach)
    upkeep = try Upkeep(folder, clock: clock, writePack: writePack)
    erasures = Erasures(folder) { [imports, pages] uploads in
      pages.forget()
      for upload in uploads { imports.forget(upload) }
    }
    recorder = Recorder(desk)
    self.log = SecurityLog(write: log)
    self.keeper = keeper
    self.clock = clock
  }

  /// Serves until its task is cancelled, and then finishes what has begun.
  /// - Parameters:
  ///   - untilSignal: ends also where the process is told to, by SIGTERM or SIGINT.
  ///   - running: called with the port once requests are taken.
  /// - Throws: `ListeningError` where the address cannot be had.
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
    // A connection on which nothing comes, or more headers than any browser sends, is cut off.
    let connection = HTTP1Channel.Configuration(
      idleTimeout: .seconds(30),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
    let application = Application(
      router: router, server: .http1(configuration: connection),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in running(channel.localAddress?.port ?? port) }, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do { try await untilSignal ? application.runService() : application.run() } catch {
          throw ListeningError(error, host: host, port: port) ?? error
        }
      }
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
      _ = try? await signIns.use { try $0.removeOldRequests(at: caller.now) }
      audits.clear(at: caller.now)
      upkeep.clear(at: caller.now)
      erasures.clear(at: caller.now)
      _ = try? await desk.write { workspace in
        workspace.removeOldUploads(at: caller.now)
        _ = try workspace.catchUp(by: caller)
      }
      try? await Task.sleep(for: WebServer.catchUpInterval)
    }
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
