// SPDX-License-Identifier: Apache-2.0

// HP Service Manager.
extension VerbatimExport {
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
}
