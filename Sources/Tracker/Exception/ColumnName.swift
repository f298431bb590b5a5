// SPDX-License-Identifier: Apache-2.0

/// A column's name in words: `IncidentType_EN_LIST`, `Custom field (Change reason)` and `sys_updated_at` alike.
struct ColumnName {
  let text: String
  /// Lower case; divided where letters, digits and case change their kind.
  let words: [String]

  init(_ text: String) {
    self.text = text
    var words: [String] = []
    var word = ""
    var previous: Character = " "
    for character in text {
      if !character.isLetter, !character.isNumber {
        if !word.isEmpty { words.append(word.lowercased()) }
        word = ""
        if character == "#" { words.append("#") }
      } else {
        if character.isUppercase, previous.isLowercase, !word.isEmpty {
          words.append(word.lowercased())
          word = ""
        }
        word.append(character)
      }
      previous = character
    }
    if !word.isEmpty { words.append(word.lowercased()) }
    self.words = words
  }

  /// Whether it holds a phrase: its words in a row.
  func has(_ phrase: String) -> Bool {
    let wanted = phrase.split(separator: " ").map(String.init)
    guard !wanted.isEmpty, wanted.count <= words.count else { return false }
    return (0...(words.count - wanted.count)).contains { words[$0..<($0 + wanted.count)].elementsEqual(wanted) }
  }

  func has(anyOf phrases: [String]) -> Bool { phrases.contains(where: has) }

  /// Whether it is a phrase and nothing else.
  func isExactly(_ phrases: [String]) -> Bool { phrases.contains(words.joined(separator: " ")) }

  /// The place of the first row of phrases of which it holds one; nil where it holds none.
  func tier(_ tiers: [[String]]) -> Int? { tiers.firstIndex { has(anyOf: $0) } }
}

// What names say, the surest first. English, and the German words that exports of SAP and the like have.
extension ColumnName {
  static let occurred = [
    ["occurred", "happened", "incident date", "incident time", "event date", "event time"],
    ["opened", "open time", "open date", "reported", "raised"],
    [
      "created", "created on", "creation", "date", "time", "timestamp", "received", "logged", "submitted", "started",
      "datum", "erstellt", "angelegt",
    ],
  ]
  /// Times of something that is not the beginning.
  static let laterTimes = [
    "updated", "modified", "changed", "viewed", "resolved", "closed", "close", "solved", "completed", "due", "until",
    "resolve by", "expire", "expires", "expiry", "exp", "available", "effective", "evidence", "assigned", "reopen",
    "reopened", "acknowledged", "last", "end", "ended", "deadline", "birth", "next", "follow", "sla", "erledigt",
    "geändert", "dispute",
  ]
  static let updated = [
    ["updated", "last updated"], ["modified", "changed", "change time", "last change", "geändert"],
  ]
  static let resolved = [
    ["resolved", "resolution date", "resolution time"], ["solved", "completed", "fixed", "erledigt"],
    ["closed", "close time", "close date"],
  ]
  static let identity = [
    ["number", "id", "key", "ref", "reference", "uuid", "guid", "no", "nr", "#", "nummer"],
    ["ticket", "incident", "case", "invoiceno", "vorgang"],
  ]
  static let code = [
    [
      "exception code", "reason code", "error code", "exception type", "reason", "exception", "failure", "grund",
      "defect code", "return code", "deviation type",
    ],
    ["code", "category", "incident type", "what happened", "type", "class", "kategorie", "fault", "defect", "error"],
    ["components", "component", "subcategory", "symptom", "issue", "topic", "art"],
    ["labels", "tags", "kind", "service name", "ci name", "subtype", "classification"],
    ["description", "title", "summary", "subject", "name", "message", "beschreibung"],
  ]
  /// Types and codes of something else than what went wrong.
  static let otherTypes = [
    "issue type", "ticket type", "record type", "object type", "transaction type", "payment type", "contact type",
    "card type", "ci type", "ci subtype", "payment method type", "payment source type", "project type", "file type",
    "account type", "customer type", "user type", "release type",
  ]
  static let otherCodes = [
    "stock", "product", "item", "article", "sku", "zip", "postal", "post", "country", "currency", "area", "bar",
    "state", "province", "location", "color", "customer", "account", "bank", "branch", "language", "tax", "cost",
    "status",
  ]
  static let cause = [
    ["root cause", "rootcause", "cause", "why", "ursache"],
    ["close code", "closed code", "closure code", "resolution code", "solution code", "fix code", "failure reason"],
    ["resolution", "close reason", "disposition", "solution"],
    ["labels", "tags"],
  ]
  static let requester = [
    ["requester", "requested by", "requestor", "antragsteller"], ["caller", "reporter", "reported by"],
    ["opened by", "submitter", "submitted by", "raised by"], ["creator", "created by"],
  ]
  static let approver = [["approver", "approved by", "approvers", "authorised by", "authorized by", "genehmigt"]]
  static let otherPeople = [
    "assignee", "assigned to", "agent", "resolved by", "resolve by", "closed by", "updated by", "reopened by",
    "acknowledged by", "user id", "user ids", "user name", "user names", "customer name", "card name", "contact name",
    "first name", "last name", "full name", "email", "e mail", "phone", "lead", "owner", "watchers", "watcher",
    "bearbeiter",
  ]
  static let team = [
    ["assignment group", "team"], ["group", "department", "queue", "squad", "gruppe", "abteilung"],
    ["escalation policy name", "project key", "business unit", "unit"],
  ]
  static let severity = [["severity", "schwere"], ["priority", "priorität"], ["urgency"], ["impact"]]
  static let status = [["status", "state", "stage"]]
  static let places = [
    "country", "location", "city", "province", "region", "site", "address", "population", "town", "street", "zip",
    "latitude", "longitude", "land", "ort",
  ]
  static let channels = ["channel", "via", "contact type", "medium", "notify", "mode"]
  /// Things and parties that exceptions happen to.
  static let entities = [
    "company", "product", "stock", "article", "item", "sku", "customer", "vendor", "supplier", "account", "merchant",
    "brand", "asset", "cmdb", "project", "organization", "organisation", "service", "user",
  ]
  static let snapshot = ["customer", "contract", "account", "policy", "subscription", "kunde", "vertrag"]
  static let caseReference = [
    "case", "ticket", "order", "invoice", "incident", "charge", "problem", "payment intent", "parent",
  ]
  static let amount = [
    ["amount", "betrag", "gross"], ["total", "value", "refund", "credit", "sum", "summe"],
    ["net", "price", "cost", "loss", "preis"], ["fee"],
  ]
  static let otherAmounts = [
    "converted", "refunded", "disputed", "tax", "fee", "count", "number", "time", "minutes", "seconds", "hours",
    "score", "ratio", "percent", "rate", "quantity", "id",
  ]
  static let minorUnits = ["cents", "cent", "minor", "pence", "minor units", "ct"]
  static let quantity = ["quantity", "qty", "menge", "count", "units"]
  static let rationale = [["rationale", "justification", "begründung"]]
  static let deviation = [["deviation", "deviation percent", "abweichung"]]
  static let freeText = [
    ["short description", "summary", "subject", "title", "description"],
    ["comment", "comments", "notes", "note", "text", "message", "beschreibung"],
  ]
}
