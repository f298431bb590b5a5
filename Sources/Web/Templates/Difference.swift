// SPDX-License-Identifier: Apache-2.0

/// A unified difference as people read it: line by line, and in lines that replace others the words that differ are marked.
struct Difference {
  private let text: String
  /// So many words of a page are compared; in what comes after them none are marked. Comparing takes long.
  private static let mostWords = 4_000

  init(_ unified: String) { text = unified }

  var html: HTML {
    var html: HTML = ""
    var removed: [Substring] = []
    var added: [Substring] = []
    var isInHeader = true
    var budget = Difference.mostWords
    func flush() {
      html += Difference.replacement(of: removed, by: added, &budget)
      (removed, added) = ([], [])
    }
    for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = Substring(bytes)
      // By the byte: what stands behind a sign may join it into one character.
      switch bytes.first {
      case UInt8(ascii: "-") where !isInHeader:
        if !added.isEmpty { flush() }
        removed.append(Substring(bytes.dropFirst()))
      case UInt8(ascii: "+") where !isInHeader: added.append(Substring(bytes.dropFirst()))
      case UInt8(ascii: "@"):
        isInHeader = false
        flush()
        html += "<span class=\"place\">\(String(line))</span>\n"
      default:
        flush()
        html += "\(Difference.shown(line))\n"
      }
    }
    flush()
    return "<pre class=\"difference\" tabindex=\"0\">\(html)</pre>"
  }

  /// A line end of Windows is one that somebody may have changed.
  private static func shown(_ line: Substring) -> String {
    line.utf8.last == UInt8(ascii: "\r") ? String(decoding: line.utf8.dropLast(), as: UTF8.self) + "␍" : String(line)
  }

  /// - Parameter budget: how many words may still be compared.
  private static func replacement(of removed: [Substring], by added: [Substring], _ budget: inout Int) -> HTML {
    let (old, new) = (words(removed), words(added))
    var (gone, come): (Set<Int>, Set<Int>) = ([], [])
    if !removed.isEmpty, !added.isEmpty, old.count + new.count <= budget {
      budget -= old.count + new.count
      for step in new.difference(from: old) {
        switch step {
        case .remove(let offset, _, _): gone.insert(offset)
        case .insert(let offset, _, _): come.insert(offset)
        }
      }
      // Lines that have little in common are other lines, and no word in them was changed.
      if (gone.count + come.count) * 3 > (old.count + new.count) * 2 { (gone, come) = ([], []) }
    }
    return lines(old, marking: gone, count: removed.count, sign: "-") { "<del>\($0)</del>\n" }
      + lines(new, marking: come, count: added.count, sign: "+") { "<ins>\($0)</ins>\n" }
  }

  /// Words, and what stands between them character by character; a line feed after each line but the last.
  private static func words(_ lines: [Substring]) -> [Substring] {
    let text = lines.map(shown).joined(separator: "\n")
    var words: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      let word = first.isLetter || first.isNumber ? rest.prefix { $0.isLetter || $0.isNumber } : rest.prefix(1)
      words.append(word)
      rest = rest.dropFirst(word.count)
    }
    return words
  }

  /// - Parameters:
  ///   - marked: the words to mark, by their places.
  ///   - count: of the lines: none is not one that is empty.
  private static func lines(
    _ words: [Substring], marking marked: Set<Int>, count: Int, sign: String, _ line: (HTML) -> HTML
  ) -> HTML {
    guard count > 0 else { return "" }
    var html: HTML = ""
    var (content, run) = ("\(sign)" as HTML, "")
    func endRun() {
      if !run.isEmpty { content += "<mark>\(run)</mark>" }
      run = ""
    }
    for (place, word) in words.enumerated() {
      if word == "\n" {
        endRun()
        html += line(content)
        content = "\(sign)"
      } else if marked.contains(place) {
        run += word
      } else {
        endRun()
        content += "\(String(word))"
      }
    }
    endRun()
    return html + line(content)
  }
}
