// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

extension Import: ServedCommand {
  /// Sends the file, has it tried, and unless that is all, has it imported; then the server throws its copy away, also where something
  /// goes wrong. What was recorded before that counts, and the same command records it no second time.
  func execute(on server: Server) throws {
    let progress = ProgressLine()
    let written = try writtenMap()
    guard !file.utf8.contains(UInt8(ascii: "\n")) else {
      throw FileProblem(file: file, "Its name has a line feed, with which it cannot be sent. Give it another name.")
    }
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw FileProblem(file: file, "It cannot be read.")
    }
    progress.show("Sending \(file)")
    let upload = ServedUpload(
      place: SOP.parts(of: String(try server.upload(file, to: "import").words("see").dropFirst())), server: server,
      progress: progress)
    defer { _ = try? upload.do("discard") }  // what stays goes by itself after a week
    let report: JSONValue
    do {
      defer { progress.finish() }
      report = try run(upload, written)
    }
    write(report, asText: ImportText.whole)
    if case .integer(let line)? = report["cut_at_line"] {
      throw ServerProblem(ImportText.cut(file, Int(line), isTrial: dryRun))
    }
  }

  /// The text of the map where it is a file here; nil where it is the name of one that the workspace keeps.
  private func writtenMap() throws -> String? {
    guard !map.allSatisfy(\.isWhitespace) else {
      throw ValidationError("--map is empty. Name a file, or a map that the workspace keeps.")
    }
    guard FileManager.default.fileExists(atPath: map) else { return nil }
    let bytes = try foreignBytes(at: map, atMost: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileProblem(file: map, "The file is not UTF-8 text.")
    }
    guard !text.allSatisfy(\.isWhitespace) else { throw FileProblem(file: map, "The file says nothing.") }
    return text
  }

  /// - Returns: the report.
  private func run(_ upload: ServedUpload, _ written: String?) throws -> JSONValue {
    // The first look proposes a map; where that fails, the map that is given may do.
    try upload.wait(for: ["looked", "failed"])
    if let written {
      try upload.do("try", ["map": .string(written)])
    } else {
      try upload.do("look", ["kept": .string(map)])
      try upload.wait(for: ["looked"])
      try upload.do("try")
    }
    var done = try upload.wait(for: ["tried"])
    if !dryRun {
      try upload.do("import")
      done = try upload.wait(for: ["done"])
    }
    guard let report = done.object("report") else {
      throw ServerProblem(
        "The server does not say what came of it. Give the command again: what is recorded counts once.")
    }
    return report.without("map_kept")
  }
}

/// A file that was sent to a server.
private struct ServedUpload {
  let place: [String]
  let server: Server
  let progress: ProgressLine

  /// For so many seconds a server that does not answer may be one that is being started anew.
  private static let patience = 30.0

  func `do`(_ name: String, _ fields: KeyValuePairs<String, JSONValue?> = [:]) throws {
    try server.post(place + [name], fields)
  }

  /// Waits until nothing is being done with it.
  /// - Throws: `ServerProblem` where what was done failed, or the server ended meanwhile.
  @discardableResult
  func wait(for states: [String]) throws -> JSONValue {
    var silentSince: Date?
    while true {
      let upload: JSONValue
      do {
        upload = try server.get(place, having: "state")
        silentSince = nil
      } catch let problem as ServerProblem {
        let since = silentSince ?? Date()
        silentSince = since
        guard Date().timeIntervalSince(since) < ServedUpload.patience, problem.isSilence else {
          throw ServerProblem(
            "\(problem.sentence) The file was being worked on. Give the command again: what is recorded counts once.")
        }
        Thread.sleep(forTimeInterval: 1)
        continue
      }
      let state = upload.words("state")
      if states.contains(state) { return upload }
      switch state {
      case "looking", "trying", "importing":
        progress.show("The server is \(state)")
        Thread.sleep(forTimeInterval: 0.2)
      case "failed": throw ServerProblem(upload["report"]?.words("detail") ?? "It failed.")
      default:
        throw ServerProblem(
          "The server was started anew while it worked on the file. Give the command again: what is recorded counts once."
        )
      }
    }
  }
}
