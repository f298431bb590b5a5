// SPDX-License-Identifier: Apache-2.0

import Testing

/// Exports of the systems that people use: their headers to the letter, with rows made up.
struct VerbatimExport: Sendable, CustomTestStringConvertible {
  let name: String
  let header: String
  var delimiter = ","
  /// What a column holds in a row; columns that are not named are empty.
  let values: @Sendable (Int) -> [String: String]
  /// What the map must say.
  let expected: [String: String]

  var testDescription: String { name }

  /// The rows, in an order that a number decides.
  func csv(rows: Int = 240, shuffled: Int = 0) -> String {
    let names = header.split(separator: Character(delimiter), omittingEmptySubsequences: false).map(String.init)
    var lines = (0..<rows).map { row in
      let values = values(row)
      var repeats: [String: Int] = [:]
      return names.map { name -> String in
        repeats[name, default: 0] += 1
        // A column that is there twice has its second value under NAME#2.
        let place = repeats[name] ?? 1
        let value = values[place == 1 ? name : "\(name)#\(place)"] ?? ""
        return value.contains(delimiter) || value.contains("\"") ? "\"\(value.replacing("\"", with: "\"\""))\"" : value
      }.joined(separator: delimiter)
    }
    for index in lines.indices where shuffled > 0 { lines.swapAt(index, (index &* 7919 &+ shuffled) % rows) }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}

/// One of some values, the first ones more often; a fixed function of the row.
private func pick(_ row: Int, _ salt: Int, _ values: [String]) -> String {
  var state = UInt64(row &* 31 &+ salt) &* 0x9E37_79B9_7F4A_7C15
  state ^= state >> 29
  state = state &* 0xBF58_476D_1CE4_E5B9
  let number = Int((state >> 33) % 100)
  return values[number * number / 100 * values.count / 100]
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

private func hex(_ row: Int, _ salt: Int) -> String {
  let digits = String(UInt64(row &* 7 &+ salt) &* 0x9E37_79B9_7F4A_7C15 | 1 << 63, radix: 16)
  return digits + digits
}

private let people = ["Ana Lee", "Ben Ode", "Cy Poe", "Di Roe", "Ed Soe", "Flo Toe"]
private let texts = [
  "Cannot open the door of bay", "The parcel for customer", "Wrong price shown on page", "No answer from terminal",
]

extension VerbatimExport {
  static let all = [
    serviceNowAudit, serviceNowTable, serviceManager, jira, jiraAmerican, stripePayments, stripeBalance, stripeRefunds,
    zendesk,
    pagerDutyBasic, pagerDutyAdvanced, pipelineIncidents,
  ]

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

  static let serviceManager = VerbatimExport(
    name: "HP Service Manager",
    header:

      "CI Name (aff);CI Type (aff);CI Subtype (aff);Service Component WBS (aff);Incident ID;Status;Impact;Urgency;Priority;Category;KM number;Alert Status;# Reassignments;Open Time;Reopen Time;Resolved Time;Close Time;Handle Time (Hours);Closure Code;# Related Interactions;;;;;;;;",
    delimiter: ";",
    values: { row in
      let day = two(row % 28 + 1)
      return [
        "CI Name (aff)": "SUB00\(row % 40 + 100)",
        "CI Type (aff)": pick(row, 1, ["subapplication", "application", "computer"]),
        "CI Subtype (aff)": pick(row, 2, ["Web Based Application", "Server", "Desktop"]),
        "Service Component WBS (aff)": "WBS000\(row % 30 + 100)", "Incident ID": "IM000\(4000 + row)",
        "Status": "Closed",
        "Impact": pick(row, 3, ["4", "3", "5"]), "Urgency": pick(row, 4, ["4", "3", "5"]),
        "Priority": pick(row, 5, ["4", "3", "5"]),
        "Category": pick(row, 6, ["incident", "request for information", "complaint"]),
        "KM number": "KM000\(row % 50 + 1000)",
        "Alert Status": "closed", "# Reassignments": "\(row % 7)", "Open Time": "\(day)/02/2012 13:32:57",
        "Resolved Time": "\(day)/11/2013 13:50:27", "Close Time": "\(day)/11/2013 13:51:17",
        "Handle Time (Hours)": "\(row * 3),\(row % 90 + 10)781111",
        "Closure Code": pick(row, 7, ["Software", "Other", "Operator error", "Data", "Referred"]),
        "# Related Interactions": "\(row % 3 + 1)",
      ]
    },
    expected: [
      "id": "Incident ID", "occurred_at": "Open Time", "code": "Category", "root_cause": "Closure Code",
      "severity": "Priority",
      "resolved_at": "Resolved Time", "format": "d/M/yyyy HH:mm:ss", "delimiter": ";",
    ])

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

  static let stripePayments = VerbatimExport(
    name: "Stripe, payments",
    header:

      "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,Converted Amount Refunded,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,Customer ID,Customer Description,Customer Email,Captured,Card ID,Card Last4,Card Brand,Card Funding,Card Exp Month,Card Exp Year,Card Name,Card Address Line1,Disputed Amount,Dispute Status,Dispute Reason,Dispute Date (UTC),Dispute Evidence Due (UTC),Invoice ID,Payment Source Type,Destination,Transfer,Interchange Costs,Merchant Service Charge,Transfer Group,PaymentIntent ID",
    values: { row in
      let isDisputed = row % 8 == 0
      return [
        "id": "ch_3Mml\(row + 1000)xYz", "Description": "Order \(row + 5000)", "Seller Message": "Payment complete.",
        "Created (UTC)": "2024-03-\(two(row % 28 + 1)) 10:\(two(row % 60))",
        "Amount": "\(row % 90 + 10).\(two(row % 100))",
        "Amount Refunded": "0.00", "Currency": pick(row, 1, ["usd", "eur"]),
        "Converted Amount": "\(row % 80 + 10).\(two(row % 100))",
        "Converted Amount Refunded": "0.00", "Fee": "1.\(two(row % 100))", "Tax": "0.00", "Converted Currency": "usd",
        "Mode": "Live",
        "Status": isDisputed ? "Disputed" : pick(row, 2, ["Paid", "Failed"]),
        "Customer ID": "cus_N\(row % 60 + 1000)abc",
        "Customer Email": "someone\(row % 60)@example.com", "Captured": "true", "Card ID": "card_1M\(row % 60 + 1000)",
        "Card Last4": "\(4242 + row % 60)", "Card Brand": pick(row, 3, ["Visa", "MasterCard"]),
        "Card Funding": pick(row, 4, ["credit", "debit"]),
        "Card Exp Month": "\(row % 12 + 1)", "Card Exp Year": "2027", "Card Name": people[row % 6],
        "Disputed Amount": isDisputed ? "10.00" : "",
        "Dispute Status": isDisputed ? pick(row, 5, ["won", "lost"]) : "",
        "Dispute Reason": isDisputed ? pick(row, 6, ["fraudulent", "duplicate", "product_not_received"]) : "",
        "Dispute Date (UTC)": isDisputed ? "2024-04-02 11:00" : "", "Payment Source Type": "card",
        "PaymentIntent ID": "pi_3Mml\(row + 1000)xYz",
      ]
    },
    expected: [
      "id": "id", "occurred_at": "Created (UTC)", "code": "Dispute Reason", "amount": "Amount", "status": "Status",
      "inputs": "Customer ID",
      "format": "iso8601", "currency": "Currency",
    ])

  static let stripeBalance = VerbatimExport(
    name: "Stripe, balance change from activity",
    header:

      "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,description,automatic_payout_id,automatic_payout_effective_at,customer_id,charge_id,payment_intent_id,payment_method_type,card_brand,payment_metadata[KEY],refund_metadata[KEY]",
    values: { row in
      let isRefund = row % 3 == 0
      let amount = "\(row % 90 + 10).\(two(row % 100))"
      return [
        "balance_transaction_id": "txn_1Mml\(row + 1000)",
        "created_utc": "2024-03-\(two(row % 28 + 1)) 10:\(two(row % 60)):00",
        "available_on_utc": "2024-04-\(two(row % 28 + 1)) 00:00:00", "currency": "usd",
        "gross": isRefund ? "-\(amount)" : amount,
        "fee": "0.\(two(row % 100))", "net": isRefund ? "-\(amount)" : amount,
        "reporting_category": isRefund ? "refund" : pick(row, 1, ["charge", "dispute", "fee"]),
        "source_id": "re_3Mml\(row + 1000)",
        "description": "Order \(row)", "automatic_payout_id": "po_1M\(row % 28 + 1000)",
        "automatic_payout_effective_at": "2024-04-\(two(row % 28 + 1)) 00:00:00",
        "customer_id": "cus_N\(row % 60 + 1000)",
        "charge_id": "ch_3Mml\(row + 1000)", "payment_intent_id": "pi_3Mml\(row + 1000)", "payment_method_type": "card",
        "card_brand": pick(row, 2, ["visa", "mastercard"]),
      ]
    },
    expected: [
      "id": "balance_transaction_id", "occurred_at": "created_utc", "code": "reporting_category", "amount": "gross",
      "inputs": "customer_id", "currency": "currency",
    ])

  static let stripeRefunds = VerbatimExport(
    name: "Stripe, refunds of the API",
    header:

      "id,amount,balance_transaction,charge,created,currency,failure_reason,payment_intent,pending_reason,reason,status",
    values: { row in
      [
        "id": "re_3Mml\(row + 1000)", "amount": "\(row * 17 % 9000 + 100)",
        "balance_transaction": "txn_3M\(row + 1000)",
        "charge": "ch_3M\(row + 1000)", "created": "\(1_710_000_000 + row * 5000)", "currency": "eur",
        "failure_reason": row % 6 == 0 ? pick(row, 1, ["declined", "insufficient_funds"]) : "",
        "payment_intent": "pi_3M\(row + 1000)",
        "reason": pick(row, 2, ["requested_by_customer", "duplicate", "fraudulent"]),
        "status": pick(row, 3, ["succeeded", "failed"]),
      ]
    },
    expected: [
      "id": "id", "occurred_at": "created", "code": "reason", "root_cause": "failure_reason", "amount": "amount",
      "status": "status",
      "format": "unix", "currency": "currency",
    ])

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

  static let pipelineIncidents = VerbatimExport(
    name: "Incidents of pipelines, as a regulator publishes them",
    header:

      "IncidentNumber,Latitude,Longitude,ApproximateVolumeM3,ReportedDate,ReportedYear,IncidentType_EN_LIST,IncidentStatus_EN,CompanyName_EN,NearestPopulationCenter_EN,ProvinceName_EN,SubstanceName_EN,ReleaseType_EN,PipelinePhase_EN,WerePipelineSystemComponentsInvolved,PipelineComponent_EN_LIST,WhatHappened_EN_LIST,WhyItHappened_EN_LIST",
    values: { row in
      let why = ["Maintenance", "Engineering and Planning", "Human Factors", "Tools and Equipment"]
      return [
        "IncidentNumber": "INC2018-\(row + 100)", "Latitude": "\(49 + row % 9).\(row * 37 % 9000 + 1000)",
        "Longitude": "-\(101 + row % 20).\(row * 53 % 9000 + 1000)",
        "ApproximateVolumeM3": row % 3 == 0 ? "Not Applicable" : "\(row % 7).\(row * 11 % 90 + 10)",
        "ReportedDate": "2017-\(two(row % 12 + 1))-\(two(row % 28 + 1))T00:00:00", "ReportedYear": "2017",
        "IncidentType_EN_LIST": pick(
          row, 1, ["Release of Substance", "Fire", "Serious Injury (NEB or TSB)", "Fire,Release of Substance"]),
        "IncidentStatus_EN": pick(row, 2, ["Closed", "Submitted", "Initially Submitted"]),
        "CompanyName_EN": pick(row, 3, ["NOVA Gas Transmission Ltd.", "Westcoast Energy Inc., carrying on business"]),
        "NearestPopulationCenter_EN": pick(row, 4, ["Edmonton", "Taylor BC"]),
        "ProvinceName_EN": pick(row, 5, ["Alberta", "Ontario"]),
        "SubstanceName_EN": pick(row, 6, ["Natural Gas - Sweet", "Propane", "Not applicable"]),
        "ReleaseType_EN": pick(row, 7, ["Gas", "Liquid"]),
        "PipelinePhase_EN": pick(row, 8, ["Operation", "Maintenance"]),
        "WerePipelineSystemComponentsInvolved": pick(row, 9, ["Yes", "No"]),
        "PipelineComponent_EN_LIST": pick(row, 10, ["Pipeline", "Compression", "Not Available"]),
        "WhatHappened_EN_LIST": pick(
          row, 11, ["Equipment Failure", "External Interference", "Corrosion and Cracking"]),
        "WhyItHappened_EN_LIST": row % 3 == 0 ? "\(why[row % 4]),\(why[(row / 3 + 1) % 4])" : why[row % 4],
      ]
    },
    expected: [
      "id": "IncidentNumber", "occurred_at": "ReportedDate", "code": "IncidentType_EN_LIST",
      "root_cause": "WhyItHappened_EN_LIST",
      "status": "IncidentStatus_EN", "format": "iso8601",
    ])
}
