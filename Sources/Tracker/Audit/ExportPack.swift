// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

/// What an export wrote.
package struct ExportedPack: Equatable, Sendable {
  package var events = 0
  package var exceptions = 0
  package var items = 0
  package var documents = 0
  /// Events after the last checkpoint: no signature covers them.
  package var unsigned = 0

  package var json: JSONValue {
    .fields([
      "events": .int(events), "exceptions": .int(exceptions), "items": .int(items), "documents": .int(documents),
      "unsigned_events": .int(unsigned),
    ])
  }
}

extension Workspace {
  /// Writes an audit pack: everything that somebody needs to check the record without the workspace, and without us.
  /// `docs/formats/pack.md` has its files.
  ///
  /// Reads one state of the record; what others write meanwhile is not in the pack. The same state gives the same bytes. Takes memory
  /// for the ledger's digests, not for the exceptions. A crash midway leaves `FOLDER.unfinished`, which the next export clears away.
  /// - Parameters:
  ///   - folder: new or empty.
  ///   - withPersonal: whether what identifies people goes along: requester, approver, rationale, inputs.
  ///   - progress: exceptions written, of all; twice, for they are in two files.
  /// - Throws: `PackError`; `LedgerError.damaged` where an event cannot be read.
  package func export(
    to folder: String, withPersonal: Bool = false, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> ExportedPack {
    var pack = try PackWriter(to: folder)
    var exported = ExportedPack()
    // Before the record, for a checkpoint is copied after it is recorded: so a copy that the record does not know shows a rollback.
    let copy = try handbook.lastCheckpointCopy()
    try ledger.read { reader in
      let named = try write(events: reader, to: &pack, &exported)
      try write(texts: named.texts, reader, to: &pack)
      for digest in named.documents {
        guard let bytes = try reader.document(digest) else { continue }  // who verifies the pack finds it missing
        try pack.write(PackPart.document(digest), bytes)
        exported.documents += 1
      }
      let total = try reader.recordCount()
      try pack.write(PackPart.records) { file in
        try reader.forEachRecord { record in
          try file.write(line: record.canonicalBytes)
          exported.exceptions += 1
          if exported.exceptions % 1000 == 0 { progress(exported.exceptions, 2 * total) }
        }
      }
      if withPersonal { try write(personal: reader, to: &pack) }
      for table in PackTable.allCases {
        var lines = 0
        try pack.write(PackPart.table(table)) { file in
          try table.forEachLine(reader) { line in
            try file.write(line)
            lines += 1
            if lines % 1000 == 0, table == .exceptions { progress(total + lines, 2 * total) }
          }
        }
        if table == .items { exported.items = lines - 1 }
      }
      try pack.write(PackPart.key, Array("\(verifierKey())\n".utf8))
      let checkpoints = try reader.checkpoints()
      exported.unsigned = exported.events - (checkpoints.last?.size ?? 0)
      try pack.write(PackPart.checkpoint, checkpoints.last?.cosignedNote.bytes ?? [])
      try pack.write(PackPart.checkpoints) { file in
        for checkpoint in checkpoints { try file.write(line: PackCheckpoint(checkpoint).json.canonicalBytes) }
      }
      if let note = checkpoints.last?.cosignedNote {
        try PackReceipts.forEach(reader, note) { name, bytes in try pack.write(name, bytes) }
      }
      try writeHandbook(reader, copy, to: &pack)
      try pack.write(
        PackPart.about,
        try PackAbout(reader, branch: handbook.branch(), hasPersonal: withPersonal).json.canonicalBytes + [10])
    }
    try pack.write(PackPart.readme, PackageResources.README_md)
    try pack.finish()
    return exported
  }

  private func write(
    events reader: LedgerReader, to pack: inout PackWriter, _ exported: inout ExportedPack
  ) throws -> (documents: [Digest], texts: [Digest]) {
    var documents: Set<Digest> = []
    var texts: Set<Digest> = []
    try pack.write(PackPart.events) { file in
      try reader.forEachLeaf { position, leaf in
        do {
          let event = try RecordedEvent(canonicalBytes: leaf).event
          documents.formUnion(event.documents)
          texts.formUnion(event.texts)
        } catch let error as DecodingFailure {
          throw PackError.damaged("the event at position \(position) cannot be read. \(error.sentence)")
        }
        try file.write(line: leaf)
        exported.events += 1
      }
    }
    return (documents.inOrder, texts.inOrder)
  }

  private func write(texts: [Digest], _ reader: LedgerReader, to pack: inout PackWriter) throws {
    try pack.write(PackPart.texts) { file in
      for digest in texts {
        guard let text = try reader.erasableText(digest) else { continue }
        try file.write(line: PackText(text).json.canonicalBytes)
      }
    }
  }

  private func write(personal reader: LedgerReader, to pack: inout PackWriter) throws {
    try pack.write(PackPart.personal) { file in
      try reader.forEachPersonalFields { try file.write(line: PackPersonalFields($0).json.canonicalBytes) }
    }
  }

  /// The branch as the ledger saw it last; where the branch no longer holds that commit, as it is, so that the pack shows it.
  private func writeHandbook(_ reader: LedgerReader, _ copy: CheckpointCopy?, to pack: inout PackWriter) throws {
    let branch = try handbook.branch()
    guard let known = try reader.handbookTip() else {
      throw PackError.damaged("the ledger has no commit of the handbook.")
    }
    let tip = try handbook.tip() ?? known
    let isIntact = try handbook.isReachable(known, from: tip)
    var refs = [BundledRef(name: branch, id: (isIntact ? known : tip).text)]
    if let copy { refs.append(BundledRef(name: Handbook.checkpointsRef, id: copy.commit.text)) }
    refs.append(BundledRef(name: Handbook.ledgerRef, id: known.text))
    try handbook.writeBundle(of: refs, head: branch, to: "\(pack.unfinished)/\(PackPart.bundle)")
    try pack.add(PackPart.bundle)
  }
}

extension Set<Digest> {
  /// By their bytes.
  fileprivate var inOrder: [Digest] { sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }
}
