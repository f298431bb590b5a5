// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

// What a person decides about an export before it is imported: the map, the source, and whether the map is kept.
extension UploadPage {
  /// Nil where the workspace keeps no map.
  func mapChoice(_ frame: Frame) -> HTML? {
    guard !keptMaps.isEmpty else { return nil }
    let chosen = keptMaps.first { $0.text == map }
    let options: [HTML] = keptMaps.map { kept in
      kept == chosen
        ? "<option value=\"\(kept.name)\" selected>\(kept.name)</option>"
        : "<option value=\"\(kept.name)\">\(kept.name)</option>"
    }
    return frame.form(
      to: "/import/\(upload.id)/look",
      """
      <div class="stacked"><label for="kept">By which map of this workspace is it read?</label>\
      <select id="kept" name="kept"><option value="">By a new one, out of its columns</option>\(options)</select>\
      <button class="quiet">Look with this map</button></div>
      """)
  }

  /// - Parameter guessed: how the source was found, where it was just looked for.
  func mapForm(_ frame: Frame, button: String, guessed: ColumnChoice? = nil) -> HTML {
    let text = typed["map"].isEmpty ? map ?? "" : typed["map"]
    let source = typed["source"].isEmpty ? map.flatMap { Upload.source(of: $0) } ?? "" : typed["source"]
    let why = guessed.map { $0.certainty == .given ? "" : " Proposed, because \($0.reason)" } ?? ""
    let said = SourceName.said(byFile: upload.name).flatMap { $0 == source || source.isEmpty ? nil : $0 }
    let doubt: HTML? = said.map {
      "<p class=\"message\">The file is called \(upload.name), which says <strong>\($0)</strong>. Is it of the system \(source)?</p>"
    }
    return frame.form(
      to: "/import/\(upload.id)/try",
      """
      <div class="stacked wide"><label for="source">The source: which system it is of, as zendesk</label>\
      <input id="source" name="source" value="\(source)" maxlength="100" autocapitalize="none" spellcheck="false" \
      aria-describedby="source-why">\
      <p class="hint" id="source-why">Rows with the same id from the same source amend one another, so two systems need two \
      sources.\(why)</p>\(doubt)\
      <label for="map">The map: how columns become exceptions. Correct what is wrong.</label>\
      <textarea id="map" name="map" rows="16" class="code" spellcheck="false">\n\(typed: text)</textarea>\
      <button class="main">\(button)</button></div>
      """)
  }

  func discardButton(_ frame: Frame) -> HTML {
    frame.button("Throw the file away", to: "/import/\(upload.id)/discard")
  }

  // MARK: What it would do

  func trial(_ report: ImportReport, _ frame: Frame) -> HTML {
    let isAllHeldBack = report.received > 0 && report.quarantined == report.received
    let warnings: [HTML] = report.warnings.map {
      "<p class=\"message problem\"><strong>Is it the same system?</strong> \($0)</p>"
    }
    return """
      <p class="lead">Nothing is recorded yet. The import would receive \(Words.count(report.received, "row")).</p>
      \(isAllHeldBack ? "<p class=\"message problem\"><strong>All rows would be held back</strong>, so the import would record no exception. Correct the map first; the reasons say what is wrong.</p>" as HTML : nil)
      \(warnings)
      \(UploadPage.counts(report))
      \(amending(report))
      \(UploadPage.heldBack(report))
      \(isAllHeldBack ? nil : openings(report))
      \(isAllHeldBack ? mapForm(frame, button: "Try it again") : nil)
      \(isAllHeldBack
        ? importForm(frame, "Import it all the same: hold all rows back", isMain: false, mayKeep: false)
        : importForm(frame, "Import it", isMain: true, mayKeep: true))
      \(isAllHeldBack ? nil : "<details><summary>Change the map or the source</summary>\(mapForm(frame, button: "Try it again"))</details>" as HTML)
      \(discardButton(frame))
      """
  }

  /// Whose exceptions change.
  private func amending(_ report: ImportReport) -> HTML? {
    guard report.amended > 0 else { return nil }
    let source = map.flatMap { Upload.source(of: $0) } ?? "this source"
    return """
      <p>\(Words.count(report.amended, "row")) would amend exceptions that are recorded already, because they have the same id and the \
      source <strong>\(source)</strong>.</p>
      """
  }

  func importForm(_ frame: Frame, _ button: String, isMain: Bool, mayKeep: Bool) -> HTML {
    frame.form(
      to: "/import/\(upload.id)/import",
      """
      <div class="stacked">\(mayKeep ? keeping : nil)\
      <button class="\(isMain ? "main" : "quiet")">\(button)</button></div>
      """)
  }

  /// What keeps the map for the next export; nothing to decide where it is kept already.
  private var keeping: HTML {
    if let kept = keptMaps.first(where: { $0.text == map }) {
      return "<p class=\"hint\">It is read by the map <strong>\(kept.name)</strong> of this workspace.</p>"
    }
    let isTyped = !typed["map_name"].isEmpty
    let name =
      isTyped
      ? typed["map_name"] : wish?.name ?? Workspace.mapName(forSource: map.flatMap { Upload.source(of: $0) } ?? "")
    let isTaken = keptMaps.contains { $0.name == name }
    // One that would take another's place is kept where somebody says so.
    let isReplaced = isTyped ? !typed["replace"].isEmpty : wish?.replacing == true
    let isKept = isTyped ? !typed["keep"].isEmpty : wish != nil || isTried && !isTaken
    let replacing: HTML? =
      isTaken
      ? """
      <p class="hint">There is a map of this name, which says something else.</p>\
      <label><input type="checkbox" name="replace" value="yes"\(isReplaced ? " checked" as HTML : nil)> Replace it</label>
      """ : nil
    return """
      <label><input type="checkbox" name="keep" value="yes"\(isKept ? " checked" as HTML : nil)> Keep this map for the next export</label>\
      <label for="map_name">as</label>\
      <input id="map_name" name="map_name" value="\(name)" maxlength="64" autocapitalize="none" spellcheck="false">\
      \(replacing)
      """
  }

  private static func counts(_ report: ImportReport) -> HTML {
    """
    <dl class="facts">
    <div><dt>New</dt><dd>\(Words.grouped(report.new))</dd></div>
    <div><dt>Amended</dt><dd>\(Words.grouped(report.amended))</dd></div>
    <div><dt>Known already</dt><dd>\(Words.grouped(report.duplicate))</dd></div>
    <div><dt>Held back</dt><dd>\(Words.grouped(report.quarantined))</dd></div>
    <div><dt>Passed over</dt><dd>\(Words.grouped(report.passedOver))</dd></div>
    </dl>
    \(report.settled > 0 ? settled(report.settled) : nil)
    """
  }

  /// What is passed over because somebody decided so before.
  static func settled(_ count: Int) -> HTML {
    """
    <p class="message">\(Words.count(count, "row")) of those passed over cannot be read and \(count == 1 ? "was" : "were") held back before: \
    <a href="\(SetAsidePage.path)">set aside</a>, erased, or read by another map.</p>
    """
  }

  private static func heldBack(_ report: ImportReport) -> HTML? {
    guard report.quarantined > 0 else { return nil }
    return """
      <h2>What would be held back</h2>
      \(HTML.table(["Rows", "Field", "Why"], numbers: [0], caption: "Rows that would be held back, by reason",
        report.heldBack.ranked.prefix(20).map { ["\($0.count)", "\($0.kind.field)", "\($0.kind.reason)"] }))
      """
  }

  private func openings(_ report: ImportReport) -> HTML {
    func list(_ items: [ItemID]) -> [HTML] {
      items.prefix(50).map { "<li>\($0.description) \(report.dryRun?[$0]?.value ?? "")</li>" }
    }
    let opened = list(report.opened)
    return """
      <h2>What it would open</h2>
      \(opened.isEmpty ? "<p>Nothing recurs that is not open already.</p>" : "<ul class=\"columns\">\(opened)</ul>" as HTML)
      """
  }
}
