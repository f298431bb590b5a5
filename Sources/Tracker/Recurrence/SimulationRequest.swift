// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// What somebody asks a simulation for, as they typed it. What is empty is not asked for.
package struct SimulationRequest: Hashable, Sendable {
  package enum Field: String, CaseIterable, Sendable {
    case rule, since, until
    case closingAfter = "closing_after"
    case codes = "code"
    case tags = "root_cause"
  }

  private var texts: [Field: String] = [:]

  /// - Parameter text: of a field; nil where it was not sent.
  package init(_ text: (Field) -> String?) {
    for field in Field.allCases {
      // What stands around it is nobody's meaning.
      if let text = text(field)?.trimmed, !text.isEmpty { texts[field] = text }
    }
  }

  /// Empty where it was not sent.
  package subscript(_ field: Field) -> String {
    get { texts[field] ?? "" }
    set { texts[field] = newValue.isEmpty ? nil : newValue }
  }
}

/// Why a simulation is not made: what is wrong with one of the fields.
package struct SimulationProblem: Error, Equatable {
  package let field: SimulationRequest.Field
  /// A sentence.
  package let reason: String

  package var sentence: String { "\(field.rawValue): \(reason)" }
}

extension Days {
  /// How long an item is taken to stay open, as `14d`; nil for anything but 1d to 3660d.
  package init?(closingAfter text: String) {
    guard text.hasSuffix("d"), text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int(text.dropLast()), (1...3660).contains(count)
    else { return nil }
    self.init(count)
  }
}

extension Workspace {
  /// - Throws: `SimulationProblem`, which names the field.
  package func simulationQuery(_ request: SimulationRequest) throws -> SimulationQuery {
    func read<Value>(_ field: SimulationRequest.Field, _ read: (String) throws -> Value) throws -> Value? {
      guard !request[field].isEmpty else { return nil }
      do { return try read(request[field]) } catch {
        throw SimulationProblem(field: field, reason: sentence(for: error))
      }
    }
    var query = SimulationQuery()
    query.rule = try read(.rule) { try RecurrenceRule($0) }
    query.since = try read(.since, time)
    query.until = try read(.until, time)
    if let since = query.since, let until = query.until, until < since {
      throw SimulationProblem(field: .until, reason: Rejection.periodReversed(since, until).sentence)
    }
    if !request[.closingAfter].isEmpty {
      guard let days = Days(closingAfter: request[.closingAfter]) else {
        throw SimulationProblem(
          field: .closingAfter,
          reason: "\"\(request[.closingAfter])\" is no number of days from 1d to 3660d. Write it as 14d.")
      }
      query.closingAfter = days
    }
    let taxonomy = try taxonomy(at: nil).taxonomy
    for (field, kind) in [(SimulationRequest.Field.codes, RecurrenceKey.Kind.code), (.tags, .rootCause)] {
      for value in request[field].split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
        do { query.keys.append(try taxonomy.simulated(RecurrenceKey(kind, String(value)))) } catch {
          throw SimulationProblem(field: field, reason: error.sentence)
        }
      }
    }
    query.keys = Set(query.keys).sorted()
    return query
  }
}
