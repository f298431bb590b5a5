// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation

/// The same program once more, for work on bytes that nobody vouches for: libgit2 loops for ever on some damaged objects, and a crash
/// takes the child alone. It is given up when it says nothing for a minute.
struct GuardedChild {
  /// How many seconds nothing may move; `SOPWRIGHT_PATIENCE` sets it for slow disks.
  static let patience = Environment["SOPWRIGHT_PATIENCE"].flatMap { Int32($0) } ?? 60

  enum End { case done, failed, stuck }

  let end: End
  /// The values that it printed, one a line; progress is passed over.
  let values: [JSONValue]

  /// Runs the program and waits for its end. What it says on standard error goes to ours.
  init(_ arguments: [String]) throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = arguments
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    var received = Data()
    var descriptor = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    var isStuck = false
    while true {
      guard poll(&descriptor, 1, GuardedChild.patience * 1000) > 0 else {
        isStuck = true
        kill(child.processIdentifier, SIGKILL)
        break
      }
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      received.append(chunk)
    }
    child.waitUntilExit()
    end = isStuck ? .stuck : child.terminationReason == .exit && child.terminationStatus == 0 ? .done : .failed
    values = received.split(separator: UInt8(ascii: "\n")).compactMap { line in
      line.first == UInt8(ascii: ".") ? nil : try? JSONValue(parsing: [UInt8](line))  // a line that a crash cut off
    }
  }
}
