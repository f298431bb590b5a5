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
    let (child, output) = try start()
    defer { close(output) }
    var pending = Data()
    var last = ""
    var chunk = [UInt8](repeating: 0, count: 4_096)
    var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    while true {
      guard poll(&descriptor, 1, WatchedChild.patience * 1000) > 0 else {
        kill(child, SIGKILL)
        _ = WatchedChild.status(of: child)
        return .stuck
      }
      let count = read(output, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      pending.append(contentsOf: chunk[..<count])
      while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        last = String(decoding: pending[..<end], as: UTF8.self)
        pending = pending[(end + 1)...]
        onLine(last)
      }
    }
    return WatchedChild.status(of: child) == 0 ? .finished(last) : .failed
  }

  /// Not by Foundation's `Process`, which ends the program where it cannot list its own descriptors.
  /// - Returns: the process, and where its standard output can be read.
  private func start() throws -> (pid_t, Int32) {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    let failure = CocoaError(.executableLoad, userInfo: [NSFilePathErrorKey: program])
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    let words = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    guard posix_spawn(&child, program, &actions, nil, words + [nil], environ) == 0 else {
      close(ends[0])
      throw failure
    }
    return (child, ends[0])
  }

  /// Waits until it has ended; 0 where it ended well.
  private static func status(of child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { return -1 } }
    return status
  }
}
