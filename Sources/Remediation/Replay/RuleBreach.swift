// SPDX-License-Identifier: Apache-2.0

/// Why the rules would not have led to an event that is in the ledger.
package struct RuleBreach: Error, Equatable {
  /// What a command that came to this would have been told, or what is wrong with the event itself.
  package let sentence: String

  package init(_ sentence: String) {
    self.sentence = sentence
  }

  init(_ rejection: Rejection) {
    self.init(rejection.sentence)
  }

  /// What the command does that such an event is of comes to something else.
  static let saysOtherwise = RuleBreach("It says something else than what the rules come to here.")
}
