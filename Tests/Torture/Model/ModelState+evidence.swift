// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A row of an export.
struct FileRow: Hashable, Sendable {
  var reference: String
  /// Nil: what stands there is no time.
  var at: Int64?
  var code: String
  var tags: [String]
  var requester: Int
}

struct HeldRow: Sendable {
  enum State: Sendable { case held, released, erased }

  let file: Int
  let line: Int
  var state = State.held
}

/// What came of rows.
struct Counts: Equatable, Sendable {
  var new = 0
  var amended = 0
  var duplicate = 0
  var quarantined = 0
}

// Which rows count. docs/formats/evidence.md, map.md, taxonomy.md: "Lineage".
extension ModelState {
  /// What is recorded for a key at a time; nil where the row has to be held back.
  func recorded(_ key: Key, at time: Int64) -> Key? {
    guard let entry = taxonomy.entry(key) else { return nil }
    guard let retired = entry.retired, time >= retired * ModelState.day else { return key }
    let heirs = taxonomy.heirs(of: key).filter { taxonomy.entry($0)?.retired == nil }
    return heirs.count == 1 ? heirs[0] : nil
  }

  private func content(_ row: FileRow) -> ModelRecord.Content? {
    guard let at = row.at, let code = recorded(Key(isTag: false, id: row.code), at: at) else { return nil }
    var tags: [String] = []
    for tag in row.tags {
      guard let known = recorded(Key(isTag: true, id: tag), at: at) else { return nil }
      if !tags.contains(known.id) { tags.append(known.id) }
    }
    return ModelRecord.Content(
      at: at, code: code.id, rawCode: row.code, tags: tags, rawTags: row.tags.joined(separator: ";"))
  }

  /// Takes a file in, or the rows of it that are held back. What recurs opens afterwards.
  mutating func load(_ rows: [(line: Int, row: FileRow)], of file: Int) -> Counts {
    var counts = Counts()
    let contradicted = Dictionary(grouping: rows.map(\.row), by: \.reference).filter { Set($0.value).count > 1 }
    let erased = Set(held.filter { $0.file == file && $0.state == .erased }.map(\.line))
    for (line, row) in rows {
      guard contradicted[row.reference] == nil, let content = content(row) else {
        let known = held.first { $0.file == file && $0.line == line }
        if known == nil { held.append(HeldRow(file: file, line: line)) }
        // One that was read by another map, or erased, is passed over.
        if known.map({ $0.state == .held }) ?? true { counts.quarantined += 1 }
        continue
      }
      if erased.contains(line) {
        counts.duplicate += 1
        continue
      }
      receive(content, by: row.requester, as: "tests/\(row.reference)", &counts)
      if let index = held.firstIndex(where: { $0.file == file && $0.line == line && $0.state == .held }) {
        held[index].state = .released
      }
    }
    return counts
  }

  mutating func loadAll(of file: Int) -> Counts {
    load(files[file].enumerated().map { ($0.offset + 2, $0.element) }, of: file)
  }

  /// Tries what is held back once more.
  mutating func retry() -> Counts {
    var counts = Counts()
    for file in files.indices {
      let lines = held.filter { $0.file == file && $0.state == .held }.map(\.line).sorted()
      let part = load(lines.map { ($0, files[file][$0 - 2]) }, of: file)
      counts.new += part.new
      counts.amended += part.amended
      counts.duplicate += part.duplicate
      counts.quarantined += part.quarantined
    }
    return counts
  }

  /// Somebody records one by hand.
  /// - Returns: whether it is new, or says something else than before.
  mutating func record(_ row: FileRow) throws(Refused) -> Bool {
    let keys = [Key(isTag: false, id: row.code)] + row.tags.map { Key(isTag: true, id: $0) }
    guard let at = row.at, keys.allSatisfy({ recorded($0, at: at) == $0 }) else {
      throw Refused("a code or tag is unknown or retired")
    }
    var counts = Counts()
    let content = ModelRecord.Content(at: at, code: row.code, rawCode: row.code, tags: row.tags, rawTags: "")
    receive(content, by: row.requester, as: "manual/\(row.reference)", &counts)
    openItems()
    return counts.duplicate == 0
  }

  private mutating func receive(
    _ content: ModelRecord.Content, by requester: Int, as name: String, _ counts: inout Counts
  ) {
    guard var known = records[name] else {
      records[name] = ModelRecord(content: content, requester: requester)
      counts.new += 1
      return
    }
    if known.content == content, known.isErased || known.requester == requester {
      counts.duplicate += 1
      return
    }
    known.content = content
    if !known.isErased {
      known.earlierRequesters.insert(known.requester)
      known.requester = requester
    }
    known.revisions += 1
    records[name] = known
    counts.amended += 1
  }

  /// Takes a name out of everything that can be erased.
  mutating func erase(_ requester: Int) throws(Refused) {
    var found = commentsNaming.remove(requester) != nil
    for (name, var record) in records {
      if record.earlierRequesters.remove(requester) != nil { found = true }
      if !record.isErased, record.requester == requester {
        record.isErased = true
        found = true
      }
      records[name] = record
    }
    for index in held.indices where held[index].state != .erased {
      guard files[held[index].file][held[index].line - 2].requester == requester else { continue }
      held[index].state = .erased
      found = true
    }
    if !found { throw Refused("nothing holds it") }
  }
}
