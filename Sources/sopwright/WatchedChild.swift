// SPDX-License-Identifier: Apache-2.0

import Foundation

/// This program again, as a process of its own, for work that may never end: libgit2 loops for ever on some damaged
/// objects. It is given up when it prints nothing for a minute.
struct WatchedChild {
  enum Outcome {
    /// It ended well; the last line that it printed.
    case finished(String)
    case failed
    case stuck
  }

  let arguments: [String]
  /// How many seconds nothing may move; `SOPWRIGHT_PATIENCE` sets it for slow disks.
  private static let patience = Environment["SOPWRIGHT_PATIENCE"].flatMap { Int32($0) } ?? 60

  /// Its errors go to standard error.
  /// - Parameter onLine: called with each line that it prints.
  func run(onLine: (String) -> Void = { _ in }) throws -> Outcome {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = arguments
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    var pending = Data()
    var last = ""
    var descriptor = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while true {
      guard poll(&descriptor, 1, WatchedChild.patience * 1000) > 0 else {
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        return .stuck
      }
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      pending.append(chunk)
      while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        last = String(decoding: pending[..<end], as: UTF8.self)
        pending = pending[(end + 1)...]
        onLine(last)
      }
    }
    child.waitUntilExit()
    return child.terminationStatus == 0 ? .finished(last) : .failed
  }
}
