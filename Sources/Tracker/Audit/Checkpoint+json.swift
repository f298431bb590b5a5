// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

extension PublishedCheckpoint {
  /// - Parameter key: the ledger's verifier key.
  package func json(key: VerifierKey) -> JSONValue {
    .fields([
      "origin": .string(key.name), "size": .int(size), "root": .string(root.base64),
      "note": .string(cosignedNote.description), "published_at": .text(publishedAt), "key": .text(key),
      "cosignatures": .array(
        cosignatures.map { .fields(["key": .text($0.key), "at": .text($0.time)]) }),
    ])
  }
}
