// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

extension Import: ServedCommand {
  /// Sends the file, has it tried, and unless that is all, has it imported. What is interrupted stays among the person's uploads: the same
  /// command sends the file again, and what was recorded is not recorded twice.
  func execute(on server: Server) throws {
    let progress = ProgressLine()
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw FileProblem(file: file, "It cannot be read.")
    }
    progress.show("Sending \(file)")
    let place = try server.upload(file, to: "import").words("see").parts
    // The first look proposes a map; where that fails, the map that is given may do.
    try wait(for: place, on: server, progress, mayFail: true)
    if FileManager.default.fileExists(atPath: map) {
      let written = String(decoding: try foreignBytes(at: map, atMost: 1 << 20), as: UTF8.self)
      try server.post(place + ["try"], ["map": .string(written)])
    } else {
      try server.post(place + ["look"], ["kept": .string(map)])
      try wait(for: place, on: server, progress)
      try server.post(place + ["try"])
    }
    var done = try wait(for: place, on: server, progress)
    if !dryRun {
      try server.post(place + ["import"])
      done = try wait(for: place, on: server, progress)
    }
    progress.finish()
    let report = done["report"] ?? .null
    write(report, asText: ImportText.whole)
    try server.post(place + ["discard"])
    if case .integer(let line)? = report["cut_at_line"] {
      throw ServerProblem(ImportText.cut(file, Int(line), isTrial: dryRun))
    }
  }

  /// Waits until nothing is being done with the upload.
  /// - Throws: `ServerProblem` where what was done failed, unless it may.
  @discardableResult
  private func wait(
    for place: [String], on server: Server, _ progress: ProgressLine, mayFail: Bool = false
  ) throws -> JSONValue {
    while true {
      let upload = try server.get(place)
      switch upload.words("state") {
      case "looking", "trying", "importing":
        progress.show("The server is \(upload.words("state"))")
        Thread.sleep(forTimeInterval: 0.2)
      case "failed" where !mayFail:
        progress.finish()
        throw ServerProblem(upload["report"]?.words("detail") ?? "It failed.")
      default: return upload
      }
    }
  }
}
