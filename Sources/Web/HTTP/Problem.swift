// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// A request that cannot be answered as it was asked.
struct Problem: Error {
  let status: HTTPResponse.Status
  let sentence: String
  /// What somebody at a terminal types then; nil where no one command helps.
  var command: String?
  /// What whoever runs the server has to know, for the log alone.
  private(set) var forOperator: String?
  /// Whether the same request is being answered at this moment, so that it is worth asking again.
  var isUnderWay = false

  static let notFound = Problem(status: .notFound, sentence: "There is nothing at this address.")
  static let signInFirst = Problem(status: .unauthorized, sentence: "Sign in first.")
  static let authenticatorFirst = Problem(
    status: .forbidden,
    sentence:
      "Whoever works here signs in with an authenticator as well. Set one up in another tab, under Your account; go back, which keeps "
      + "what you typed; and send it again.")
  static let otherSession = Problem(
    status: .forbidden, sentence: "This form is of another session. Go back, load the page again, and send it again.")

  init(status: HTTPResponse.Status, sentence: String) {
    self.status = status
    self.sentence = sentence
  }

  /// What any error is, in HTTP's words and in a sentence.
  init(_ error: any Error) {
    if let problem = error as? Problem {
      self = problem
    } else if let error = error as? AccountKeyError {
      self.init(
        status: .internalServerError,
        sentence: "Authenticators cannot be checked at the moment, so nothing was done. Tell an administrator.")
      forOperator = error.sentence
    } else if isReplaced(error) {
      self.init(
        status: .serviceUnavailable,
        sentence:
          "A backup was put in this workspace's place while the server ran, so nothing was done. Tell an administrator: the server "
          + "has to be started again.")
      forOperator = Tracker.sentence(for: error)
    } else {
      self.init(status: HTTPResponse.Status(refusing: error), sentence: Tracker.sentence(for: error))
      command = Tracker.command(for: error)
    }
  }
}

/// A form that is shown again, with what was typed and why it is refused.
struct Refused: Error {
  let page: any Page
  let reason: any Error
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
          .notYoursToWithdraw, .notYoursToPause, .ownPush, .beyondRemit, .dividedRemit,
          .inPlaceOfProposer:
          .forbidden
        case .taxonomyMoved, .taxonomyFilesMoved, .filesNotAdopted, .peopleWait: .conflict
        default: .unprocessableContent
        }
      case is TraceError, is ProofError: .notFound
      case let error as ReadingError:
        if case .unknownException = error { .notFound } else { .unprocessableContent }
      case let error as UploadError:
        switch error {
        case .unknown: .notFound
        case .tooMany, .noMap: .unprocessableContent
        case .notKept: .internalServerError
        }
      case is ErasureError: .unprocessableContent
      case let error as SettingAsideError: error == .notThere ? .notFound : .unprocessableContent
      case let error as MendingError:
        if case .notHeldBack = error { .notFound } else { .unprocessableContent }
      case let error as KeptMapError:
        switch error {
        case .unknown: .notFound
        case .cannotBeWritten: .internalServerError
        default: .unprocessableContent
        }
      case let error as ProposalError:
        switch error {
        case .unknownSOP, .unknownVersion, .deleted: .notFound
        case .notSeen: .conflict
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
      case StandingError.moved, is RetryError: .conflict
      case is ClosingError: .conflict
      case is ReportError, is TimeProblem, is SimulationProblem, is StandingError, is FileProblem, is SOPFormError:
        .unprocessableContent
      default: isAboutText(error) ? .unprocessableContent : .internalServerError
      }
  }
}
