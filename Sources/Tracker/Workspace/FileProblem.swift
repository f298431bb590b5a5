// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a file that a person wrote: where, and what to do.
package struct FileProblem: Error, Equatable, Sendable {
  package let file: String
  /// From 1 on; nil where it is about the whole file.
  package let line: Int?
  /// A sentence without its place, ending in a full stop.
  package let problem: String

  package init(file: String, line: Int? = nil, _ problem: String) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  package var sentence: String { line.map { "\(file):\($0): \(problem)" } ?? "\(file): \(problem)" }
}
