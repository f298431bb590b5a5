// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Remediation
internal import Synchronization
internal import Tracker

/// What is done with exports that people sent: looking at the columns, trying the import, importing. It takes long, so it goes on by itself
/// on a thread of its own, one after the other, whoever looks at the page meanwhile. What is known of it is gone when the server
/// ends; what was recorded stays, and importing the same again goes on.
final class Imports: Sendable {
  enum Phase: Sendable {
    case waiting
    case working(Work, ImportProgress?)
    case looked(TaxonomySuggestion)
    case tried(ImportReport)
    case failed(Work, sentence: String)
  }

  enum Work: Sendable { case looking, trying, importing }

  private let workspace: Workspace
  private let queue = DispatchQueue(label: "imports")
  private let phases = Mutex<[String: Phase]>([:])

  init(_ folder: String) throws { workspace = try Workspace.open(folder) }

  /// What is being done with an upload, or came of it.
  func phase(of upload: Upload) -> Phase { phases.withLock { $0[upload.id] ?? .waiting } }

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
    _ work: Work, _ upload: Upload, _ body: @escaping @Sendable ((ImportProgress) -> Void) throws -> Phase
  ) {
    let isFree = phases.withLock { phases in
      if case .working? = phases[upload.id] { return false }
      phases[upload.id] = .working(work, nil)
      return true
    }
    guard isFree else { return }
    queue.async {
      let phase: Phase
      do {
        phase = try body { progress in self.phases.withLock { $0[upload.id] = .working(work, progress) } }
      } catch {
        phase = .failed(work, sentence: sentence(for: error))
      }
      self.phases.withLock { $0[upload.id] = phase }
    }
  }

  func forget(_ upload: Upload) { phases.withLock { $0[upload.id] = nil } }
}
