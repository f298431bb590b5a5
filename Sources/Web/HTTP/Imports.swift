// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// What is done with exports that people sent: looking at the columns, trying the import, importing. What was recorded stays when the
/// server ends, and importing the same again goes on.
final class Imports: Sendable {
  enum Phase: Sendable {
    case waiting
    case working(Work, ImportProgress?)
    /// By a map that the workspace keeps, or by none.
    case looked(TaxonomySuggestion, keptMap: String?)
    case tried(ImportReport)
    case failed(Work, sentence: String)

    var isBusy: Bool { if case .working = self { true } else { false } }
  }

  enum Work: Sendable { case looking, trying, importing }

  /// By which map the columns are read at first.
  enum FirstMap: Sendable {
    /// The kept one that fits best, or else a guess.
    case best
    case guess
    case kept(String)
  }

  /// Under which name the map is kept when the import is done.
  struct Keeping: Sendable {
    let name: String
    let replacing: Bool
  }

  /// What is being worked on does not change meanwhile.
  /// - Throws: `Problem` where that is so.
  func mustBeFree(_ upload: Upload) throws {
    guard phase(of: upload).isBusy else { return }
    throw Problem(status: .conflict, sentence: "It is being worked on. Wait until that is done.")
  }

  private let workspace: Workspace
  private let work = LongWork<Phase>("imports")

  init(_ folder: String) throws { workspace = try Workspace.open(folder) }

  /// What is being done with an upload, or came of it.
  func phase(of upload: Upload) -> Phase { work.phase(of: upload.id) ?? .waiting }

  /// Finds how the columns of the export become exceptions.
  func look(at upload: Upload, by first: FirstMap, by caller: Caller) {
    start(.looking, upload) { [workspace] progress in
      let kept: KeptMap? =
        switch first {
        case .best: workspace.bestMap(for: upload.exportPath, named: upload.name)
        case .guess: nil
        case .kept(let name): try workspace.keptMap(named: name)
        }
      if let kept { try upload.keep(map: kept.text) }
      let suggestion = try Workspace.suggestTaxonomy(
        from: upload.exportPath, named: upload.name, mapPath: kept == nil ? nil : upload.mapPath, top: 20,
        in: workspace,
        at: caller.now, progress: progress)
      if kept == nil { try upload.keep(map: suggestion.mapText) }
      return .looked(suggestion, keptMap: kept?.name)
    }
  }

  /// Says what the import would do.
  func attempt(_ upload: Upload, by caller: Caller) {
    start(.trying, upload) { [workspace] progress in
      .tried(
        try workspace.tryImport(
          from: upload.exportPath, map: ExportMap(at: upload.mapPath), by: caller, progress: progress))
    }
  }

  /// What is kept is the map that was read to import by. The wish lies beside the export before the first row is recorded, so that a kill
  /// midway leaves it said.
  /// - Parameter keeping: nil keeps no map. One that cannot be kept makes it fail when all is recorded; the export stays then.
  func `import`(_ upload: Upload, keeping: Keeping?, by caller: Caller) {
    start(.importing, upload) { [workspace] progress in
      guard let text = try upload.map() else { throw UploadError.noMap }
      let wish = keeping.map { MapWish(name: $0.name, replacing: $0.replacing, map: text) }
      try upload.keep(wish: wish)
      let report = try workspace.importExceptions(
        from: upload.exportPath, map: ExportMap(text: text), by: caller, progress: progress)
      if let wish { try workspace.keepMap(wish.map, as: wish.name, replacing: wish.replacing, by: caller) }
      try workspace.finish(upload, report, keptMap: wish?.name)
      return .waiting
    }
  }

  private func start(
    _ kind: Work, _ upload: Upload, _ body: @escaping @Sendable ((ImportProgress) -> Void) throws -> Phase
  ) {
    work.start(upload.id, at: .working(kind, nil), unless: \.isBusy) { report in
      do { return try body { report(.working(kind, $0)) } } catch {
        // Where it lies on the server says nothing to whoever sent it.
        let sentence = sentence(for: error).replacing(upload.exportPath, with: upload.name)
          .replacing(upload.mapPath, with: "the map")
        return .failed(kind, sentence: sentence)
      }
    }
  }

  func forget(_ upload: Upload) { forget(upload.id) }

  /// The same of one that is gone.
  func forget(_ id: String) { work.forget(id) }
}
