// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What are the rules?
struct HandbookPage: Page {
  private let sops: [SOPVersion]
  private let values: [JSONValue]

  var title: String { "Handbook" }
  var area: Area { .handbook }
  var json: JSONValue { .array(values) }

  init(_ workspace: Workspace, _ caller: Caller) throws {
    sops = try workspace.sops()
    values = sops.map(workspace.json(ofListed:))
  }

  func body(_ frame: Frame) -> HTML {
    let folders = Dictionary(grouping: sops) {
      $0.reference.path.text.split(separator: "/").dropLast().joined(separator: "/")
    }
    let parts: [HTML] = folders.keys.sorted().map { folder in
      let rows: [[HTML]] = (folders[folder] ?? []).map { sop in
        let path = sop.reference.path
        return [
          .link(to: path, sop.title ?? path.text), "v\(sop.reference.version)",
          "\(sop.owner ?? "")", .day(sop.inForceFrom), "\(sop.reviewBy?.description ?? "")",
          sop.isApproved ? "" : .state("unapproved"), "\(sop.keys.map(\.value).joined(separator: ", "))",
        ]
      }
      let name = folder.isEmpty ? "At the top" : folder
      return """
        <h2>\(name)</h2>
        \(HTML.table(["SOP", "Version", "Owner", "In force from", "Review by", "", "Covers"], caption: "SOPs in \(name)", rows))
        """
    }
    return """
      <h1>Handbook</h1>
      <p class="lead">\(Words.count(sops.count, "SOP")), each the newest version.</p>
      \(parts)
      """
  }
}
