// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// Which code or tag a value of an export stands for. Remembers values that it has seen.
struct KeyResolver {
  enum Resolution: Equatable {
    case id(String)
    case unknown
  }

  private let ids: [String: String]
  private let otherwise: String?
  private let known: Set<String>?
  private let ownsValues: Bool
  private var remembered: [String: Resolution] = [:]

  /// - Parameter entries: the taxonomy's; nil resolves to what a taxonomy made out of the export would have.
  init(_ column: ExportMap.KeyColumn, entries: [TaxonomyEntry]?) {
    ownsValues = column.values.isEmpty
    var ids: [String: String] = [:]
    if column.values.isEmpty {
      for entry in entries ?? [] where ids[entry.title.lowercased()] == nil { ids[entry.title.lowercased()] = entry.id }
    } else {
      for (value, id) in column.values { ids[value.lowercased()] = id }
    }
    self.ids = ids
    otherwise = column.otherwise
    known = entries.map { Set($0.map(\.id)) }
  }

  /// - Parameter value: nil where the export has none.
  mutating func resolve(_ value: String?) -> Resolution {
    guard let value else { return otherwise.map { checked($0) } ?? .unknown }
    if let seen = remembered[value] { return seen }
    let resolution: Resolution
    if let id = ids[value.lowercased()] {
      resolution = checked(id)
    } else if ownsValues {
      resolution = resolveOwn(value)
    } else {
      resolution = otherwise.map { checked($0) } ?? .unknown
    }
    if remembered.count < 100_000 { remembered[value] = resolution }
    return resolution
  }

  /// A value that is its own code.
  private func resolveOwn(_ value: String) -> Resolution {
    guard let known else { return .id(value) }
    let proposed = EntryID.proposed(for: value)
    if known.contains(proposed) { return .id(proposed) }
    return otherwise.map { checked($0) } ?? .unknown
  }

  private func checked(_ id: String) -> Resolution {
    known?.contains(id) == false ? .unknown : .id(id)
  }
}
