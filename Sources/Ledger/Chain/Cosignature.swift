// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// cosignature/v1 of c2sp.org/tlog-cosignature: a cosigner says that at a time this was the largest tree that it had seen of the ledger,
/// and that the tree had only grown since it saw it before.
enum Cosignature {
  /// What is signed: two lines of its own, then the checkpoint's text.
  static func message(_ text: [UInt8], at time: Timestamp) -> [UInt8] {
    Array("cosignature/v1\ntime \(time.seconds)\n".utf8) + text
  }

  /// What stands in the signature line behind the key's id.
  static func content(_ signature: [UInt8], at time: Timestamp) -> [UInt8] {
    withUnsafeBytes(of: UInt64(time.seconds).bigEndian) { Array($0) } + signature
  }

  /// The time, and the 64 bytes of the signature. Nil where there are others, or the time is beyond what an instant here can be.
  static func parts(of content: [UInt8]) -> (time: Timestamp, signature: [UInt8])? {
    guard content.count == 72 else { return nil }
    let seconds = content.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard seconds <= UInt64(Int64.max) / 1000 else { return nil }
    return (Timestamp(seconds: Int64(seconds)), Array(content.dropFirst(8)))
  }
}
