// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Remediation
internal import ServiceLifecycle
internal import Tracker

/// What was recorded since a page was made, told to the page while it is open (server-sent events, HTML, section 9.2): one message, after
/// which the answer ends. The page says that there is something new, or asks again from there.
struct LiveNews: Sendable {
  /// How many events the record had when the page was made.
  let since: Int
  /// Who listens.
  let person: PersonID

  static let path = "/live"
  private static let interval = Duration.seconds(1)
  /// After so many looks without news a line is sent that says nothing, so that nobody between takes the connection for dead.
  private static let looksPerSign = 15
  private static let mostLooks = 300
  /// When a page asks again that gave way to newer ones of the same person, in milliseconds.
  private static let waitAfterGivingWay = 600_000
  /// Of more events than this it is only said that there are many.
  private static let most = 200

  static func answer(_ visit: Visit) async throws -> Answer {
    guard let since = visit.query("since").flatMap({ Int($0) }), since >= 0 else {
      throw Problem(status: .badRequest, sentence: "Say since which event: /live?since=12.")
    }
    return .live(LiveNews(since: since, person: try visit.signedIn().person))
  }

  func response(_ desk: Desk, _ streams: LiveStreams) -> Response {
    let body = ResponseBody { writer in
      let stream = streams.open(for: person)
      defer { streams.close(stream, of: person) }
      try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
      var looks = 0
      while true {
        if let message = try await desk.read({ try message($0) }) {
          try await writer.write(ByteBuffer(string: message))
          break
        }
        guard streams.goesOn(stream, of: person) else {
          try await writer.write(ByteBuffer(string: "retry: \(LiveNews.waitAfterGivingWay)\n\n"))
          break
        }
        looks += 1
        // Whoever may no longer listen hears so when the browser asks again.
        if looks == LiveNews.mostLooks { break }
        if looks % LiveNews.looksPerSign == 0 { try await writer.write(ByteBuffer(string: ":\n\n")) }
        // A server that ends does not wait for pages that somebody has left open.
        do {
          try await cancelWhenGracefulShutdown { try await Task.sleep(for: LiveNews.interval) }
        } catch { break }
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
  }

  /// `{size, subjects}`: what the events since then are about, or `*` where they are too many to say.
  private func message(_ workspace: Workspace) throws -> String? {
    let size = try workspace.recordState().size
    guard size != since else { return nil }
    let isFew = since < size && size - since <= LiveNews.most
    let subjects =
      isFew ? try workspace.ledgerEntries(before: size, limit: size - since).map(\.event.event.subject) : ["*"]
    let news = JSONValue.fields([
      "size": .int(size), "subjects": .array(Set(subjects).sorted().map(JSONValue.string)),
    ])
    return "event: record\ndata: \(news.compactText)\n\n"
  }
}
