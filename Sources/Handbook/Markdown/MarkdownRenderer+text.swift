// SPDX-License-Identifier: Apache-2.0

extension MarkdownRenderer {
  mutating func text(_ kind: MarkdownText, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int?) {
    if let offset { reach(offset) } else { countLines(bytes) }
    if case .block(.code)? = elements.last?.kind {
      guard offset != nil || bytes.contains(where: { $0 != UInt8(ascii: " ") }) else {
        indentation += bytes.count
        return
      }
      writeIndentation(before: offset)
    }
    let character = kind == .reference ? CharacterReference.decode(bytes) : nil
    if heading != nil || picture != nil {
      let text =
        switch kind {
        case .softBreak, .hardBreak: " "
        default: character ?? String(decoding: bytes, as: UTF8.self)
        }
      if picture == nil { heading?.text.append(text) } else { picture?.text.append(text) }
    }
    guard picture == nil else { return }
    switch kind {
    case .hardBreak:
      writer.void("br")
      writer.newline()
    case .softBreak: writer.newline()
    default:
      if let character { writer.write(text: character) } else { writer.write(text: bytes) }
    }
  }

  /// The parser makes spaces of the tabs that indent code. They are written as tabs where the source has them whole: it
  /// matters in a makefile, and in what is copied into a shell.
  private mutating func writeIndentation(before offset: Int?) {
    guard indentation > 0 else { return }
    let source = lines.source
    if let offset, lines.canCount, let blanks = source.blanks(before: offset, width: indentation) {
      source.padded.withUnsafeBufferPointer { writer.write(text: UnsafeBufferPointer(rebasing: $0[blanks])) }
    } else {
      writer.write(text: String(repeating: " ", count: indentation))
    }
    indentation = 0
  }
}
