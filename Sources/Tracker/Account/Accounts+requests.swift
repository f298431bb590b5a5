// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

// Requests that scripts send under a key of their own.
extension Accounts {
  /// How long a key is remembered, in milliseconds.
  private static let requestLasts: Int64 = 86_400_000

  private static func digest(_ key: String, _ person: PersonID) -> Digest {
    MerkleTree.sha256(Array("\(person) \(key)".utf8))
  }

  /// Takes note that a request begins, durably, before it does anything.
  /// - Returns: the one that this person sent under the same key in the last day; nil where this is the first.
  package func begin(
    request key: String, of person: PersonID, fingerprint: Digest, at now: Timestamp
  ) throws -> KeyedRequest? {
    try store.begin(request: Accounts.digest(key, person), of: person, fingerprint: fingerprint, at: now)
  }

  /// What came of it: the same is said to whoever sends it again.
  package func keep(answer: [UInt8], ofRequest key: String, of person: PersonID) throws {
    try store.keep(answer: answer, ofRequest: Accounts.digest(key, person))
  }

  /// It was refused, so it may be sent again.
  package func forget(request key: String, of person: PersonID) throws {
    try store.forget(request: Accounts.digest(key, person))
  }

  package func removeOldRequests(at now: Timestamp) throws {
    try store.removeRequests(begunBefore: Timestamp(milliseconds: now.milliseconds - Accounts.requestLasts))
  }
}
