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
    do { bytes = try foreignBytes(at: path, atMost: YAMLFile.largest) } catch {
      throw FileProblem(file: name, "The file cannot be read. Is it there?")
    }
    try self.init(bytes, named: name)
  }

  init(_ bytes: [UInt8], named name: String) throws {
    self.name = name
    self.bytes = bytes
    guard bytes.count <= YAMLFile.largest else { throw FileProblem(file: name, "The file is larger than 4 MiB.") }
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
      throw FileProblem(file: name, "The file is not UTF-8 text.")
    }
    do {
      guard let node = try HarmlessYAML(bytes, deepest: YAMLFile.deepest).compose() else {
        throw FileProblem(file: name, line: 1, "The file says nothing.")
      }
      root = YAMLValue(node: node, file: name)
    } catch let harm as HarmlessYAML.Harm {
      throw YAMLFile.problem(harm, name)
    } catch let error as YamlError {
      throw YAMLFile.problem(error, name)
    }
  }

  private static func problem(_ harm: HarmlessYAML.Harm, _ name: String) -> FileProblem {
    switch harm {
    case .alias(let line), .explicitKey(let line), .tag(let line): refusedSign(line, name)
    case .tooDeep(let line): FileProblem(file: name, line: line, "The text is nested too deep.")
    }
  }

  private static func refusedSign(_ line: Int, _ name: String) -> FileProblem {
    FileProblem(
      file: name, line: line,
      "Anchors, aliases, tags and keys behind a question mark (& * ! ?) are not allowed here. Put a value that begins so into quotes."
    )
  }

  private static func problem(_ error: YamlError, _ name: String) -> FileProblem {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      ["anchor", "alias", "a tag"].contains { "\(context?.text ?? "") \(problem)".contains($0) }
        ? refusedSign(mark.line, name)
        : FileProblem(file: name, line: mark.line, "This is not valid YAML: \(problem).")
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

  subscript(name: String) -> YAMLValue? { members.first { $0.0 == name }?.1 }

  func required(_ name: String) throws -> YAMLValue {
    guard let member = self[name] else { throw value.problem("\"\(name)\" is missing.") }
    return member
  }
}
