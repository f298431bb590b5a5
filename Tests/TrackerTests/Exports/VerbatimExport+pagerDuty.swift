// SPDX-License-Identifier: Apache-2.0

// PagerDuty, its two reports of incidents.
extension VerbatimExport {
  static let pagerDutyBasic = VerbatimExport(
    name: "PagerDuty, basic", header: "#,Description,Service,Created On,Resolved On,Resolve By,Duration,# Escalations",
    values: { row in
      [
        "#": "\(row + 900)", "Description": pick(row, 1, ["Disk full", "High latency", "Queue stuck"]),
        "Service": pick(row, 2, ["Checkout", "Search"]),
        "Created On": "2024-05-\(two(row % 28 + 1))T08:0\(row % 10):00-07:00",
        "Resolved On": "2024-05-\(two(row % 28 + 1))T10:0\(row % 10):00-07:00", "Resolve By": people[row % 6],
        "Duration": "\(row * 13 % 900)",
        "# Escalations": "\(row % 2)",
      ]
    },
    expected: ["id": "#", "occurred_at": "Created On", "code": "Description", "resolved_at": "Resolved On"])

  static let pagerDutyAdvanced = VerbatimExport(
    name: "PagerDuty, advanced",
    header:

      "id,incident_number,description,service_id,service_name,escalation_policy_id,escalation_policy_name,created_on,seconds_to_first_ack,seconds_to_resolve,auto_resolved,escalation_count,auto_escalation_count,acknowledge_count,assignment_count,acknowledged_by_user_ids,acknowledged_by_user_names,assigned_to_user_ids,assigned_to_user_names,resolved_by_user_id,resolved_by_user_name",
    values: { row in
      [
        "id": "PQ\(row + 1000)XY", "incident_number": "\(row + 900)", "description": "\(texts[row % 4]) \(row)",
        "service_id": "PSV100\(row % 3)", "service_name": pick(row, 1, ["Checkout", "Search", "Delivery"]),
        "escalation_policy_id": "PEP100\(row % 2)", "escalation_policy_name": pick(row, 2, ["Platform", "Shop"]),
        "created_on": "2024-05-\(two(row % 28 + 1)) 08:0\(row % 10):00", "seconds_to_first_ack": "\(row * 7 % 500)",
        "seconds_to_resolve": "\(row * 17 % 5000)", "auto_resolved": pick(row, 3, ["f", "t"]),
        "escalation_count": "\(row % 2)",
        "auto_escalation_count": "0", "acknowledge_count": "\(row % 3)", "assignment_count": "1",
        "acknowledged_by_user_ids": "PUS100\(row % 6)", "acknowledged_by_user_names": people[row % 6],
        "assigned_to_user_ids": "PUS100\(row % 6)", "assigned_to_user_names": people[row % 6],
        "resolved_by_user_id": "PUS100\(row % 5)",
        "resolved_by_user_name": people[row % 5],
      ]
    },
    expected: ["id": "id", "occurred_at": "created_on", "code": "service_name", "team": "escalation_policy_name"])
}
