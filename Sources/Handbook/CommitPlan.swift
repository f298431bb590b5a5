// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// Who a commit names: `ID <ID@DOMAIN>`.
package struct Signature: Hashable, Sendable {
  package let name: String
  package let address: String

  package init(name: String, address: String) {
    self.name = name
    self.address = address
  }
}

/// A commit as values: together with its parent they determine its id.
package struct CommitPlan: Equatable, Sendable {
  /// What each path holds afterwards. Every other file of the parent stays as it is.
  package let files: [SOPPath: [UInt8]]
  package let author: Signature
  package let committer: Signature
  /// Of author and committer, whole seconds; written with the offset +0000.
  package let time: Timestamp
  /// Ends in exactly one newline.
  package let message: String

  package init(
    files: [SOPPath: [UInt8]], author: Signature, committer: Signature, time: Timestamp, message: String
  ) {
    self.files = files
    self.author = author
    self.committer = committer
    self.time = time
    self.message = message
  }

  /// Throws where git would store something else than what the plan says, or the handbook could not read it back.
  func check() throws(HandbookError) {
    func refuse(_ reason: String) -> HandbookError { .refused("write the commit", because: reason) }
    guard !files.isEmpty else { throw refuse("it would change no file") }
    for (path, bytes) in files where bytes.count > SOPDocument.largest {
      throw refuse("\(path) has \(bytes.count) bytes; an SOP has at most \(SOPDocument.largest)")
    }
    guard (0...Commit.latest.milliseconds).contains(time.milliseconds), time == time.wholeSecond else {
      throw refuse("its time must be a whole second between 1970 and 9999")
    }
    for signature in [author, committer] {
      for part in [signature.name, signature.address] {
        guard !part.isEmpty, !part.unicodeScalars.contains(where: { $0 == "<" || $0 == ">" || $0.value < 32 }) else {
          throw refuse("\"\(part)\" cannot stand in a commit's author; it is empty or holds < > or a control character")
        }
      }
    }
    let text = Array(message.utf8)
    guard text.count > 1, text.last == UInt8(ascii: "\n"), text.dropLast().last != UInt8(ascii: "\n") else {
      throw refuse("its message must end in exactly one newline")
    }
    guard !text.contains(0) else { throw refuse("its message holds a NUL character") }
  }
}

/// A commit that is in the object database, read back and equal to its plan. No ref names it yet.
package struct WrittenCommit: Equatable, Sendable {
  package let id: CommitID
  /// The commit that it was made on; nil where it is the first.
  package let parent: CommitID?
  /// The id of its root folder, 40 lower-case hexadecimal digits.
  package let tree: String
  /// The blob of each file of the plan, 40 lower-case hexadecimal digits.
  package let blobs: [SOPPath: String]
}
