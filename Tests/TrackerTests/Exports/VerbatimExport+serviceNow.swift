// SPDX-License-Identifier: Apache-2.0

// ServiceNow: its audit log, and a table of incidents.
extension VerbatimExport {
  static let serviceNowAudit = VerbatimExport(
    name: "ServiceNow, audit log",
    header:

      "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,opened_at,sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at",
    values: { row in
      let (incident, change) = (row / 4, row % 4)
      let day = incident % 27 + 1
      return [
        "number": "INC\(1_000_045 + incident)", "incident_state": ["New", "Active", "Resolved", "Closed"][change],
        "active": change == 3 ? "false" : "true", "reassignment_count": "\(change)", "reopen_count": "0",
        "sys_mod_count": "\(change)", "made_sla": pick(incident, 1, ["true", "false"]),
        "caller_id": "Caller \(incident * 7 % 50)", "opened_by": "Opened by \(incident % 9)",
        "opened_at": "\(day)/3/2016 0\(incident % 9):16", "sys_created_at": "\(day)/3/2016 0\(incident % 9):23",
        "sys_created_by": "Created by \(incident % 5)", "sys_updated_by": "Updated by \(row % 11)",
        "sys_updated_at": "\(day)/3/2016 1\(change):\(two(incident % 60))",
        "contact_type": pick(incident, 2, ["Phone", "Email"]),
        "location": "Location \(incident % 17)",
        "category": "Category \(pick(incident, 3, ["53", "42", "4", "9", "26"]))",
        "subcategory": "Subcategory \(incident % 23)",
        "u_symptom": incident % 3 == 0 ? "?" : "Symptom \(incident % 12)",
        "cmdb_ci": "?", "impact": pick(incident, 4, ["2 - Medium", "3 - Low", "1 - High"]),
        "urgency": pick(incident, 5, ["2 - Medium", "3 - Low", "1 - High"]),
        "priority": pick(incident, 6, ["3 - Moderate", "4 - Low", "2 - High"]),
        "assignment_group": "Group \(incident % 6)", "assigned_to": "Resolver \(incident % 8)", "knowledge": "true",
        "notify": "Do Not Notify", "problem_id": "?", "rfc": "?", "vendor": "?", "caused_by": "?",
        "closed_code": "code \(pick(incident, 7, ["6", "7", "9", "8"]))", "resolved_by": "Resolved by \(incident % 8)",
        "resolved_at": "\(day)/3/2016 12:29", "closed_at": "\(day + 1)/3/2016 12:00",
      ]
    },
    expected: [
      "id": "number", "updated_at": "sys_updated_at", "occurred_at": "opened_at", "code": "category",
      "root_cause": "closed_code",
      "team": "assignment_group", "severity": "priority", "status": "incident_state", "resolved_at": "resolved_at",
      "requester": "caller_id", "format": "d/M/yyyy HH:mm", "rows": "last",
    ])

  static let serviceNowTable = VerbatimExport(
    name: "ServiceNow, Table API",
    header:

      "short_description,close_code,made_sla,assignment_group,business_stc,sys_updated_on,hold_reason,closed_by,parent_incident,number,sys_id,contact_type,resolved_by,reopened_by,sys_updated_by,incident_state,urgency,opened_by,sys_created_on,reassignment_count,sys_created_by,severity,calendar_stc,closed_at,impact,sys_mod_count,active,reopen_count,priority,opened_at,resolved_at,reopened_time,category,subcategory",
    values: { row in
      let day = two(row % 28 + 1)
      return [
        "short_description": "\(texts[row % 4]) \(row)",
        "close_code": pick(
          row, 1,
          [
            "Solved (Permanently)", "Solved (Work Around)", "Closed/Resolved by Caller",
          ]), "made_sla": pick(row, 2, ["true", "false"]), "assignment_group": hex(row % 6, 1),
        "business_stc": "\(row * 37 + 28_800)",
        "sys_updated_on": "2023-02-\(day) 19:03:\(two(row % 60))", "number": "INC\(1_000_009 + row)",
        "sys_id": hex(row, 2),
        "contact_type": pick(row, 3, ["phone", "self-service", "email"]), "resolved_by": hex(row % 4, 3),
        "sys_updated_by": "admin",
        "incident_state": pick(row, 4, ["7", "2", "1", "3"]), "urgency": pick(row, 5, ["1", "3", "2"]),
        "opened_by": hex(row % 9, 4),
        "sys_created_on": "2023-01-\(day) 09:1\(row % 10):01", "reassignment_count": "\(row % 3)",
        "sys_created_by": "employee",
        "severity": pick(row, 6, ["3", "1"]), "calendar_stc": "\(row * 53 + 1000)",
        "impact": pick(row, 7, ["1", "3", "2"]),
        "sys_mod_count": "\(row % 9)", "active": pick(row, 8, ["true", "false"]), "reopen_count": "0",
        "priority": pick(row, 9, ["1", "5", "3", "4"]), "opened_at": "2023-01-\(day) 09:0\(row % 10):00",
        "resolved_at": row % 3 == 0 ? "" : "2023-01-\(day) 21:43:14",
        "category": pick(row, 10, ["inquiry", "software", "hardware", "network", "database"]),
        "subcategory": row % 20 == 0 ? "email" : "",
      ]
    },
    expected: [
      "id": "number", "occurred_at": "opened_at", "code": "category", "root_cause": "close_code",
      "team": "assignment_group",
      "status": "incident_state", "resolved_at": "resolved_at", "requester": "opened_by", "format": "iso8601",
    ])
}
