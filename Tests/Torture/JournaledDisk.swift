// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An ext4 file system on a loop device, whose power can be cut.
struct JournaledDisk: Sendable {
  private let image: String
  let path: String

  /// Makes an empty file system, not mounted.
  init(_ bench: Bench, megabytes: Int) throws {
    image = bench.newPath("image")
    path = bench.newPath("mount")
    try mustRun("mkdir", path)
    try mustRun("truncate", "-s", "\(megabytes)M", image)
    try mustRun("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
  }

  /// One with the same contents, of its own.
  init(copying other: JournaledDisk, _ bench: Bench) throws {
    image = bench.newPath("image")
    path = bench.newPath("mount")
    try mustRun("mkdir", path)
    try mustRun("cp", "--sparse=always", "--reflink=auto", other.image, image)
  }

  /// What the journal holds is replayed.
  func mount(_ options: String = "") throws {
    try mustRun("mount", "-t", "ext4", "-o", options.isEmpty ? "loop" : "loop,\(options)", image, path)
  }

  /// Whoever was killed may hold it for a moment.
  func unmount() throws {
    for _ in 0..<100 {
      if try ProgramRun(["umount", path]).succeeded { return }
      usleep(50_000)
    }
    try mustRun("umount", path)
  }

  func remove(_ bench: Bench) {
    bench.remove(image)
    bench.remove(path)
  }

  /// From now on nothing reaches the disk, and everything fails. What was in memory only is gone after the next mounting; the journal
  /// is not written out before.
  func cutPower() throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SpawnError(description: "\(path) cannot be opened") }
    defer { close(descriptor) }
    let shutdown: UInt = 0x8004_587D  // EXT4_IOC_SHUTDOWN
    var withoutFlushingTheLog: UInt32 = 2  // EXT4_GOING_FLAGS_NOLOGFLUSH
    guard ioctl(descriptor, shutdown, &withoutFlushingTheLog) == 0 else {
      throw SpawnError(description: "the power cannot be cut: \(String(cString: strerror(errno)))")
    }
  }
}
