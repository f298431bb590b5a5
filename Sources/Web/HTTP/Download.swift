// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Tracker

/// What a browser keeps as a file. Nothing in it can run as a part of a page.
struct Download: Sendable {
  let name: String
  let type: String
  let content: Content
  /// What is noted when a file was sent to its end.
  var whenSent: (@Sendable (Workspace) throws -> Void)? = nil

  enum Content: Sendable {
    case bytes([UInt8])
    /// A file of this size, read as it is sent.
    case file(OpenFile, size: Int64)
  }

  private static let chunk = 1 << 18

  /// - Parameter desk: where the file is read.
  func response(_ desk: Desk) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.contentDisposition] = "attachment; filename=\"\(name)\""
    switch content {
    case .bytes(let bytes):
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .file(let file, let size):
      headers[.contentLength] = String(size)
      let body = ResponseBody(contentLength: Int(size)) { writer in
        var sent: Int64 = 0
        while sent < size {
          let start = sent
          let bytes = try await desk.read { _ in file.read(at: start, upTo: Download.chunk) }
          // Cut off: whoever downloads it sees that it is shorter than was said.
          guard !bytes.isEmpty else { throw CocoaError(.fileReadCorruptFile) }
          try await writer.write(ByteBuffer(bytes: bytes))
          sent += Int64(bytes.count)
        }
        try await writer.finish(nil)
        if let whenSent { try await desk.read(whenSent) }
      }
      return Response(status: .ok, headers: headers, body: body)
    }
  }
}
