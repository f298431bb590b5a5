// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// What a restore has to know of the workspace whose place it takes.
package struct Predecessor: Equatable, Sendable {
  /// One erasure, to be done again in what is restored.
  struct Erasure: Equatable, Sendable {
    let position: Int
    let person: PersonID?
    let rows: ErasedRows
  }

  let origin: String
  let size: Int
  /// Signed notes of the newest checkpoints: of the database, and of the copies in git.
  let checkpoints: [String]
  let erasures: [Erasure]

  package var json: JSONValue {
    .fields([
      "origin": .string(origin), "size": .int(size), "checkpoints": .array(checkpoints.map(JSONValue.string)),
      "erasures": .array(
        erasures.map {
          .fields([
            "position": .int($0.position), "person": $0.person.map(JSONValue.text), "rows": $0.rows.json,
          ])
        }),
    ])
  }

  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    origin = try fields.string("origin")
    size = try fields.int("size")
    checkpoints = try fields.strings("checkpoints")
    erasures = try fields.array("erasures").map { (value) throws(DecodingFailure) in
      let erasure = Fields(value)
      return Erasure(
        position: try erasure.int("position"), person: try erasure.optionalPerson("person"),
        rows: try ErasedRows(json: erasure.value("rows")))
    }
  }

  /// Reads a workspace as far as that is needed. What is damaged may throw, or keep this for ever: to be called in a
  /// process of its own.
  package init(of workspace: Workspace) throws {
    let copy = try workspace.handbook.lastCheckpointCopy()
    (origin, size, checkpoints, erasures) = try workspace.ledger.read { reader in
      let last = try reader.lastCheckpoint()
      let erasures = try reader.erasures().map {
        Erasure(position: $0.position, person: $0.erased.person, rows: try reader.erasedRows([.erased($0.erased)]))
      }
      let notes = [last?.note.bytes, copy?.note].compactMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
      return (try reader.origin(), try reader.treeHead().size, notes, erasures)
    }
  }
}
