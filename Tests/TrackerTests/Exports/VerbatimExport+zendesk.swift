// SPDX-License-Identifier: Apache-2.0

// Zendesk.
extension VerbatimExport {
  static let zendesk = VerbatimExport(
    name: "Zendesk",
    header:

      "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes,First reply time in minutes within business hours,First resolution time in minutes,Full resolution time in minutes,Agent wait time in minutes,Requester wait time in minutes,Refund reason [list]",
    values: { row in
      let day = two(row % 28 + 1)
      return [
        "Summation column": "1", "Id": "\(row + 300)", "Requester": people[row % 6],
        "Requester id": "\(3_600_000 + row % 60)",
        "Requester email": "someone\(row % 60)@example.com", "Requester domain": "example.com",
        "Submitter": people[row % 6],
        "Assignee": people[(row + 2) % 6], "Group": pick(row, 1, ["Support", "Billing", "Tier 2"]),
        "Subject": "\(texts[row % 4]) \(row)",
        "Tags": pick(row, 2, ["late_delivery", "late_delivery vip", "refund vip", "damaged late_delivery", "damaged"]),
        "Status": pick(row, 3, ["Closed", "Solved", "Open"]), "Priority": pick(row, 4, ["Normal", "High", "Urgent"]),
        "Via": pick(row, 5, ["Mail", "Web form", "Chat"]),
        "Ticket type": pick(row, 6, ["Incident", "Question", "Problem"]),
        "Created at": "2024-05-\(day) 08:0\(row % 10)", "Updated at": "2024-06-\(day) 08:10",
        "Assigned at": "2024-05-\(day) 08:30",
        "Organization": pick(row, 7, ["Acme", "Globex"]), "Initially assigned at": "2024-05-\(day) 08:30",
        "Solved at": row % 5 == 0 ? "" : "2024-05-\(day) 17:45", "Resolution time": "\(row % 40)",
        "Satisfaction Score": "Not Offered",
        "Group stations": "\(row % 3)", "Assignee stations": "\(row % 4)", "Reopens": "0", "Replies": "\(row % 6)",
        "First reply time in minutes": "\(row * 7 % 300)", "Full resolution time in minutes": "\(row * 11 % 3000)",
        "Refund reason [list]": row % 10 == 0 ? "" : pick(row, 8, ["Damaged", "Late", "Wrong item", "Changed mind"]),
      ]
    },
    expected: [
      "id": "Id", "occurred_at": "Created at", "code": "Refund reason [list]", "root_cause": "Tags", "team": "Group",
      "severity": "Priority", "status": "Status", "resolved_at": "Solved at", "requester": "Requester",
    ])
}
