// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import HummingbirdCore
internal import Ledger
internal import NIOCore
internal import Remediation
internal import Tracker

extension Visit {
  /// In bytes. What is larger is imported where it lies, by the command line.
  private static let largestUpload = 1 << 30

  /// Takes the file of a form as it comes, and keeps it as an upload.
  /// - Throws: `Problem` where the form is not of this session, holds no file, is too large or was cut off; then nothing is kept.
  func receiveUpload() async throws -> Upload {
    guard let type = request.headers[.contentType], var parser = MultipartParser(contentType: type) else {
      throw Problem(status: .unsupportedMediaType, sentence: "Send the file with the form of the page.")
    }
    let receiver = UploadReceiver(self, try caller(), formToken: try signedIn().session?.formToken)
    do {
      var size = 0
      for try await buffer in request.body {
        size += buffer.readableBytes
        guard size <= Visit.largestUpload else {
          throw Problem(
            status: .contentTooLarge,
            sentence: "The file is larger than 1 GiB. Divide it, and send the parts one after the other.")
        }
        var events: [MultipartParser.Event] = []
        try parser.read(Array(buffer.readableBytesView)) { events.append($0) }
        for event in events { try await receiver.take(event) }
      }
      let upload = try await receiver.finish(isComplete: parser.isComplete)
      try await desk.read { try $0.accept(upload) }
      return upload
    } catch {
      await receiver.giveUp()
      throw error
    }
  }
}

/// Writes what comes into the upload's file.
private actor UploadReceiver {
  private let visit: Visit
  private let caller: Caller
  /// What the form has to carry before its file; nil for scripts.
  private let formToken: String?
  private var field = ""
  private var text: [UInt8] = []
  private var upload: Upload?
  private var file: FileHandle?

  init(_ visit: Visit, _ caller: Caller, formToken: String?) {
    self.visit = visit
    self.caller = caller
    self.formToken = formToken
  }

  func take(_ event: MultipartParser.Event) async throws {
    switch event {
    case .field(let name, let fileName):
      field = ""
      if name == "form_token" { field = name }
      guard name == "file", let fileName, !fileName.isEmpty else { return }
      field = name
      guard formToken == nil || String(decoding: text, as: UTF8.self) == formToken else {
        throw Problem.otherSession
      }
      guard upload == nil else { throw Problem(status: .badRequest, sentence: "Send one file at a time.") }
      let caller = caller
      let upload = try await visit.desk.read { try $0.newUpload(named: fileName, by: caller) }
      self.upload = upload
      // Its folder can be read by its owner alone.
      try Data().write(to: URL(fileURLWithPath: upload.exportPath))
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: upload.exportPath))
    case .bytes(let bytes):
      if field == "form_token" { text += bytes.prefix(200) }
      if field == "file" { try file?.write(contentsOf: bytes) }
    }
  }

  func finish(isComplete: Bool) throws -> Upload {
    guard let upload, let file else { throw Problem(status: .badRequest, sentence: "Choose a file first.") }
    guard isComplete else {
      throw Problem(status: .badRequest, sentence: "The file did not arrive whole. Send it again.")
    }
    try file.synchronize()
    try file.close()
    return upload
  }

  func giveUp() async {
    try? file?.close()
    guard let upload else { return }
    _ = try? await visit.desk.read { try $0.discard(upload) }
  }
}
