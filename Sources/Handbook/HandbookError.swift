// SPDX-License-Identifier: Apache-2.0

import CGit2
import Glibc

/// Why the handbook could not do something: the repository refused or failed, or a text is not one that it takes.
///
/// Built in the same synchronous call as the C function that failed, because libgit2 keeps its last error per thread.
package struct HandbookError: Error, Equatable, Sendable {
  /// libgit2's code, negative; nil where the handbook itself or the operating system refused.
  package let code: Int32?
  /// What was attempted, as it follows "Cannot": `read the branch`.
  package let operation: String
  /// What was wrong, without a capital or a full stop.
  package let message: String

  /// One sentence for a person, with the remedy where there is one.
  package var sentence: String {
    guard let code else { return "Cannot \(operation): \(message)." }
    return "Cannot \(operation): \(message) (libgit2 \(code))."
  }

  private static let readingText = "read the SOP"

  /// Whether what was asked for is not there.
  var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue }

  /// Whether the text itself is at fault; anything else may be otherwise the next time.
  package var isAboutText: Bool { code == nil && operation == HandbookError.readingText }

  /// The handbook's own refusal.
  package static func refused(_ operation: String, because message: String) -> HandbookError {
    HandbookError(code: nil, operation: operation, message: message)
  }

  /// A text that is not an SOP. The line is the file's, counted from 1.
  package static func notAnSOP(line: Int? = nil, _ message: String) -> HandbookError {
    HandbookError(
      code: nil, operation: readingText, message: line.map { "line \($0) of the file: \(message)" } ?? message)
  }

  /// What libgit2 says about the call that has just failed on this thread. Takes the message, so that no later call
  /// that fails without one repeats it.
  static func libgit2(_ code: Int32, _ operation: String) -> HandbookError {
    let message = git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) }
    git_error_clear()
    return HandbookError(code: code, operation: operation, message: message ?? "the git library gave no reason")
  }

  /// What the operating system says about a call that failed with this `errno`.
  static func system(_ number: Int32, _ operation: String) -> HandbookError {
    HandbookError(code: nil, operation: operation, message: String(cString: strerror(number)))
  }
}
