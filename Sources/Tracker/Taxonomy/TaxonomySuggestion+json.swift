// SPDX-License-Identifier: Apache-2.0

package import Remediation

extension TaxonomySuggestion {
  package var json: JSONValue {
    .fields([
      "exceptions": .int(exceptions), "unreadable": .int(unreadable), "first": .text(first), "last": .text(last),
      "columns": .array(columns.map(\.json)), "people": .array(people.map(JSONValue.string)),
      "codes": .array(codes.map(\.json)), "root_causes": .array(rootCauses.map(\.json)),
      "would_open": .array(
        openings.map {
          .fields(["rule": .text($0.rule), "codes": .int($0.codes), "root_causes": .int($0.rootCauses)])
        }),
      "catch_all": catchAll.json, "alike": .array(alike.map(\.json)), "readiness": .array(readiness.map(\.json)),
      "taxonomy_version": comparedWith.map(JSONValue.int) ?? .null, "map": .string(mapText),
      "source": .fields([
        "name": .optional(source.column), "certainty": .string(source.certainty.rawValue),
        "reason": .string(source.reason),
      ]),
    ])
  }
}

extension TaxonomySuggestion.Column {
  fileprivate var json: JSONValue {
    .fields([
      "field": .string(choice.field), "column": .optional(choice.column),
      "certainty": .string(choice.certainty.rawValue),
      "reason": .string(choice.reason), "line": place.map { .int($0.line) } ?? .null, "text": .optional(place?.text),
      "runners_up": .array(
        choice.runnersUp.map { .fields(["column": .string($0.column), "text": .string($0.line)]) }),
    ])
  }
}

extension TaxonomySuggestion.Entry {
  fileprivate var json: JSONValue {
    .fields([
      "id": .string(id), "value": .string(value), "count": .int(count), "share": .share(share),
      "cumulative": .share(cumulative), "opens": .array(opens.map(JSONValue.text)),
      "standing": .string(standing.rawValue),
      "vague": .bool(isVague),
    ])
  }
}

extension TaxonomySuggestion.CatchAll {
  fileprivate var json: JSONValue {
    .fields([
      "count": .int(count), "share": .share(share), "without_value": .int(withoutValue),
      "values": .array(
        values.map {
          .fields(["value": .string($0.value), "count": .int($0.count), "opens": .array($0.opens.map(JSONValue.text))])
        }),
      "text_column": .optional(textColumn),
      "phrases": .array(phrases.map { .fields(["text": .string($0.text), "count": .int($0.count)]) }),
    ])
  }
}

extension TaxonomySuggestion.Alike {
  fileprivate var json: JSONValue {
    .fields([
      "kind": .string(kind.rawValue), "id": .string(id), "kept": .string(group.kept.text),
      "count": .int(group.kept.count),
      "others": .array(
        group.others.map {
          .fields([
            "value": .string($0.value.text), "count": .int($0.value.count),
            "difference": .string($0.difference.rawValue),
          ])
        }),
      "values": .array(lines.map(JSONValue.string)), "opens_together": .bool(opensTogether),
    ])
  }
}

extension ReadinessLine {
  fileprivate var json: JSONValue {
    .fields([
      "check": .string(check), "verdict": .string(verdict.rawValue), "finding": .string(finding),
      "remedy": .string(remedy),
    ])
  }
}

extension JSONValue {
  /// A share from 0 to 1 with three digits behind the point.
  fileprivate static func share(_ share: Double) -> JSONValue {
    let thousandths = Int((share * 1000).rounded())
    let digits = String(thousandths % 1000)
    return .decimal("\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits)
  }
}
