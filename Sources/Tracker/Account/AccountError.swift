// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// Why somebody cannot sign in.
package enum AccountError: Error, Equatable, Sendable {
  case wrongSignIn
  case wrongPassword
  case wrongPasswordOrCode
  case wrongCode
  case authenticatorRequired
  case nothingOffered
  case lockedUntil(Timestamp)
  case passwordTooShort
  case passwordTooLong
  case passwordObvious
  case passwordsDiffer
  case linkUnknown
  case noAdministrator
  case tokenName
  case tokenDays

  package var sentence: String {
    switch self {
    case .wrongSignIn:
      "The name, the password or the code is wrong. Whoever has forgotten theirs asks an administrator for a link."
    case .wrongPassword: "That is not your password."
    case .wrongPasswordOrCode:
      "The password or the code does not fit. Each code counts once: after signing in, wait for the next."
    case .authenticatorRequired:
      "Whoever works here must have an authenticator, so it cannot be taken away. Set up another in its place."
    case .wrongCode:
      "That code does not fit. Take the one that your authenticator shows now, and see that its clock is right."
    case .nothingOffered: "There is no key to confirm. Begin with setting up an authenticator again."
    case .lockedUntil(let time): "There were too many wrong passwords or codes. Try again after \(time)."
    case .passwordTooShort:
      "The password is too short. Take at least \(Password.fewest) characters: a few words will do."
    case .passwordTooLong: "The password is too long. Take at most \(Password.most) characters."
    case .passwordObvious:
      "That password is easy to guess, or many have it. Take a few words that have nothing to do with this place."
    case .passwordsDiffer: "The two passwords differ. Write the same one twice."
    case .linkUnknown:
      "This link does not work: it was used, or its time is over. Ask an administrator for a new one."
    case .noAdministrator:
      "Nobody here is an administrator. Add one to taxonomy/people.yaml, then: sopwright taxonomy adopt"
    case .tokenName: "Name the token, in at most 80 characters, by what will use it."
    case .tokenDays:
      "A token is valid for \(Accounts.tokenDays.lowerBound) to \(Accounts.tokenDays.upperBound) days."
    }
  }
}
