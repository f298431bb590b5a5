// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
internal import Remediation

/// A map that the workspace keeps in `taxonomy/maps`, for the next export of its source.
package struct KeptMap: Equatable, Sendable {
  /// Of its file, without `.yaml`.
  package let name: String
  package let source: String
  package let text: String
  let map: ExportMap

  package static func == (one: KeptMap, other: KeptMap) -> Bool { one.name == other.name && one.text == other.text }
}

/// Why a map cannot be taken or kept.
package enum KeptMapError: Error, Equatable, Sendable {
  case unknown(String)
  case name(String)
  case different(String)
  case source(String)
  case twoSources(map: String, field: String)
  case cannotBeWritten(String, reason: String)

  package var sentence: String {
    switch self {
    case .unknown(let name): "There is no map \(name.quoted) in taxonomy/maps. Choose another."
    case .name(let name):
      "\(name.quoted) cannot be the name of a map. Take up to 64 letters, digits, dashes, points and underscores, a letter or digit first."
    case .different(let name):
      "There is a map \(name.quoted) already, which says something else. Take another name, or say that it may be replaced."
    case .source(let name):
      "\(name.quoted) cannot be a source. Take letters, digits and dashes, as zendesk; \(Workspace.manualSource) is what people record by hand."
    case .twoSources(let map, let field):
      "The map names the source \(map.quoted), and the field beside it \(field.quoted). Write the same into both."
    case .cannotBeWritten(let name, let reason):
      "The map \(name.quoted) could not be kept: \(reason). What was imported is recorded. Import it again to keep the map, or leave it."
    }
  }
}

extension Workspace {
  private var mapsFolder: String { "\(taxonomyFolder)/maps" }

  /// The maps in `taxonomy/maps` that can be read, by name.
  package func keptMaps() -> [KeptMap] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: mapsFolder)) ?? []  // there need not be any
    return files.filter { $0.hasSuffix(".yaml") && Workspace.isMapName(String($0.dropLast(5))) }.sorted().compactMap {
      // One that cannot be read is told where somebody uses it.
      try? keptMap(String($0.dropLast(5)))
    }
  }

  /// - Throws: `KeptMapError.unknown`; `FileProblem` where it is no map.
  package func keptMap(named name: String) throws -> KeptMap {
    guard Workspace.isMapName(name), FileManager.default.fileExists(atPath: "\(mapsFolder)/\(name).yaml") else {
      throw KeptMapError.unknown(name)
    }
    return try keptMap(name)
  }

  private func keptMap(_ name: String) throws -> KeptMap {
    let path = "\(mapsFolder)/\(name).yaml"
    let map = try ExportMap(YAMLFile(at: path, named: "\(name).yaml"))
    return KeptMap(name: name, source: map.source, text: String(decoding: map.bytes, as: UTF8.self), map: map)
  }

  /// The kept map all of whose columns the export has: one of the source that the file's name says before others, then the one with most
  /// columns; nil where none fits.
  /// - Parameter name: what the file is called where it comes from; nil takes the path's.
  package func bestMap(for export: String, named name: String? = nil) -> KeptMap? {
    var header = ExportHeader(export)
    let source = SourceName.guess(file: name ?? export).column
    func rank(_ kept: KeptMap) -> (Int, Int) { (kept.source == source ? 1 : 0, kept.map.columns.count) }
    return keptMaps().filter { header.fits($0.map) }.max { rank($0) < rank($1) }
  }

  /// Judges whether a map could be kept, before what it is kept for is done.
  /// - Throws: `KeptMapError`, `FileProblem` where the text is no map.
  package func mustBeKeepable(_ text: String, as name: String, replacing: Bool) throws {
    guard Workspace.isMapName(name) else { throw KeptMapError.name(name) }
    _ = try ExportMap(YAMLFile(Array(text.utf8), named: "the map"))
    let path = "\(mapsFolder)/\(name).yaml"
    guard !replacing, FileManager.default.fileExists(atPath: path) else { return }
    guard FileManager.default.contents(atPath: path) == Data(text.utf8) else { throw KeptMapError.different(name) }
  }

  /// Keeps a map in `taxonomy/maps`: whole and on the disk when this returns. What is the same already stays as it is.
  /// - Parameter replacing: whether a map of that name that says something else goes.
  /// - Throws: `Rejection` where the caller may not import; what `mustBeKeepable` throws; `KeptMapError.cannotBeWritten`.
  package func keepMap(_ text: String, as name: String, replacing: Bool, by caller: Caller) throws {
    try ledger.read { try $0.actor(caller).mayWork() }
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    try withExtendedLifetime(lock) {
      try mustBeKeepable(text, as: name, replacing: replacing)
      let path = "\(mapsFolder)/\(name).yaml"
      guard FileManager.default.contents(atPath: path) != Data(text.utf8) else { return }
      do {
        try makeFolders(to: mapsFolder)
        try DurableFile.replace(path, mode: 0o666, Array(text.utf8))
      } catch let failure as FileFailure {
        throw KeptMapError.cannotBeWritten(name, reason: failure.reason)
      } catch {
        throw KeptMapError.cannotBeWritten(name, reason: error.localizedDescription)
      }
    }
  }

  /// What a map is kept as at first: its source, as far as a file may be called so.
  package static func mapName(forSource source: String) -> String {
    isMapName(source) ? source : SourceName.guess(file: "\(source).yaml").column ?? SourceName.fallback
  }

  /// No path leads out of the folder by such a name, and no shell takes it for an option.
  static func isMapName(_ name: String) -> Bool {
    guard (1...64).contains(name.utf8.count), let first = name.first, first.isASCII, first.isLetter || first.isNumber
    else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

/// The names of an export's columns, read as a map would read them.
private struct ExportHeader {
  private let path: String
  /// Of JSON Lines, for which no map matters: read as far as a map asks for, once for all of them.
  private var lines: Lines?

  private struct Lines {
    let reader: JSONLinesReader
    var record = JSONRecord()
    var paths = JSONPaths()
    /// Nobody reads a whole file only to see which map fits: what happened and when is in nearly every line.
    var left = ExportSample.size
  }

  init(_ path: String) { self.path = path }

  /// Whether the file has all columns of a map; of JSON Lines, where any may be absent, those that say what happened and when.
  mutating func fits(_ map: ExportMap) -> Bool {
    // A file that cannot be read fits no map; what is wrong with it is said when its columns are looked at.
    switch ExportFormat(of: path) {
    case .csv:
      guard var rows = try? UnmappedRows(path, delimiter: map.delimiter, paths: []),
        let header = try? rows.header(map.encoding)
      else { return false }
      return Set(map.columns).isSubset(of: header.compactMap { $0 })
    case .jsonLines:
      return hasPaths(Set(map.id + [map.occurredAt.column] + map.code.columns))
    }
  }

  private mutating func hasPaths(_ wanted: Set<String>) -> Bool {
    guard
      var lines = lines
        ?? (try? JSONLinesReader(path: path, columns: [], wantsContent: true)).map({ Lines(reader: $0) })
    else { return false }
    while !wanted.isSubset(of: lines.paths.all), lines.left > 0, (try? lines.reader.next(&lines.record)) == true {
      lines.paths.add(lines.record)
      lines.left -= 1
    }
    self.lines = lines
    return wanted.isSubset(of: lines.paths.all)
  }
}
