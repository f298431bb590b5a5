// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import Tracker

/// A trace as a table to take along. It may be of all exceptions, so it is written on a thread of its own.
enum TraceFile {
  /// How many tables may wait or be written at once; and of those how many for one person.
  static let most = 8
  static let mostEach = 2

  static func answer(_ visit: Visit) async throws -> Answer {
    guard let what = visit.query("what") else {
      throw Problem(status: .badRequest, sentence: "Say what is to be traced: /trace.csv?what=code:RF-01.")
    }
    let (file, size) = try await visit.traces.work(for: visit.signedIn().person) { try write(what, $0) }
    let name = what.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
    return .download(
      Download(
        name: "trace-\(String(name.prefix(80))).csv", type: "text/csv; charset=utf-8", content: .file(file, size: size))
    )
  }

  static func address(_ what: String) -> String { "/trace.csv?what=\(what.asQuery)" }

  /// It may be a million lines, so it is a file, which nobody else can read and which is gone when it is sent.
  private static func write(_ what: String, _ workspace: Workspace) throws -> (OpenFile, size: Int64) {
    let path = "\(NSTemporaryDirectory())sopwright-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }  // it is in the system's temporary folder
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path), let file = OpenFile(path)
    else { throw CocoaError(.fileWriteUnknown) }
    var size: Int64 = 0
    var waiting = Data()
    func flush() throws {
      try handle.write(contentsOf: waiting)
      size += Int64(waiting.count)
      waiting.removeAll(keepingCapacity: true)
    }
    try workspace.traceTable(what) { line in
      waiting.append(contentsOf: line)
      if waiting.count >= 1 << 18 { try flush() }
    }
    try flush()
    try handle.close()
    return (file, size)
  }
}
