// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Who may see, edit and approve at each stage, and who that is now. The rules themselves are in the domain; `AccessTests` tries them all.
struct StagesTable {
  let people: [PersonView]

  var html: HTML {
    let workers = named { !$0.roles.contains(.auditor) }
    let approvers = named { $0.roles.contains(.approver) && !$0.roles.contains(.auditor) }
    let administrators = named { $0.roles.contains(.administrator) }
    let rows: [(stage: String, who: String, those: HTML)] = [
      (
        "See everything",
        "everybody here; but auditors neither personal fields nor the text of rows that are held back",
        named { _ in true }
      ),
      ("Record exceptions, bring in exports, mend or set aside what was held back", "everybody but auditors", workers),
      ("Work on an item: acknowledge, comment, hand over, ask for more time", "everybody but auditors", workers),
      ("Stop the clock of an item", "its owner", "the owner"),
      ("Propose an SOP change or a rejection", "everybody but auditors", workers),
      (
        "Approve or send back; grant more time",
        "approvers who had no hand in it, for the codes, tags and areas that they decide about", approvers
      ),
      ("Commit what is approved; close", "whoever proposed or approved it, or owns the item", "those of the item"),
      ("Stand by an SOP that somebody pushed", "approvers who did not push it", approvers),
      (
        "Adopt the taxonomy, people, SLAs",
        "administrators; what changes people, roles or SLAs takes a second one where there are two", administrators
      ),
      ("Verify, sign, trace", "everybody here", named { _ in true }),
      (
        "Review the record, take audit packs", "auditors and administrators",
        named { $0.roles.contains(.auditor) || $0.roles.contains(.administrator) }
      ),
      ("Back up, tidy up, erase personal data", "administrators", administrators),
    ]
    return """
      <h2>Who may do what, stage by stage</h2>
      \(HTML.table(["Stage", "Who may", "Those are"], caption: "Rights by stage", rows.map { ["\($0.stage)", "\($0.who)", $0.those] }))
      """
  }

  private func named(_ isMeant: (PersonView) -> Bool) -> HTML {
    let names = people.filter(isMeant).map(\.id.text)
    guard !names.isEmpty else { return "nobody" }
    // The table above has the rest.
    let more = names.count - 6
    return "\(names.prefix(6).joined(separator: ", "))\(more > 0 ? " and \(more) more" : "")"
  }
}
