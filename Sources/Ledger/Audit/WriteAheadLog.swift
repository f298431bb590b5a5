// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// SQLite's write-ahead log as a file (https://sqlite.org/walformat.html). SQLite reads it up to the first frame whose checksum does
/// not fit, and is silent about what follows: so damage in it takes back everything that was committed since.
struct WriteAheadLog {
  private let bytes: Data
  private let isBigEndian: Bool
  private let pageSize: Int

  private static let headerSize = 32
  private static let frameHeaderSize = 24

  /// What stands after the last frame that SQLite can read.
  enum Rest: Equatable {
    case nothing
    /// A transaction whose end is missing or cannot be read, and nothing after it: a power cut leaves this before anybody was told that
    /// it is done, and one that was taken back after SQLite had to write pages of it.
    case unfinished(frame: Int)
    /// A frame that is damaged, for more was written after its transaction, and nothing is written before that is on the disk.
    case damaged(frame: Int)
  }

  /// Nil where the file is missing, or has nothing in it.
  init?(at path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path), bytes.count > WriteAheadLog.headerSize else {
      return nil
    }
    self.bytes = bytes
    isBigEndian = bytes[3] & 1 == 1
    let size = Int(WriteAheadLog.word(bytes, 8, bigEndian: true))
    pageSize = size.nonzeroBitCount == 1 && (512...65_536).contains(size) ? size : 4096
  }

  private var frameSize: Int { WriteAheadLog.frameHeaderSize + pageSize }
  private var frames: Int { (bytes.count - WriteAheadLog.headerSize) / frameSize }

  /// Reads the whole log. The caller sees to it that nobody writes meanwhile.
  func rest() -> Rest {
    // The header is on the disk before the first frame is written.
    var sum = checksum(of: 0..<24, after: (0, 0))
    guard word(0) & ~1 == 0x377F_0682, (word(24), word(28)) == sum else {
      return frames > 0 ? .damaged(frame: 0) : .nothing
    }
    var (good, committed) = (0, 0)
    while good < frames {
      let start = place(of: good)
      let afterHeader = checksum(of: start..<start + 8, after: sum)
      let after = checksum(of: start + WriteAheadLog.frameHeaderSize..<start + frameSize, after: afterHeader)
      guard isOfThisLog(good), (word(start + 16), word(start + 20)) == after else { break }
      sum = after
      good += 1
      if endsTransaction(good - 1) { committed = good }
    }
    let rest = (good..<frames).filter(isOfThisLog)
    guard let end = rest.first(where: endsTransaction) else {
      return good > committed || endsInFrame(good) ? .unfinished(frame: committed + 1) : .nothing
    }
    return rest.contains { $0 > end } ? .damaged(frame: good + 1) : .unfinished(frame: good + 1)
  }

  private func place(of frame: Int) -> Int { WriteAheadLog.headerSize + frame * frameSize }

  /// Whether it was written since the log began anew; older ones have other salts.
  private func isOfThisLog(_ frame: Int) -> Bool {
    let start = place(of: frame)
    return (word(start + 8), word(start + 12)) == (word(16), word(20))
  }

  /// Whether the file ends in the middle of this frame, which was written since the log began anew, or too short to tell.
  private func endsInFrame(_ frame: Int) -> Bool {
    let start = place(of: frame)
    return frame == frames && bytes.count > start && (bytes.count < start + 16 || isOfThisLog(frame))
  }

  private func endsTransaction(_ frame: Int) -> Bool { word(place(of: frame) + 4) != 0 }

  private func word(_ offset: Int) -> UInt32 { WriteAheadLog.word(bytes, offset, bigEndian: true) }

  private static func word(_ bytes: Data, _ offset: Int, bigEndian: Bool) -> UInt32 {
    bytes.withUnsafeBytes { buffer in
      let raw = buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return bigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw)
    }
  }

  private func checksum(of range: Range<Int>, after sum: (UInt32, UInt32)) -> (UInt32, UInt32) {
    var (one, other) = sum
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      one &+= WriteAheadLog.word(bytes, offset, bigEndian: isBigEndian) &+ other
      other &+= WriteAheadLog.word(bytes, offset + 4, bigEndian: isBigEndian) &+ one
    }
    return (one, other)
  }
}

extension Ledger {
  /// Whether the write-ahead log can be read to its end. Where somebody writes at this moment nothing is said.
  package func auditLog() throws -> (findings: [Finding], notices: [Finding]) {
    let name = "sopwright.sqlite-wal"
    let lock: WorkspaceLock?
    do { lock = try WorkspaceLock.ifFree(lockPath) } catch { return ([], []) }
    guard let lock, let log = try WriteAheadLog(at: "\(path)-wal") else { return ([], []) }
    let rest = log.rest()
    _ = consume lock
    switch rest {
    case .nothing: return ([], [])
    case .unfinished(let frame):
      let notice = Finding(
        "log_unfinished", name,
        "From frame \(frame) on there is a transaction that has no end, or cannot be read whole, and it counts as not made. A power cut "
          + "leaves this, a command that was interrupted, and one that took back what it had written; nobody was told that it is done. "
          + "Where none of these happened, the end of the file is lost: compare what was done last, or put back a backup."
      )
      return ([], [notice])
    case .damaged(let frame):
      let finding = Finding(
        "log_damaged", name,
        "Frame \(frame) is damaged, so SQLite reads none of the transactions that were committed from there on. Put back a backup."
      )
      return ([finding], [])
    }
  }
}
