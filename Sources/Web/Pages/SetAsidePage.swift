// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// What did somebody say is no exception, and why?
struct SetAsidePage: ReadablePage {
  private let rows: [SetAsideRow]
  private let count: Int

  static let path = "/quarantine/set-aside"
  static let takingBack = ["source", "file", "lines"]
  private static let most = 1_000

  var title: String { "Set aside" }
  var area: Area { .exceptions }
  var json: JSONValue { .array(rows.map(\.json)) }

  /// - Parameter isWhole: whether all rows are read: a script gets them, as by the command line.
  private init(isWhole: Bool, _ workspace: Workspace, by caller: Caller) throws {
    rows = try workspace.rowsSetAside(limit: isWhole ? nil : SetAsidePage.most, by: caller)
    count = try workspace.setAsideCount()
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let isWhole = visit.wantsJSON
    return try await visit.read { try SetAsidePage(isWhole: isWhole, $0, by: $1) }
  }

  /// Rows of one `source`, of a `file`, or some of its `lines`, are held back again.
  static func takeBack(_ visit: Visit) async throws -> Answer {
    let (caller, form) = (try visit.caller(), visit.form)
    try await visit.desk.read { try $0.mustBeAllowedToRecord(caller) }
    let count: Int
    do {
      let choice = try HeldBackChoice(form)
      count = try await visit.desk.write { try $0.takeBackRows(choice, by: caller) }
    } catch {
      throw Refused(page: try await visit.desk.read { try SetAsidePage(isWhole: false, $0, by: caller) }, reason: error)
    }
    let done = "\(Words.count(count, "row")) held back again."
    guard !visit.wantsJSON else {
      return .json(.fields(["taken_back": .int(count), "see": "/quarantine", "done": .string(done)]))
    }
    return .see("/quarantine", notice: done)
  }

  func body(_ frame: Frame) -> HTML {
    let shown = rows.reversed().map { aside -> [HTML] in
      let (held, file) = (aside.held, aside.held.file?.description ?? "")
      let row = held.isWithheld ? "withheld" : String(decoding: held.row.raw.prefix(2_000), as: UTF8.self)
      return [
        "\(held.row.line)", "\(held.source)", "<abbr title=\"SHA-256 \(file)\">\(String(file.prefix(12)))</abbr>",
        "<code>\(row)</code>", "\(aside.reason ?? "(erased)")", "\(aside.by.text)", .time(aside.at),
        frame.mayWork
          ? frame.form(
            to: "/quarantine/take-back",
            """
            <input type="hidden" name="file" value="\(file)"><input type="hidden" name="lines" value="\(held.row.line)">\
            <button class="quiet">Hold it back again<span class="hidden">, line \(held.row.line)</span></button>
            """) : "",
      ]
    }
    return """
      <h1>Set aside</h1>
      <p class="lead">\(Words.count(count, "row")) of exports \(count == 1 ? "is" : "are") no exception\(count == 1 ? "" : "s"), \
      somebody said. <a href="/quarantine">Held back</a></p>
      \(rows.isEmpty ? nil : HTML.table(
        ["Line", "Source", "File", "Row", "Why", "Who", "When (UTC)", ""], numbers: [0], caption: "Rows that were set aside", shown))
      \(count > SetAsidePage.most ? "<p>The last \(SetAsidePage.most.description) are shown; a script gets all.</p>" : nil as HTML?)
      """
  }
}

extension HeldBackChoice {
  /// - Throws: `SettingAsideError`, `Problem`.
  init(_ form: FormFields) throws {
    let lines = form["lines"].split { $0.isWhitespace || $0 == "," }.map { Int($0) }
    guard !lines.contains(nil), !form.has("lines") || !lines.isEmpty else {
      throw Problem(
        status: .unprocessableContent,
        sentence: "lines: numbers of lines, one at least. Leave it out for all of a file.")
    }
    try self.init(
      source: form["source"].isEmpty ? nil : form["source"], file: form["file"].isEmpty ? nil : form["file"],
      lines: Set(lines.compactMap(\.self)))
  }
}
