// SPDX-License-Identifier: Apache-2.0

/// Something that was decided, or that time or a rule brought about. The nouns' own files say what each means.
package enum Event: Equatable, Sendable {
  /// The workspace was made. `id` is 32 random hexadecimal digits; `zone` is the zone of its dates.
  case workspaceFounded(id: String, zone: String)
  case workspaceRestored(WorkspaceRestored)
  case taxonomy(TaxonomyEvent)
  case batch(BatchReceived)
  case settled(HeldBackSettled)
  case erased(PersonalDataErased)
  case audited(AuditReviewed)
  case item(ItemID, ItemEvent)
  case change(ChangeID, ChangeEvent)
  case handbook(HandbookEvent)
  case sop(SOPPath, SOPEvent)

  /// What the event is about. The events of one subject are numbered from 1 on, without gaps.
  package var subject: String {
    switch self {
    case .workspaceFounded, .workspaceRestored: "workspace"
    case .taxonomy: "taxonomy"
    case .batch: "evidence"
    case .settled: HeldBackSettled.subject
    case .erased: "personal_data"
    case .audited: AuditReviewed.subject
    case .item(let id, _): id.description
    case .change(let id, _): id.description
    case .handbook: "handbook"
    case .sop(let path, _): Event.subject(ofSOP: path)
    }
  }

  package var kind: String {
    switch self {
    case .workspaceFounded: "workspace_founded"
    case .workspaceRestored: WorkspaceRestored.kind
    case .taxonomy(let event): event.kind
    case .batch: BatchReceived.kind
    case .settled(let settled): settled.kind
    case .erased: PersonalDataErased.kind
    case .audited: AuditReviewed.kind
    case .item(_, let event): event.kind
    case .change(_, let event): event.kind
    case .handbook(let event): event.kind
    case .sop(_, let event): event.kind
    }
  }

  package static func subject(ofSOP path: SOPPath) -> String { "sop:\(path)" }

  var data: JSONValue {
    switch self {
    case .workspaceFounded(let id, let zone): .fields(["id": .string(id), "zone": .string(zone)])
    case .workspaceRestored(let restored): restored.json
    case .taxonomy(let event): event.data
    case .batch(let batch): batch.json
    case .settled(let settled): settled.json
    case .erased(let erased): erased.json
    case .audited(let review): review.json
    case .item(_, let event): event.data
    case .change(_, let event): event.data
    case .handbook(let event): event.data
    case .sop(_, let event): event.data
    }
  }

  /// - Throws: `DecodingFailure` where the kind is unknown or a field is not what the kind demands.
  init(kind: String, subject: String, data: Fields) throws(DecodingFailure) {
    if let event = try TaxonomyEvent(kind: kind, data: data) {
      self = .taxonomy(event)
    } else if let event = try HandbookEvent(kind: kind, data: data) {
      self = .handbook(event)
    } else if let event = try SOPEvent(kind: kind, data: data) {
      self = .sop(event.reference.path, event)
    } else if let id = ItemID(subject), let event = try ItemEvent(kind: kind, data: data) {
      self = .item(id, event)
    } else if let id = ChangeID(subject), let event = try ChangeEvent(kind: kind, data: data) {
      self = .change(id, event)
    } else if kind == BatchReceived.kind {
      self = .batch(try BatchReceived(fields: data))
    } else if HeldBackSettled.kinds.contains(kind) {
      self = .settled(try HeldBackSettled(kind: kind, fields: data))
    } else if kind == PersonalDataErased.kind {
      self = .erased(try PersonalDataErased(fields: data))
    } else if kind == AuditReviewed.kind {
      self = .audited(try AuditReviewed(fields: data))
    } else if kind == WorkspaceRestored.kind {
      self = .workspaceRestored(try WorkspaceRestored(fields: data))
    } else if kind == "workspace_founded" {
      self = .workspaceFounded(id: try data.string("id"), zone: try data.string("zone"))
    } else {
      throw DecodingFailure(field: "kind", problem: "is \"\(kind)\", which this version does not know for \(subject)")
    }
  }
}
