// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// What is done with exports that people sent: looking at the columns, trying the import, importing. What was recorded stays when the
/// server ends, and importing the same again goes on.
final class Imports: Sendable {
  enum Phase: Sendable {
    case waiting
    case working(Work, ImportProgress?)
    case looked(TaxonomySuggestion)
    case tried(ImportReport)
    case failed(Work, sentence: String)

    var isBusy: Bool { if case .working = self { true } else { false } }
  }

  enum Work: Sendable { case looking, trying, importing }

  private let workspace: Workspace
  private let work = LongWork<Phase>("imports")

  init(_ folder: String) throws { workspace = try Workspace.open(folder) }

  /// What is being done with an upload, or came of it.
  func phase(of upload: Upload) -> Phase { work.phase(of: upload.id) ?? .waiting }

  /// Guesses how the columns of the export become exceptions.
  func look(at upload: Upload, by caller: Caller) {
    start(.looking, upload) { [workspace] progress in
      let suggestion = try Workspace.suggestTaxonomy(
        from: upload.exportPath, mapPath: nil, top: 20, in: workspace, at: caller.now, progress: progress)
      try upload.keep(map: suggestion.mapText)
      return .looked(suggestion)
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

  func `import`(_ upload: Upload, by caller: Caller) {
    start(.importing, upload) { [workspace] progress in
      let report = try workspace.importExceptions(
        from: upload.exportPath, map: ExportMap(at: upload.mapPath), by: caller, progress: progress)
      try workspace.finish(upload, report)
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

  func forget(_ upload: Upload) { work.forget(upload.id) }
}
