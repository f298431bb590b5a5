// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Yams

/// A YAML file that people write, read strictly: every error names file and line. Aliases, tags and duplicate keys are refused,
/// and so are keys that nobody reads, because they are most often typing errors.
struct YAMLFile {
  let name: String
  let bytes: [UInt8]
  let root: YAMLValue

  static let largest = 4 << 20
  private static let deepest = 32

  init(at path: String, named name: String) throws {
    let bytes: [UInt8]
    do { bytes = try foreignBytes(at: path, atMost: YAMLFile.largest) } catch let error as FileProblem {
      throw FileProblem(file: name, error.problem)
    }
    try self.init(bytes, named: name)
  }

  init(_ bytes: [UInt8], named name: String) throws {
    self.name = name
    self.bytes = bytes
    guard bytes.count <= YAMLFile.largest else { throw FileProblem(file: name, "The file is larger than 4 MiB.") }
    if let line = YAMLFile.lineThatIsNoText(bytes) {
      throw FileProblem(file: name, line: line, "This line is not UTF-8 text. Save the file as UTF-8.")
    }
    // Windows puts a mark before the first line, which is none of it.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let composed: Node?
    do { composed = try HarmlessYAML(text, deepest: YAMLFile.deepest).compose() } catch {
      throw FileProblem(file: name, line: error.line, YAMLFile.sentence(error.reason))
    }
    guard let composed else { throw FileProblem(file: name, line: 1, "The file says nothing.") }
    root = YAMLValue(node: composed, file: name)
  }

  private static func lineThatIsNoText(_ bytes: [UInt8]) -> Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
  }

  private static func sentence(_ reason: YAMLRefusal.Reason) -> String {
    switch reason {
    case .alias, .tag, .explicitKey:
      "Anchors, aliases, tags and keys behind a question mark (& * ! ?) are not allowed here. Put a value that begins so into quotes."
    case .collectionAsKey: "A key is one word or text here, no list. Put it into quotes if its brackets belong to it."
    case .tooDeep: "The text is nested too deep."
    case .lineBreak(let name):
      "There is an unusual line break, \(name). End lines with LF or CR LF; in a text, write it in double quotes as an escape."
    case .character(let name): "There is a character that YAML cannot hold, \(name). Remove it."
    case .openQuote: "A quotation mark opens here and is not closed. Close it."
    case .tab: "A line is indented by a tab. Use spaces."
    case .secondDocument: "Another document begins here. Keep one, without a line of dashes."
    case .reservedSign: "A value begins with @, %, ` or a tab. Put it into quotes, and indent with spaces."
    case .duplicate(let key): "A key stands twice: \(key)."
    case .notYAML(let problem): "This is not valid YAML: \(problem)."
    }
  }
}

/// A value of a YAML file, with its place.
struct YAMLValue {
  let node: Node
  let file: String

  var line: Int? { node.mark?.line }

  func problem(_ text: String) -> FileProblem { FileProblem(file: file, line: line, text) }

  /// The text of a scalar, numbers and dates as they were written.
  func string() throws -> String {
    guard case .scalar(let scalar) = node else { throw problem("A single value is expected here.") }
    return scalar.string
  }

  func sequence() throws -> [YAMLValue] {
    guard case .sequence(let sequence) = node else { throw problem("A list is expected here.") }
    return sequence.map { YAMLValue(node: $0, file: file) }
  }

  /// A list, or one value that stands for a list of one.
  func list() throws -> [YAMLValue] {
    if case .sequence = node { return try sequence() }
    if case .scalar(let scalar) = node, scalar.style == .plain, scalar.string.contains(",") {
      throw problem("Put several into brackets, as [\(scalar.string)]. One that has a comma in it goes into quotes.")
    }
    return [self]
  }

  /// One or several, at least one.
  func listOfSome(_ what: String) throws -> [YAMLValue] {
    let list = try list()
    guard !list.isEmpty else { throw problem("Name at least one \(what), or leave the line out.") }
    return list
  }

  /// Whether nothing stands there, or one of YAML's words for nothing, without quotes.
  var isNothing: Bool {
    guard case .scalar(let scalar) = node else { return false }
    return scalar.isNull
  }

  var isMapping: Bool {
    if case .mapping = node { true } else { false }
  }

  /// - Parameter known: keys that may occur; any other is an error that lists them.
  func mapping(_ known: [String]) throws -> YAMLMapping {
    let mapping = try anyMapping()
    for (key, value) in mapping.members where !known.contains(key) {
      throw value.problem("\"\(key)\" is not known here. Known: \(known.joined(separator: ", ")).")
    }
    return mapping
  }

  func anyMapping() throws -> YAMLMapping {
    guard case .mapping(let mapping) = node else { throw problem("Keys with values are expected here.") }
    var members: [(String, YAMLValue)] = []
    var names: Set<String> = []
    for (key, value) in mapping {
      let name = try YAMLValue(node: key, file: file).string()
      guard names.insert(name).inserted else { throw problem("The key \"\(name)\" stands twice.") }
      members.append((name, YAMLValue(node: value, file: file)))
    }
    return YAMLMapping(value: self, members: members)
  }
}

struct YAMLMapping {
  let value: YAMLValue
  let members: [(String, YAMLValue)]

  /// Nil where the key is missing, or has nothing behind it.
  subscript(name: String) -> YAMLValue? { members.first { $0.0 == name && !$0.1.isNothing }?.1 }

  func required(_ name: String) throws -> YAMLValue {
    guard let member = self[name] else { throw value.problem("\"\(name)\" is missing.") }
    return member
  }
}
