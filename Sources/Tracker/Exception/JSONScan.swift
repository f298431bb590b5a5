// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads one JSON object after the other, and picks out the values of a map's columns.
///
/// Strict: no duplicate keys, no lone surrogates, no NUL, valid UTF-8. A number stays the text that it is. Its memory is kept from
/// one line to the next.
struct JSONScan: ~Copyable {
  /// Nothing that an export holds nests deeper; what does is an attack on the stack.
  static let deepestNesting = 64

  typealias Text = JSONCursor.Text

  /// A value of a column.
  struct Found {
    let column: Int32
    let text: Text
  }

  /// Any value, with its path as bytes of `paths`.
  struct Leaf {
    let path: Range<Int>
    let text: Text
  }

  /// By column: whether a line that was read has a value there, be it null.
  private(set) var occurs: [Bool]

  /// The values of the line that was scanned last, as they stand there; missing ones are left out.
  private(set) var found: [Found] = []

  /// Likewise all of its values, where the content is wanted.
  private(set) var leaves: [Leaf] = []
  private(set) var paths: [UInt8] = []

  private let tree: ColumnTree
  private let limits: CSVLimits
  private let wantsContent: Bool

  private var cursor = JSONCursor()
  private var values = 0

  /// By column: in how many steps its values were reached. Fewer wins, because a key with points in its name does.
  private var steps: [Int32]
  /// Where the value in hand stands, and before that where what encloses it does.
  private var places: [Place] = []
  /// Keys of the object in hand, and of those that enclose it before them.
  private var keys: [Key] = []
  /// The path of the value in hand, where the content is wanted.
  private var path: [UInt8] = []

  /// A node of the tree, and how many keys and numbers led there.
  private struct Place {
    let node: Int32
    var steps: Int32
  }

  private struct Key {
    let text: Text
    /// Differs for most keys that differ.
    let hint: UInt64
  }

  init(_ columns: [String], wantsContent: Bool, limits: CSVLimits) {
    tree = ColumnTree(columns)
    self.wantsContent = wantsContent
    self.limits = limits
    occurs = Array(repeating: false, count: columns.count)
    steps = Array(repeating: .max, count: columns.count)
  }

  /// What had to be unescaped of the line that was scanned last.
  var unescapedBytes: UnsafeBufferPointer<UInt8> { cursor.unescapedBytes }

  /// Scans a line. `found`, `leaves` and `unescapedBytes` tell of it until the next call.
  /// - Parameter line: at most 1 GiB, and one more byte, a line feed, follows it in memory.
  mutating func scan(_ line: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
    guard let start = line.baseAddress else { throw .notAnObject }
    begin(start, line.count)
    cursor.skipSpace()
    guard cursor.next == UInt8(ascii: "{") else { throw .notAnObject }
    places.append(Place(node: ColumnTree.root, steps: 0))
    do throws(JSONFault) {
      try object(at: 0..<1, depth: 1)
      cursor.skipSpace()
      if !cursor.isAtEnd { throw cursor.syntax("something follows the object") }
    } catch {
      throw memchr(start, 0, line.count) == nil ? error : .nul
    }
    // Nearly every line is ASCII; of the others all is judged, also what the map does not read.
    if line.contains(where: { $0 >= 0x80 }), String(validating: line, as: UTF8.self) == nil { throw .notUTF8 }
  }

  private mutating func begin(_ start: UnsafePointer<UInt8>, _ length: Int) {
    cursor.begin(start, count: length)
    values = 0
    found.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    paths.removeAll(keepingCapacity: true)
    path.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    for column in steps.indices { steps[column] = .max }
  }
}

// Values. Each stands at a range of `places`: the columns, or beginnings of columns, that it is.
extension JSONScan {
  private mutating func value(at range: Range<Int>, depth: Int) throws(JSONFault) {
    values += 1
    guard values <= limits.fields else { throw .tooManyValues }
    cursor.skipSpace()
    switch cursor.next {
    case UInt8(ascii: "\""): take(try cursor.string(), at: range)
    case UInt8(ascii: "{"): try object(at: range, depth: depth + 1)
    case UInt8(ascii: "["): try array(at: range, depth: depth + 1)
    case UInt8(ascii: "t"): take(try cursor.word("true"), at: range)
    case UInt8(ascii: "f"): take(try cursor.word("false"), at: range)
    case UInt8(ascii: "n"):
      let null = try cursor.word("null")
      take(Text(start: null.start, end: null.start), at: range)
    default: take(try cursor.number(), at: range)
    }
  }

  private mutating func object(at range: Range<Int>, depth: Int) throws(JSONFault) {
    guard depth <= JSONScan.deepestNesting else { throw .tooDeep }
    let firstKey = keys.count
    var many: Set<Fingerprint> = []
    cursor.pass()
    cursor.skipSpace()
    if cursor.next == UInt8(ascii: "}") {
      cursor.pass()
      return
    }
    while true {
      cursor.skipSpace()
      guard cursor.next == UInt8(ascii: "\"") else { throw cursor.syntax("a key in quotation marks is expected") }
      let key = try cursor.string()
      try note(key, after: firstKey, &many)
      cursor.skipSpace()
      guard cursor.next == UInt8(ascii: ":") else { throw cursor.syntax("a colon is expected") }
      cursor.pass()
      let name = cursor.bytes(key)
      let first = places.count
      for index in range {
        let place = places[index]
        if let node = tree.target(from: place.node, key: name) { add(Place(node: node, steps: place.steps + 1), first) }
      }
      let length = path.count
      if wantsContent { lengthenPath(name) }
      try value(at: first..<places.count, depth: depth)
      places.removeLast(places.count - first)
      path.removeLast(path.count - length)
      guard try hasMore(until: UInt8(ascii: "}")) else { break }
    }
    keys.removeLast(keys.count - firstKey)
  }

  /// An element is where its array is, and also at its number.
  private mutating func array(at range: Range<Int>, depth: Int) throws(JSONFault) {
    guard depth <= JSONScan.deepestNesting else { throw .tooDeep }
    cursor.pass()
    cursor.skipSpace()
    if cursor.next == UInt8(ascii: "]") {
      cursor.pass()
      return take(Text(start: 0, end: 0), at: range)
    }
    var element = 0
    while true {
      let first = places.count
      for index in range {
        let place = places[index]
        add(place, first)
        if let node = tree.target(from: place.node, element: element) {
          add(Place(node: node, steps: place.steps + 1), first)
        }
      }
      let length = path.count
      if wantsContent {
        var number = String(element)
        number.withUTF8 { lengthenPath($0) }
      }
      try value(at: first..<places.count, depth: depth)
      places.removeLast(places.count - first)
      path.removeLast(path.count - length)
      guard try hasMore(until: UInt8(ascii: "]")) else { return }
      element += 1
    }
  }

  private mutating func hasMore(until closing: UInt8) throws(JSONFault) -> Bool {
    cursor.skipSpace()
    let byte = cursor.next
    guard byte == UInt8(ascii: ",") || byte == closing else { throw cursor.syntax("a comma is expected") }
    cursor.pass()
    return byte != closing
  }

  /// Adds a place to those from `first` on; of two ways to the same node, the shorter.
  private mutating func add(_ place: Place, _ first: Int) {
    for index in first..<places.count where places[index].node == place.node {
      places[index].steps = min(places[index].steps, place.steps)
      return
    }
    places.append(place)
  }

  private mutating func lengthenPath(_ name: UnsafeBufferPointer<UInt8>) {
    if !path.isEmpty { path.append(UInt8(ascii: ".")) }
    path.append(contentsOf: name)
  }

  /// Keeps a value; an empty one is missing.
  private mutating func take(_ text: Text, at range: Range<Int>) {
    for place in places[range] {
      let column = Int(tree.column(at: place.node))
      guard column >= 0 else { continue }
      occurs[column] = true
      guard !text.isEmpty, place.steps <= steps[column] else { continue }
      if place.steps < steps[column] {
        if steps[column] != .max { found.removeAll { $0.column == column } }
        steps[column] = place.steps
      }
      found.append(Found(column: Int32(column), text: text))
    }
    if wantsContent, !text.isEmpty {
      leaves.append(Leaf(path: paths.count..<(paths.count + path.count), text: text))
      paths += path
    }
  }

  /// - Throws: `JSONFault.duplicateKey`. Few keys are compared with each other, many are looked up.
  private mutating func note(_ text: Text, after first: Int, _ many: inout Set<Fingerprint>) throws(JSONFault) {
    let name = cursor.bytes(text)
    var hint = UInt64(name.count)
    for byte in name.prefix(8) { hint = hint &* 31 &+ UInt64(byte) }
    for byte in name.suffix(8) { hint = hint &* 31 &+ UInt64(byte) }
    let known = keys.count - first
    if known < 256 {
      for key in keys[first...] where key.hint == hint {
        if cursor.bytes(key.text).elementsEqual(name) { throw .duplicateKey(String(decoding: name, as: UTF8.self)) }
      }
    } else {
      if many.isEmpty {
        for key in keys[first...] {
          many.insert(Fingerprint { feed in feed(UnsafeRawBufferPointer(cursor.bytes(key.text))) })
        }
      }
      guard many.insert(Fingerprint { feed in feed(UnsafeRawBufferPointer(name)) }).inserted else {
        throw .duplicateKey(String(decoding: name, as: UTF8.self))
      }
    }
    keys.append(Key(text: text, hint: hint))
  }
}
