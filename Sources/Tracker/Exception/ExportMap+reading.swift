// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension ExportMap {
  private static let keys = [
    "source", "id", "rows", "updated_at", "occurred_at", "code", "root_cause", "amount", "team", "case", "severity",
    "status", "resolved_at", "deviation", "requester", "approver", "rationale", "inputs", "personal", "missing",
    "delimiter", "encoding",
  ]

  /// - Throws: `FileProblem`, naming file and line.
  package init(at path: String) throws {
    try self.init(YAMLFile(at: path, named: path))
  }

  /// - Throws: `FileProblem` where the text is no map.
  package init(text: String) throws { try self.init(YAMLFile(Array(text.utf8), named: "the map")) }

  init(_ file: YAMLFile) throws {
    let fields = try file.root.mapping(ExportMap.keys)
    let source = try fields.required("source")
    self.init(
      source: try source.string(), occurredAt: try TimeColumn(fields.required("occurred_at")),
      code: try KeyColumn(fields.required("code")), digest: MerkleTree.sha256(file.bytes), bytes: file.bytes)
    guard self.source != Workspace.manualSource else {
      throw source.problem("\(Workspace.manualSource) is the source of what people record by hand. Take another name.")
    }
    guard SourceName.isValid(self.source) else {
      throw source.problem(
        "Name the source with letters, digits and dashes, as: servicenow; it has at most \(SourceName.longest) of them."
      )
    }
    id = try fields["id"]?.listOfSome("column").map { try $0.string() } ?? []
    rows = try fields["rows"]?.choice("each or last") ?? .each
    if rows == .last, id.isEmpty { throw fields.value.problem("rows: last needs an id, to know which rows are one.") }
    updatedAt = try fields["updated_at"].map(TimeColumn.init)
    rootCause = try fields["root_cause"].map(KeyColumn.init)
    amount = try fields["amount"].map(AmountColumn.init)
    team = try fields["team"]?.string()
    caseReference = try fields["case"]?.string()
    severity = try fields["severity"]?.string()
    status = try fields["status"]?.string()
    resolvedAt = try fields["resolved_at"].map(TimeColumn.init)
    deviation = try fields["deviation"]?.string()
    requester = try fields["requester"]?.string()
    approver = try fields["approver"]?.string()
    rationale = try fields["rationale"]?.string()
    inputs = try fields["inputs"]?.list().map { try $0.string() } ?? []
    personal = try Set(fields["personal"]?.list().map { try $0.string() } ?? [])
    // Here null is what the export writes.
    let missing = fields.members.first { $0.0 == "missing" }?.1
    self.missing = try Set(missing?.list().map { try $0.string() } ?? []).union([""])
    encoding = try fields["encoding"]?.choice("utf-8, windows-1252 or iso-8859-1") ?? .utf8
    if let value = fields["delimiter"] { delimiter = try value.delimiter() }
    try refusePersonalIdentity(fields)
  }

  /// What identifies an exception, or says what it is and when, cannot be erased.
  private func refusePersonalIdentity(_ fields: YAMLMapping) throws {
    let fixed =
      id + [occurredAt, updatedAt, resolvedAt].compactMap { $0?.column } + code.columns + (rootCause?.columns ?? [])
      + [amount?.column, amount?.times, deviation].compactMap { $0 }
    if let column = fixed.first(where: personal.contains), let value = fields["personal"] {
      throw value.problem(
        "\"\(column)\" is part of what an exception is and when, so it cannot be personal. Use another column, or leave it out."
      )
    }
  }

  /// Every column that the map reads, in the order of its fields.
  var columns: [String] {
    let times = [occurredAt, updatedAt, resolvedAt].compactMap { $0?.column }
    var currency: [String] = []
    if case .column(let column)? = amount?.currency { currency = [column] }
    let plain = [
      amount?.column, amount?.times, team, caseReference, severity, status, deviation, requester, approver, rationale,
    ].compactMap { $0 }
    return id + times + code.columns + (rootCause?.columns ?? []) + plain + currency + inputs
  }
}

extension ExportMap.TimeColumn {
  fileprivate init(_ value: YAMLValue) throws {
    guard value.isMapping else {
      self.init(column: try value.string(), formats: [try TimePattern("iso8601")], zone: .utc)
      return
    }
    let fields = try value.mapping(["column", "format", "zone"])
    var zone = Zone.utc
    if let field = fields["zone"] {
      guard let named = Zone(try field.string()) else {
        throw field.problem("This is not a time zone. Write a name such as Europe/Berlin, or UTC.")
      }
      zone = named
    }
    let formats = try fields["format"]?.listOfSome("format").map { format in
      do { return try TimePattern(format.string()) } catch let error as TimePatternError {
        throw format.problem(error.sentence)
      }
    }
    self.init(
      column: try fields.required("column").string(), formats: try formats ?? [TimePattern("iso8601")], zone: zone)
  }
}

extension ExportMap.KeyColumn {
  fileprivate init(_ value: YAMLValue) throws {
    guard value.isMapping else {
      self.init(columns: try value.listOfSome("column").map { try $0.string() })
      return
    }
    let fields = try value.mapping(["column", "columns", "join", "split", "values", "otherwise"])
    guard let columns = fields["columns"] ?? fields["column"] else { throw value.problem("\"column\" is missing.") }
    self.init(columns: try columns.listOfSome("column").map { try $0.string() })
    if let field = fields["join"] { join = try field.string() }
    if let field = fields["split"] {
      split = try field.string()
      if split?.isEmpty == true { throw field.problem("Name the text between two values, as \";\".") }
    }
    otherwise = try fields["otherwise"]?.string()
    var ids: [String: (value: String, id: String)] = [:]
    values =
      try fields["values"]?.anyMapping().members.map { name, entry in
        let value = name.trimmed
        guard !entry.isNothing else {
          throw entry.problem("\"\(value)\" has nothing behind it. Write a code or tag, or leave the line out.")
        }
        let id = try entry.string()
        if let other = ids.updateValue((value, id), forKey: value.lowercased()), other.id != id {
          throw entry.problem(
            "\"\(other.value)\" and \"\(value)\" are one value: case and blanks around it make no difference. Keep one."
          )
        }
        return (value, id)
      } ?? []
  }
}

extension ExportMap.AmountColumn {
  fileprivate init(_ value: YAMLValue) throws {
    let fields = try value.mapping(["column", "times", "currency", "decimal", "unit", "sign"])
    self.init(
      column: try fields.required("column").string(), times: try fields["times"]?.string(),
      currency: try ExportMap.CurrencySource(fields.required("currency")))
    if let field = fields["decimal"] {
      switch try field.string() {
      case ".": decimalSeparator = UInt8(ascii: ".")
      case ",": decimalSeparator = UInt8(ascii: ",")
      default: throw field.problem("Write \".\" or \",\".")
      }
    }
    unit = try fields["unit"]?.choice("major or minor") ?? .major
    sign = try fields["sign"]?.choice("as_is, absolute or negated") ?? .asIs
  }
}

extension ExportMap.CurrencySource {
  fileprivate init(_ value: YAMLValue) throws {
    if value.isMapping {
      self = .column(try value.mapping(["column"]).required("column").string())
      return
    }
    guard let currency = Currency(try value.string()) else {
      throw value.problem("Write a currency's three letters, as EUR, or {column: NAME}.")
    }
    self = .fixed(currency)
  }
}

extension YAMLValue {
  fileprivate func choice<Choice: RawRepresentable<String>>(_ words: String) throws -> Choice {
    let word = try string()
    guard let choice = Choice(rawValue: word) else {
      throw problem("\(word.quoted) is not known here. Write \(words).")
    }
    return choice
  }

  fileprivate func delimiter() throws -> UInt8 {
    let text = try string()
    if text == "\\t" || text == "tab" { return UInt8(ascii: "\t") }
    guard let byte = text.utf8.first, text.utf8.count == 1 else {
      throw problem("A delimiter is one character, as \";\" or \"\\t\".")
    }
    guard CSVReader.mayDelimit(byte) else {
      throw problem("This cannot stand between the fields of a CSV file. Name a comma, a semicolon, a tab or a bar.")
    }
    return byte
  }
}
