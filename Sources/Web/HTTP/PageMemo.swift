// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import Remediation
internal import Synchronization
internal import Tracker

/// Pages as they were sent, kept while nothing can have changed on them: until something is recorded, or the second is over, for what is
/// due changes with time. Whoever acts sees at once what came of it.
final class PageMemo: Sendable {
  /// What a page follows from: the record, and the second.
  struct Moment: Hashable {
    let state: RecordState
    let second: Int64

    init(_ state: RecordState, at now: Timestamp) {
      self.state = state
      second = now.seconds
    }
  }

  /// Who asks for what: no two people see the same page, for its forms are theirs.
  struct Key: Hashable {
    let moment: Moment
    let target: String
    let person: PersonID
    let formToken: String?
    let look: Look?
    let isJSON: Bool
  }

  private struct Kept {
    var moment: Moment?
    var pages: [Key: Response] = [:]
    var size = 0
  }

  private let kept = Mutex(Kept())
  /// In bytes; then all of it is dropped.
  private static let most = 24 << 20

  /// What was kept of an earlier moment is dropped by whoever asks for a later one: it may hold what was erased since.
  func page(_ key: Key) -> Response? {
    kept.withLock { kept in
      if let moment = kept.moment, moment.state != key.moment.state { kept = Kept() }
      return kept.pages[key]
    }
  }

  /// Drops all of them.
  func forget() { kept.withLock { $0 = Kept() } }

  func keep(_ page: Response, as key: Key) {
    guard let size = page.body.contentLength, size < PageMemo.most / 8 else { return }
    kept.withLock { kept in
      if kept.moment != key.moment || kept.size + size > PageMemo.most { kept = Kept(moment: key.moment) }
      if kept.pages.updateValue(page, forKey: key) == nil { kept.size += size }
    }
  }
}
