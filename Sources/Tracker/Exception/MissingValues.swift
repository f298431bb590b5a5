// SPDX-License-Identifier: Apache-2.0

/// What stands for no value. Nearly every value is longer than all of these, which is cheap to see.
struct MissingValues {
  private let values: Set<String>
  private let longest: Int

  init(_ values: Set<String>) {
    self.values = values
    longest = values.map(\.utf8.count).max() ?? 0
  }

  func contains(_ text: String) -> Bool { text.utf8.count <= longest && values.contains(text) }
}
