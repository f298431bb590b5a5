// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// How do I bring in what happened?
struct ImportPage: Page {
  private let uploads: [Upload]

  var title: String { "Bring in an export" }
  var area: Area { .exceptions }

  static func show(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    return .page(ImportPage(uploads: try await visit.desk.read { $0.uploads(by: caller) }))
  }

  /// Keeps the file, and begins to look at its columns.
  static func receive(_ visit: Visit) async throws -> Answer {
    let upload = try await visit.receiveUpload()
    visit.imports.look(at: upload, by: .best, by: try visit.caller())
    return .see("/import/\(upload.id)", notice: nil)
  }

  private func form(_ frame: Frame) -> HTML {
    """
    <form method="post" action="/import" enctype="multipart/form-data" class="stacked">
    <input type="hidden" name="form_token" value="\(frame.formToken)">
    <label for="file">The file, of at most 1 GiB</label>
    <input id="file" name="file" type="file" accept=".csv,.jsonl,.ndjson,.tsv,.txt" required>
    <button class="main">Send it</button>
    </form>
    """
  }

  func body(_ frame: Frame) -> HTML {
    let rows: [[HTML]] = uploads.map { upload in
      ["<a href=\"/import/\(upload.id)\">\(upload.name.isEmpty ? "an export" : upload.name)</a>", .time(upload.at)]
    }
    return """
      <h1>Bring in an export</h1>
      <p class="lead">A year of tickets, refunds or incidents, as your system exports it: CSV, or JSON Lines. You see what the columns \
      are taken for, and what it would open, before anything is recorded. Which system it is of, and by which map it is read, you \
      are asked on the next page.</p>
      \(frame.mayWork ? form(frame) : HTML.readsOnly)
      \(rows.isEmpty ? nil : "<h2>What you sent before</h2>\(HTML.table(["File", "Sent (UTC)"], caption: "Your uploads", rows))" as HTML?)
      """
  }
}
