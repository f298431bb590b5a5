// SPDX-License-Identifier: Apache-2.0

extension Event {
  /// Digests of documents that the event names.
  package var documents: [Digest] {
    switch self {
    case .taxonomy(.proposed(let document)), .taxonomy(.adopted(_, let document, _)): [document]
    case .change(_, .proposed(let draft)), .change(_, .revised(let draft)): [draft.content]
    case .batch(let batch): batch.map.map { [$0] } ?? []
    case .erased(let erased): [erased.rows]
    case .item(_, .opened(let opened)): opened.calendar.map { [$0] } ?? []
    default: []
    }
  }

  /// Digests of texts that people wrote and the event names.
  package var texts: [Digest] {
    switch self {
    case .item(_, .commented(let text)), .item(_, .rejectionReturned(let text)), .change(_, .returned(let text)): [text]
    case .item(_, .rejectionProposed(let proposal)): [proposal.rationale]
    case .item(_, .extensionProposed(let proposal)): [proposal.reason]
    case .item(_, .extensionReturned(let note)): [note]
    case .item(_, .paused(let pause)): [pause.reason]
    case .sop(_, .ratified(_, _, let note, _)), .sop(_, .reviewed(_, _, let note)): [note]
    case .change(_, .proposed(let draft)), .change(_, .revised(let draft)): [draft.summary]
    case .settled(let settled): settled.reason.map { [$0] } ?? []
    case .erased(let erased): [erased.reason]
    case .audited(let review): review.note.map { [$0] } ?? []
    default: []
    }
  }
}
