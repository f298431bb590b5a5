// SPDX-License-Identifier: Apache-2.0

/// Writes elements, which it nests and closes itself: what comes out is well-formed, whatever it is asked for.
///
/// The attributes of an open element that are known only from its content, `data-line` and `id`, have a place kept for
/// them and are put there in the end.
struct HTMLWriter {
  /// The most elements that the renderer has open at once. Browsers flatten what is much deeper.
  static let deepest = 128

  /// Where `data-line` and `id` of one element go.
  private struct Place {
    let offset: Int
    var line: Int?
    var id: String?
  }

  /// Write hidden characters as U+FFFD alone, without an element around it.
  var replacesHidden = false
  private var places: [Place] = []
  private var bytes: [UInt8] = []
  private var open: [StaticString] = []

  var depth: Int { open.count }
  /// How many bytes there will be, about: the attributes that come in the end are guessed.
  var count: Int { bytes.count + 20 * places.count }

  /// Begins an element. Its name and the attributes' are ours, so constant; the values are escaped.
  mutating func open(_ name: StaticString, line: Int? = nil, _ attributes: (StaticString, String)...) {
    write("<")
    write(name)
    if let line { write(attribute: "data-line", String(line)) }
    for (name, value) in attributes { write(attribute: name, value) }
    write(">")
    open.append(name)
  }

  /// Begins an element whose line, and perhaps id, is told later; gives the number of its place.
  mutating func openPlaced(_ name: StaticString, _ attributes: (StaticString, String)...) -> Int {
    write("<")
    write(name)
    places.append(Place(offset: bytes.count))
    for (name, value) in attributes { write(attribute: name, value) }
    write(">")
    open.append(name)
    return places.count - 1
  }

  /// Ends the innermost element.
  mutating func close() {
    guard let name = open.popLast() else { return }
    write("</")
    write(name)
    write(">")
  }

  /// An element that has no content.
  mutating func void(_ name: StaticString, _ attributes: (StaticString, String)...) {
    write("<")
    write(name)
    for (name, value) in attributes { write(attribute: name, value) }
    write(" />")
  }

  /// An element that has no content, whose line is told later; gives the number of its place.
  mutating func voidPlaced(_ name: StaticString) -> Int {
    write("<")
    write(name)
    places.append(Place(offset: bytes.count))
    write(" />")
    return places.count - 1
  }

  func line(of place: Int) -> Int? { places[place].line }

  /// - Parameter line: nil where it turned out that it is not known.
  mutating func fill(_ place: Int, line: Int?) { places[place].line = line }

  mutating func fill(_ place: Int, id: String) { places[place].id = id }

  mutating func newline() { bytes.append(UInt8(ascii: "\n")) }

  /// A line break unless the line is fresh.
  mutating func freshLine() {
    if let last = bytes.last, last != UInt8(ascii: "\n") { newline() }
  }

  /// Text of a document, escaped; its hidden characters are shown.
  mutating func write(text: UnsafeBufferPointer<UInt8>) {
    write(text, showsHidden: !replacesHidden && depth < HTMLWriter.deepest)
  }

  mutating func write(text: String) {
    var text = text
    text.withUTF8 { write(text: $0) }
  }

  /// Everything, with the attributes in their places. Ends the elements that are open.
  mutating func finish() -> String {
    while !open.isEmpty { close() }
    var whole: [UInt8] = []
    whole.reserveCapacity(bytes.count + places.count * 24)
    var start = 0
    for place in places {
      whole += bytes[start..<place.offset]
      start = place.offset
      if let line = place.line { whole += " data-line=\"\(line)\"".utf8 }
      if let id = place.id { whole += " id=\"\(id)\"".utf8 }
    }
    whole += bytes[start...]
    return String(decoding: whole, as: UTF8.self)
  }

  private mutating func write(attribute name: StaticString, _ value: String) {
    write(" ")
    write(name)
    write("=\"")
    var value = value
    value.withUTF8 { write($0, showsHidden: false) }
    write("\"")
  }

  private mutating func write(_ text: UnsafeBufferPointer<UInt8>, showsHidden: Bool) {
    let plain = HTMLWriter.plain
    var index = 0
    while index < text.count {
      let start = index
      while index < text.count, plain[Int(text[index])] { index += 1 }
      bytes += UnsafeBufferPointer(rebasing: text[start..<index])
      guard index < text.count else { return }
      if let (scalar, length) = HiddenCharacter.sequence(in: text, at: index) {
        if showsHidden { write(hidden: scalar) } else { bytes += HiddenCharacter.replacement }
        index += length
      } else {
        write(escaped: text[index])
        index += 1
      }
    }
  }

  /// The bytes that are written as they are, and begin no hidden character.
  private static let plain: [Bool] = (0...255).map { (byte: UInt8) in
    switch byte {
    case 0x09, 0x0A: true
    case 0...0x1F, 0x7F, 0xC2, 0xE2, 0xEF: false
    default: !"<>&\"".utf8.contains(byte)
    }
  }

  private mutating func write(hidden scalar: Unicode.Scalar) {
    let hex = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.utf8.count)) + hex
    open("span", ("class", "hidden-character"), ("title", code))
    bytes += HiddenCharacter.replacement
    close()
  }

  private mutating func write(escaped byte: UInt8) {
    switch byte {
    case UInt8(ascii: "<"): write("&lt;")
    case UInt8(ascii: ">"): write("&gt;")
    case UInt8(ascii: "&"): write("&amp;")
    case UInt8(ascii: "\""): write("&quot;")
    default: bytes.append(byte)
    }
  }

  private mutating func write(_ constant: StaticString) {
    constant.withUTF8Buffer { bytes += $0 }
  }
}
