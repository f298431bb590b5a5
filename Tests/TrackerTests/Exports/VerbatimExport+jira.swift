// SPDX-License-Identifier: Apache-2.0

// Jira, as two of its locales write times.
extension VerbatimExport {
  private static let jiraHeader =
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Project type,Project lead,Project description,Project url,Priority,Resolution,Assignee,Reporter,Creator,Created,Updated,Last Viewed,Resolved,Fix versions,Components,Components,Due date,Votes,Labels,Description,Environment,Watchers,Watchers,Watchers,Log Work,Original Estimate,Remaining Estimate,Time Spent,Work Ratio,Σ Original Estimate,Security Level,Attachment,Attachment,Custom field (Change reason),Custom field (Change risk),Custom field (Impact)"

  private static func jiraRow(_ row: Int, _ time: (Int, Int) -> String) -> [String: String] {
    [
      "Summary": "\(texts[row % 4]) \(row)", "Issue key": "OPS-\(row + 1)", "Issue id": "\(10_000 + row)",
      "Issue Type": pick(row, 1, ["Task", "Bug", "Service Request"]),
      "Status": pick(row, 2, ["Done", "To Do", "In Progress"]),
      "Project key": pick(row, 3, ["OPS", "PAY"]), "Project name": pick(row, 3, ["Operations", "Payments"]),
      "Project type": "software",
      "Project lead": "ana.lee", "Priority": pick(row, 4, ["Medium", "High", "Low"]),
      "Resolution": row % 4 == 0 ? "" : pick(row, 5, ["Done", "Won't Do", "Duplicate"]), "Assignee": people[row % 6],
      "Reporter": people[row % 5], "Creator": people[row % 5], "Created": time(row % 28 + 1, 0),
      "Updated": time(row % 28 + 1, 5),
      "Last Viewed": time(28, 6), "Resolved": row % 4 == 0 ? "" : time(row % 28 + 1, 4),
      "Components": pick(row, 6, ["Checkout", "Billing", "Delivery", "Search", "Login"]),
      "Components#2": row % 5 == 0 ? "Billing" : "",
      "Votes": "0", "Labels": row % 3 == 0 ? "late" : "",
      "Description": "\(texts[(row + 1) % 4]) \(row) and what to do about it",
      "Watchers": "ana.lee", "Work Ratio": "-1",
    ]
  }

  static let jira = VerbatimExport(
    name: "Jira, 11/May/24 03:26 PM", header: jiraHeader,
    values: { row in jiraRow(row) { day, hour in "\(two(day))/May/24 0\(hour + 3):\(two(row % 60)) PM" } },
    expected: [
      "id": "Issue key", "occurred_at": "Created", "code": "Components", "root_cause": "Resolution",
      "team": "Project key",
      "severity": "Priority", "status": "Status", "resolved_at": "Resolved", "requester": "Reporter",
      "format": "dd/MMM/yy hh:mm a",
    ])

  static let jiraAmerican = VerbatimExport(
    name: "Jira, 6/21/2025 16:14", header: jiraHeader,
    values: { row in
      var values = jiraRow(row) { day, hour in "6/\(day)/2025 1\(hour):\(two(row % 60))" }
      values["Custom field (Change reason)"] = pick(row, 9, ["Repair", "Maintenance", "New feature", "Rollback"])
      return values
    },
    expected: [
      "id": "Issue key", "occurred_at": "Created", "code": "Custom field (Change reason)", "resolved_at": "Resolved",
      "format": "M/d/yyyy HH:mm",
    ])
}
