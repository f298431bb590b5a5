// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// Two versions of the taxonomy, compared.
package struct TaxonomyComparison: Sendable {
  /// A version that was adopted, or what stands in the files.
  package enum Side: Equatable, Sendable, CustomStringConvertible {
    case version(Int)
    case files

    package var description: String {
      switch self {
      case .version(let number): "version \(number)"
      case .files: "the files"
      }
    }

    fileprivate var json: JSONValue {
      switch self {
      case .version(let number): .int(number)
      case .files: "files"
      }
    }
  }

  package let from: Side
  package let to: Side
  package let difference: TaxonomyDifference
  /// For adopting exactly this; nil where it leads to no files.
  package let seen: SeenTaxonomy?

  package var json: JSONValue {
    JSONValue.fields(["from": from.json, "to": to.json]).merging(difference.json)
  }
}

extension Workspace {
  /// What changes from one version of the taxonomy to another.
  /// - Parameters:
  ///   - from: a version's number, or `files`; nil for the version in force.
  ///   - to: the same; nil for the files.
  /// - Throws: `Rejection.unknownTaxonomyVersion`; `FileProblem` where the files cannot be read.
  package func compareTaxonomies(from: String?, to: String?) throws -> TaxonomyComparison {
    try ledger.read { reader in
      let inForce = try reader.requiredTaxonomy()
      func side(_ text: String) throws -> (TaxonomyComparison.Side, Taxonomy, SeenTaxonomy?) {
        if text == "files" {
          let files = try TaxonomyFiles(folder: taxonomyFolder)
          return (.files, files.taxonomy, SeenTaxonomy(version: inForce.version, files))
        }
        guard let number = Int(text), let adopted = try reader.taxonomy(version: number) else {
          throw Rejection.unknownTaxonomyVersion(text, newest: inForce.version)
        }
        return (.version(number), adopted.taxonomy, nil)
      }
      let (before, old, _) = try side(from ?? String(inForce.version))
      let (after, new, seen) = try side(to ?? "files")
      return TaxonomyComparison(from: before, to: after, difference: old.difference(to: new), seen: seen)
    }
  }
}

extension TaxonomyDifference {
  package var json: JSONValue {
    .fields([
      "added": .array(added.map(\.json)), "removed": .array(removed.map(\.json)),
      "retired": .array(
        retired.map { entry in
          .fields([
            "kind": .string(entry.key.kind.rawValue), "id": .string(entry.key.value), "title": .string(entry.title),
            "on": .text(entry.on), "heirs": .array(entry.heirs.map { .string($0.value) }),
          ])
        }),
      "changed": .array(
        changed.map { change in
          .fields([
            "kind": .string(change.kind.rawValue), "id": .string(change.id), "field": .string(change.field),
            "from": change.from ?? .null, "to": change.to ?? .null,
          ])
        }),
      "governs": .bool(governs),
    ])
  }
}

extension TaxonomyDifference.Entry {
  fileprivate var json: JSONValue {
    .fields([
      "kind": .string(kind.rawValue), "id": .string(id), "title": .optional(title),
      "replaces": .array(replaces.map(JSONValue.string)),
    ])
  }
}
