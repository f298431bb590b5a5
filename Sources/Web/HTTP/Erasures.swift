// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Erasures that administrators asked for. Whose data they are stands in memory alone, until it is done or for an hour: not in an address,
/// not in a page that somebody else sees, and in no file.
final class Erasures: Sendable {
  /// What somebody wants to have erased.
  struct Order: Sendable {
    let subject: ErasureSubject
    let reason: String
    let at: Timestamp
    /// Says which look it is, where somebody has two of them before their eyes.
    let id = String(UInt64.random(in: 0...UInt64.max), radix: 16)

    /// What has to be typed before it is done: the reference of the exception, the id of the person, or a word.
    var confirmation: String { subject.exception ?? subject.person?.text ?? "erase" }
  }

  enum Phase: Sendable {
    case looking(Order)
    case looked(Order, ErasureLook)
    case erasing(Order, ErasureStep)
    /// Holds nothing of what it was, but the id of its order.
    case done(Erasure, of: String, at: Timestamp)
    /// Nothing can be erased like this, and nothing was.
    case failed(Order, sentence: String)
    /// The erasure did not come to its end, and nothing is recorded of it.
    case brokenOff(Order, sentence: String)

    var isBusy: Bool {
      switch self {
      case .looking, .erasing: true
      case .looked, .done, .failed, .brokenOff: false
      }
    }

    /// Whether it can be forgotten: an erasure that began goes on.
    fileprivate var isErasing: Bool { if case .erasing = self { true } else { false } }

    var order: Order? {
      switch self {
      case .looking(let order), .looked(let order, _), .erasing(let order, _), .failed(let order, _),
        .brokenOff(let order, _):
        order
      case .done: nil
      }
    }

    /// Whether it is the erasure of this look, under way or done. Where none is named, of the one under way.
    func isErasure(ofLook id: String) -> Bool {
      switch self {
      case .erasing(let order, _): id.isEmpty || id == order.id
      case .done(_, let done, _): id == done
      case .looking, .looked, .failed, .brokenOff: false
      }
    }

    fileprivate var at: Timestamp? { if case .done(_, _, let at) = self { at } else { order?.at } }
  }

  private let folder: String
  private let work = LongWork<Phase>("erasures")
  private let forgetCopies: @Sendable (_ uploads: [String]) -> Void
  /// How long an order is remembered, in milliseconds.
  private static let lasts: Int64 = 3_600_000

  /// - Parameter forgetCopies: drops what the server keeps in memory of pages, and of uploads that are thrown away.
  init(_ folder: String, forgetCopies: @escaping @Sendable (_ uploads: [String]) -> Void) {
    (self.folder, self.forgetCopies) = (folder, forgetCopies)
  }

  private static func isIdle(_ phase: Phase?) -> Bool { phase?.isBusy != true }

  /// What is being done for this person, or came of it.
  func phase(of caller: Caller) -> Phase? { work.phase(of: caller.person.text) }

  /// Looks what it would take. Reads all personal fields, so it takes a while.
  /// - Returns: false where something else is being done for this person.
  @discardableResult
  func look(_ order: Order, by caller: Caller) -> Bool {
    start(at: .looking(order), by: caller, where: Erasures.isIdle) { workspace, _ in
      .looked(order, try workspace.lookAtErasure(of: order.subject, reason: order.reason, by: caller))
    }
  }

  /// Erases, where this look is still what the person looks at. Each has a workspace of its own, whose connection overwrites what it
  /// deletes.
  /// - Returns: false where it was erased, forgotten or looked for anew meanwhile.
  func erase(_ order: Order, by caller: Caller) -> Bool {
    let isPresent: (Phase?) -> Bool = {
      if case .looked(let present, _)? = $0 { present.id == order.id } else { false }
    }
    return start(at: .erasing(order, .searching), by: caller, where: isPresent) { [forgetCopies] workspace, report in
      let done = try workspace.erase(order.subject, reason: order.reason, by: caller) { report(.erasing(order, $0)) }
      forgetCopies(done.uploads)
      return .done(done, of: order.id, at: caller.now)
    }
  }

  /// Forgets what this person asked for, unless it is being erased.
  func forget(by caller: Caller) { work.forget(caller.person.text, where: { !$0.isErasing }) }

  /// Forgets what nobody came back to.
  func clear(at now: Timestamp) {
    work.forget(where: { phase in
      !phase.isBusy && (phase.at.map { now.milliseconds - $0.milliseconds > Erasures.lasts } ?? true)
    })
  }

  @discardableResult
  private func start(
    at first: Phase, by caller: Caller, where mayBegin: (Phase?) -> Bool,
    _ body: @escaping @Sendable (Workspace, _ report: @escaping @Sendable (Phase) -> Void) throws -> Phase
  ) -> Bool {
    work.start(caller.person.text, at: first, where: mayBegin) { [folder, forgetCopies] report in
      do { return try body(try Workspace.open(folder), report) } catch {
        // Uploads may be gone.
        forgetCopies([])
        guard let order = first.order else { return first }
        // These are thrown before anything is changed.
        let isRefusal = error is ErasureError || error is Rejection || error is ReadingError
        return first.isErasing && !isRefusal
          ? .brokenOff(order, sentence: sentence(for: error)) : .failed(order, sentence: sentence(for: error))
      }
    }
  }
}
