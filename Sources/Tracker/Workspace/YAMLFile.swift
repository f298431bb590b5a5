// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Yams

/// A YAML file that people write, read strictly: every error names file and line. Aliases, tags and duplicate keys are refused,
/// and so are keys that nobody reads, because they are most often typing errors.
struct YAMLFile {
  let name: String
  let bytes: [UInt8]
  let root: YAMLValue

  static let largest = 4 << 20

  init(at path: String, named name: String) throws {
    let bytes: [UInt8]
    do { bytes = try foreignBytes(at: path, atMost: YAMLFile.largest) } catch {
      throw FileProblem(file: name, "The file cannot be read. Is it there?")
    }
    try self.init(bytes, named: name)
  }

  init(_ bytes: [UInt8], named name: String) throws {
    self.name = name
    self.bytes = bytes
    guard bytes.count <= YAMLFile.largest else { throw FileProblem(file: name, "The file is larger than 4 MiB.") }
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw FileProblem(file: name, "The file is not UTF-8 text.")
    }
    try YAMLFile.refuseTraps(text, name)
    do {
      let parser = try Yams.Parser(yaml: text, resolver: .basic)
      guard let node = try parser.singleRoot() else {
        throw FileProblem(file: name, line: 1, "The file says nothing.")
      }
      root = YAMLValue(node: node, file: name)
    } catch let error as YamlError {
      throw YAMLFile.problem(error, name)
    }
  }

  /// What could blow up or mean something else than it seems: nesting, aliases, explicit tags.
  private static func refuseTraps(_ text: String, _ name: String) throws {
    var depth = 0
    var line = 1
    var previous: Character = "\n"
    var quote: Character?
    var isComment = false
    for character in text {
      defer { previous = character }
      if character.isNewline {
        line += 1
        isComment = false
      }
      if isComment { continue }
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      let startsToken = previous.isWhitespace || previous == "[" || previous == "{" || previous == ","
      switch character {
      case "\"", "'": if startsToken { quote = character }
      case "#": if previous.isWhitespace { isComment = true }
      case "[", "{":
        depth += 1
        if depth > 32 { throw FileProblem(file: name, line: line, "The text is nested too deep.") }
      case "]", "}": depth = max(0, depth - 1)
      case "&", "*", "!":
        if startsToken {
          throw FileProblem(
            file: name, line: line,
            "Anchors, aliases and tags (& * !) are not allowed here. Put a value that begins so into quotes.")
        }
      default: break
      }
    }
  }

  private static func problem(_ error: YamlError, _ name: String) -> FileProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      FileProblem(file: name, line: mark.line, "This is not valid YAML: \(problem).")
    case .duplicatedKeysInMapping(let keys, let context):
      FileProblem(
        file: name, line: context.mark.line,
        "A key stands twice: \(keys.map(String.init(describing:)).joined(separator: ", ")).")
    default: FileProblem(file: name, "This is not valid YAML.")
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
    return [self]
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
    for (key, value) in mapping {
      let name = try YAMLValue(node: key, file: file).string()
      guard !members.contains(where: { $0.0 == name }) else { throw problem("The key \"\(name)\" stands twice.") }
      members.append((name, YAMLValue(node: value, file: file)))
    }
    return YAMLMapping(value: self, members: members)
  }
}

struct YAMLMapping {
  let value: YAMLValue
  let members: [(String, YAMLValue)]

  subscript(name: String) -> YAMLValue? { members.first { $0.0 == name }?.1 }

  func required(_ name: String) throws -> YAMLValue {
    guard let member = self[name] else { throw value.problem("\"\(name)\" is missing.") }
    return member
  }
}
