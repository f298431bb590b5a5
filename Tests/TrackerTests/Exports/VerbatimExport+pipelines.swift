// SPDX-License-Identifier: Apache-2.0

// Incidents that a regulator publishes.
extension VerbatimExport {
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
