// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads one JSON object after the other, and picks out the values of a map's columns.
///
/// Strict: no duplicate keys, no lone surrogates, no NUL, valid UTF-8. A number stays the text that it is. Its memory is kept from
/// one line to the next.
struct JSONScan: ~Copyable {
  /// Nothing that an export holds nests deeper; what does is an attack on the stack.
  static let deepestNesting = 64

  /// Bytes of the line, or, from the line's length on, of what had to be unescaped.
  struct Text {
    var start: Int32
    var end: Int32
    var isEmpty: Bool { start == end }
  }

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

  private var bytes: UnsafePointer<UInt8>
  private var count = 0
  private var at = 0
  private var values = 0
  private var unescaped: UnsafeMutablePointer<UInt8>
  private var unescapedCapacity = 0
  private var unescapedCount = 0

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
    unescaped = .allocate(capacity: 1)
    bytes = UnsafePointer(unescaped)
  }

  deinit {
    unescaped.deallocate()
  }

  /// What had to be unescaped of the line that was scanned last.
  var unescapedBytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: unescaped, count: unescapedCount) }

  /// Scans a line. `found`, `leaves` and `unescapedBytes` tell of it until the next call.
  /// - Parameter line: at most 1 GiB, and one more byte, a line feed, follows it in memory.
  mutating func scan(_ line: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
    guard let start = line.baseAddress else { throw .notAnObject }
    begin(start, line.count)
    skipSpace()
    guard bytes[at] == UInt8(ascii: "{") else { throw .notAnObject }
    places.append(Place(node: ColumnTree.root, steps: 0))
    do throws(JSONFault) {
      try object(at: 0..<1, depth: 1)
      skipSpace()
      if at < count { throw syntax("something follows the object") }
    } catch {
      throw memchr(start, 0, line.count) == nil ? error : .nul
    }
    // Nearly every line is ASCII; of the others all is judged, also what the map does not read.
    if line.contains(where: { $0 >= 0x80 }), String(validating: line, as: UTF8.self) == nil { throw .notUTF8 }
  }

  private mutating func begin(_ start: UnsafePointer<UInt8>, _ length: Int) {
    bytes = start
    count = length
    at = 0
    values = 0
    found.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    paths.removeAll(keepingCapacity: true)
    path.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    for column in steps.indices { steps[column] = .max }
    unescapedCount = 0
    guard unescapedCapacity < length else { return }
    // What is unescaped is never longer than it was.
    unescaped.deallocate()
    unescapedCapacity = length * 2
    unescaped = .allocate(capacity: unescapedCapacity)
  }

  /// The bytes of a text; valid until the next line.
  func bytes(_ text: Text) -> UnsafeBufferPointer<UInt8> {
    let start = Int(text.start)
    let from = start < count ? bytes + start : UnsafePointer(unescaped) + (start - count)
    return UnsafeBufferPointer(start: from, count: Int(text.end - text.start))
  }
}

// Values. Each stands at a range of `places`: the columns, or beginnings of columns, that it is.
extension JSONScan {
  private func syntax(_ what: String) -> JSONFault { at >= count ? .cut : .syntax(offset: at, what) }

  private mutating func skipSpace() {
    while at < count, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0D { at += 1 }
  }

  private mutating func value(at range: Range<Int>, depth: Int) throws(JSONFault) {
    values += 1
    guard values <= limits.fields else { throw .tooManyValues }
    skipSpace()
    switch bytes[at] {
    case UInt8(ascii: "\""): take(try string(), at: range)
    case UInt8(ascii: "{"): try object(at: range, depth: depth + 1)
    case UInt8(ascii: "["): try array(at: range, depth: depth + 1)
    case UInt8(ascii: "t"): take(try word("true"), at: range)
    case UInt8(ascii: "f"): take(try word("false"), at: range)
    case UInt8(ascii: "n"):
      let null = try word("null")
      take(Text(start: null.start, end: null.start), at: range)
    default: take(try number(), at: range)
    }
  }

  private mutating func object(at range: Range<Int>, depth: Int) throws(JSONFault) {
    guard depth <= JSONScan.deepestNesting else { throw .tooDeep }
    let firstKey = keys.count
    var many: Set<Fingerprint> = []
    at += 1
    skipSpace()
    if bytes[at] == UInt8(ascii: "}") {
      at += 1
      return
    }
    while true {
      skipSpace()
      guard bytes[at] == UInt8(ascii: "\"") else { throw syntax("a key in quotation marks is expected") }
      let key = try string()
      try note(key, after: firstKey, &many)
      skipSpace()
      guard bytes[at] == UInt8(ascii: ":") else { throw syntax("a colon is expected") }
      at += 1
      let name = bytes(key)
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
    at += 1
    skipSpace()
    if bytes[at] == UInt8(ascii: "]") {
      at += 1
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
    skipSpace()
    let byte = bytes[at]
    guard byte == UInt8(ascii: ",") || byte == closing else { throw syntax("a comma is expected") }
    at += 1
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
    let name = bytes(text)
    var hint = UInt64(name.count)
    for byte in name.prefix(8) { hint = hint &* 31 &+ UInt64(byte) }
    for byte in name.suffix(8) { hint = hint &* 31 &+ UInt64(byte) }
    let known = keys.count - first
    if known < 256 {
      for key in keys[first...] where key.hint == hint {
        if bytes(key.text).elementsEqual(name) { throw .duplicateKey(String(decoding: name, as: UTF8.self)) }
      }
    } else {
      if many.isEmpty {
        for key in keys[first...] { many.insert(Fingerprint { feed in feed(UnsafeRawBufferPointer(bytes(key.text))) }) }
      }
      guard many.insert(Fingerprint { feed in feed(UnsafeRawBufferPointer(name)) }).inserted else {
        throw .duplicateKey(String(decoding: name, as: UTF8.self))
      }
    }
    keys.append(Key(text: text, hint: hint))
  }
}

// Words, numbers and texts.
extension JSONScan {
  private func text(from start: Int) -> Text {
    Text(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: at))
  }

  private mutating func word(_ word: StaticString) throws(JSONFault) -> Text {
    let start = at
    for index in 0..<word.utf8CodeUnitCount {
      guard bytes[at] == word.utf8Start[index] else {
        if at < count { at = start }
        throw syntax("a value is expected")
      }
      at += 1
    }
    return text(from: start)
  }

  private mutating func number() throws(JSONFault) -> Text {
    let start = at
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    let digits = at
    try skipDigits("a value is expected")
    guard bytes[digits] != UInt8(ascii: "0") || at == digits + 1 else {
      at = start
      throw syntax("a number begins with 0")
    }
    if bytes[at] == UInt8(ascii: ".") {
      at += 1
      try skipDigits("a digit is expected")
    }
    if bytes[at] == UInt8(ascii: "e") || bytes[at] == UInt8(ascii: "E") {
      at += 1
      if bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      try skipDigits("a digit is expected")
    }
    return text(from: start)
  }

  private mutating func skipDigits(_ what: String) throws(JSONFault) {
    let start = at
    while bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
    if at == start { throw syntax(what) }
  }

  private mutating func string() throws(JSONFault) -> Text {
    at += 1
    let start = at
    skipPlain()
    if bytes[at] == UInt8(ascii: "\"") {
      defer { at += 1 }
      return text(from: start)
    }
    let first = unescapedCount
    var copied = start
    while true {
      let length = at - copied
      memcpy(unescaped + unescapedCount, bytes + copied, length)
      unescapedCount += length
      if bytes[at] == UInt8(ascii: "\"") { break }
      guard bytes[at] == UInt8(ascii: "\\") else { throw unexpectedInText }
      try escape()
      copied = at
      skipPlain()
    }
    at += 1
    return Text(start: Int32(truncatingIfNeeded: count + first), end: Int32(truncatingIfNeeded: count + unescapedCount))
  }

  /// A control character that stands unescaped; also the line's end.
  private var unexpectedInText: JSONFault {
    let isAtEnd = at >= count || at == count - 1 && bytes[at] == 0x0D
    return isAtEnd ? .cut : syntax("a control character stands unescaped in a text")
  }

  private mutating func skipPlain() {
    let bytes = bytes
    var at = at
    while bytes[at] >= 0x20, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") { at &+= 1 }
    self.at = at
  }

  private mutating func escape() throws(JSONFault) {
    at += 1
    let byte = bytes[at]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): append(byte)
    case UInt8(ascii: "b"): append(0x08)
    case UInt8(ascii: "f"): append(0x0C)
    case UInt8(ascii: "n"): append(0x0A)
    case UInt8(ascii: "r"): append(0x0D)
    case UInt8(ascii: "t"): append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try unicodeEscape()
      for byte in UTF8.encode(scalar) ?? .init() { append(byte) }
      return
    default: throw syntax("an unknown escape stands in a text")
    }
    at += 1
  }

  private mutating func append(_ byte: UInt8) {
    unescaped[unescapedCount] = byte
    unescapedCount += 1
  }

  /// Reads `uXXXX`, or the two of a surrogate pair.
  private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
    var code = try hexQuad()
    if code == 0 { throw .nul }
    if code & 0xFC00 == 0xD800, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
      at += 1
      let low = try hexQuad()
      guard low & 0xFC00 == 0xDC00 else { throw .loneSurrogate }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw at >= count - 1 ? .cut : .loneSurrogate }
    return scalar
  }

  private mutating func hexQuad() throws(JSONFault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      at += 1
      guard at < count, let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else {
        throw syntax("four hexadecimal digits are expected")
      }
      code = code << 4 | UInt32(digit)
    }
    at += 1
    return code
  }
}
