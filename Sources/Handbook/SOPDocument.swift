// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// One version of an SOP, as git has it.
package struct SOPDocument: Equatable, Sendable {
  /// The most bytes that an SOP may have.
  package static let largest = 1 << 20

  package let path: SOPPath
  /// The blob's id, 40 lower-case hexadecimal digits.
  package let blob: String
  /// The file as it is, at most `largest` bytes; not checked to be an SOP. `ParsedSOP` does that.
  package let bytes: [UInt8]

  package init(path: SOPPath, blob: String, bytes: [UInt8]) {
    self.path = path
    self.blob = blob
    self.bytes = bytes
  }
}

/// Where an SOP is in a commit, without its content.
package struct SOPFile: Equatable, Sendable {
  package let path: SOPPath
  /// The blob's id, 40 lower-case hexadecimal digits.
  package let blob: String
}

/// What stands at a path in a commit: what the gate needs to know before an SOP is written there.
package struct PathEntry: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// Nothing is there.
    case absent
    /// A regular file, executable or not.
    case file(blob: String)
    case folder
    case symlink
    case submodule
  }

  package let kind: Kind
  /// A beginning of the path that is no folder, so that nothing can be below it: `refunds` of `refunds/a.md`.
  package let obstacle: String?
  /// Another path in the commit that differs from this one only by case or by Unicode normalization: some file systems
  /// cannot hold both.
  package let twin: String?
}

/// An SOP that differs between two commits.
package struct FileChange: Equatable, Sendable {
  package let path: SOPPath
  /// The blob before, 40 lower-case hexadecimal digits; nil where the SOP is new.
  package let oldBlob: String?
  /// The blob after; nil where the SOP is gone.
  package let newBlob: String?
}
