// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Synchronization
internal import Tracker

/// What the server has done since it began, for those who watch it: requests by route and status, and how long they took.
final class Metrics: Sendable {
  private struct Series: Hashable {
    let method: String
    let route: String
    let status: Int
  }

  private struct Counts {
    var requests: [Series: Int] = [:]
    /// Of each of `bounds` how many requests took no longer.
    var within = [Int](repeating: 0, count: Metrics.bounds.count)
    var count = 0
    var total = Duration.zero
  }

  /// In seconds, as they are written.
  private static let bounds = ["0.001", "0.005", "0.025", "0.1", "0.5", "2.5", "10"]
  private static let limits = [1, 5, 25, 100, 500, 2_500, 10_000].map(Duration.milliseconds)

  private let counts = Mutex(Counts())

  func note(_ route: Route, _ status: HTTPResponse.Status, took duration: Duration) {
    let series = Series(method: route.method.rawValue, route: route.path, status: status.code)
    counts.withLock { counts in
      counts.requests[series, default: 0] += 1
      for (place, limit) in Metrics.limits.enumerated() where duration <= limit { counts.within[place] += 1 }
      counts.count += 1
      counts.total += duration
    }
  }

  /// In the text format of Prometheus, version 0.0.4.
  func text(_ record: RecordFigures) -> String {
    let counts = counts.withLock { $0 }
    var text = ""
    func begin(_ name: String, _ type: String, _ help: String) {
      text += "# HELP sopwright_\(name) \(help)\n# TYPE sopwright_\(name) \(type)\n"
    }
    begin("http_requests_total", "counter", "Requests that were answered.")
    let lines = counts.requests.map { series, count in
      "sopwright_http_requests_total{method=\"\(series.method)\",route=\"\(series.route)\",status=\"\(series.status)\"} \(count)\n"
    }
    text += lines.sorted().joined()
    begin("http_request_seconds", "histogram", "How long they took.")
    for (bound, count) in zip(Metrics.bounds, counts.within) {
      text += "sopwright_http_request_seconds_bucket{le=\"\(bound)\"} \(count)\n"
    }
    text += "sopwright_http_request_seconds_bucket{le=\"+Inf\"} \(counts.count)\n"
    text += "sopwright_http_request_seconds_sum \(counts.total / .seconds(1))\n"
    text += "sopwright_http_request_seconds_count \(counts.count)\n"
    func gauge(_ name: String, _ help: String, _ value: Int) {
      begin(name, "gauge", help)
      text += "sopwright_\(name) \(value)\n"
    }
    gauge("ledger_events", "Events of the ledger.", record.events)
    gauge("exceptions", "Exceptions that stand.", record.exceptions)
    gauge("items_open", "Items that are not closed.", record.openItems)
    gauge("items_overdue", "Those of them that are overdue.", record.overdueItems)
    gauge("rows_held_back", "Rows of exports that could not be read.", record.heldBack)
    return text
  }
}
