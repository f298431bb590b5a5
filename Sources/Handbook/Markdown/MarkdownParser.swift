// SPDX-License-Identifier: Apache-2.0

import CMarkdown

/// md4c, with every extension off but tables, struck text and task lists.
///
/// Links are recognized only where they are marked: the permissive autolinks of md4c before 0.5.1 could damage memory.
enum MarkdownParser {
  /// Tells the renderer what the text consists of, until it is exhausted. False where the parser stopped early.
  static func parse(_ source: MarkdownSource, into renderer: inout MarkdownRenderer) -> Bool {
    source.padded.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return false }
      return withUnsafeMutablePointer(to: &renderer) { renderer in
        var listener = Listener(text: UnsafeRawBufferPointer(start: start, count: source.count), renderer: renderer)
        var parser = MD_PARSER()
        parser.flags = flags
        parser.enter_block = { type, detail, listener in
          tell(listener) { $0.enterBlock(type, detail) }
        }
        parser.leave_block = { type, _, listener in
          tell(listener) { $0.leaveBlock(type) }
        }
        parser.enter_span = { type, detail, listener in
          tell(listener) { $0.enterSpan(type, detail) }
        }
        parser.leave_span = { type, _, listener in
          tell(listener) { $0.leaveSpan(type) }
        }
        parser.text = { type, text, size, listener in
          tell(listener) { $0.text(type, UnsafeRawBufferPointer(start: text, count: Int(size))) }
        }
        return withUnsafeMutablePointer(to: &listener) {
          md_parse(start.assumingMemoryBound(to: CChar.self), MD_SIZE(source.count), &parser, $0) == 0
        }
      }
    }
  }

  private static let flags = UInt32(
    MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_NOHTMLBLOCKS | MD_FLAG_NOHTMLSPANS)
}

/// Gives what a callback returns: zero to go on. md4c 0.4.8 stops at negative numbers only.
private func tell(_ listener: UnsafeMutableRawPointer?, _ event: (Listener) -> Void) -> Int32 {
  guard let listener = listener?.assumingMemoryBound(to: Listener.self).pointee else { return -1 }
  event(listener)
  return listener.renderer.pointee.isExhausted ? -1 : 0
}

/// Translates md4c's callbacks. Everything that it points to lives for the length of a call only.
private struct Listener {
  let text: UnsafeRawBufferPointer
  let renderer: UnsafeMutablePointer<MarkdownRenderer>

  func enterBlock(_ type: MD_BLOCKTYPE, _ detail: UnsafeMutableRawPointer?) {
    renderer.pointee.enter(block(type, detail))
  }

  func leaveBlock(_: MD_BLOCKTYPE) {
    renderer.pointee.leaveBlock()
  }

  func enterSpan(_ type: MD_SPANTYPE, _ detail: UnsafeMutableRawPointer?) {
    switch type {
    case MD_SPAN_EM: renderer.pointee.enter(.emphasis)
    case MD_SPAN_STRONG: renderer.pointee.enter(.strong)
    case MD_SPAN_DEL: renderer.pointee.enter(.struck)
    case MD_SPAN_CODE: renderer.pointee.enter(.code)
    case MD_SPAN_A:
      guard let link = detail?.assumingMemoryBound(to: MD_SPAN_A_DETAIL.self).pointee else { return }
      renderer.pointee.enter(.link(url: decode(link.href), title: decode(link.title)))
    case MD_SPAN_IMG:
      guard let image = detail?.assumingMemoryBound(to: MD_SPAN_IMG_DETAIL.self).pointee else { return }
      renderer.pointee.enter(.image(url: decode(image.src), title: decode(image.title)))
    default: break
    }
  }

  func leaveSpan(_ type: MD_SPANTYPE) {
    switch type {
    case MD_SPAN_EM: renderer.pointee.leave(.emphasis)
    case MD_SPAN_STRONG: renderer.pointee.leave(.strong)
    case MD_SPAN_DEL: renderer.pointee.leave(.struck)
    case MD_SPAN_CODE: renderer.pointee.leave(.code)
    case MD_SPAN_A: renderer.pointee.leave(.link)
    case MD_SPAN_IMG: renderer.pointee.leave(.image)
    default: break
    }
  }

  func text(_ type: MD_TEXTTYPE, _ bytes: UnsafeRawBufferPointer) {
    let kind: MarkdownText =
      switch type {
      case MD_TEXT_BR: .hardBreak
      case MD_TEXT_SOFTBR: .softBreak
      case MD_TEXT_ENTITY: .reference
      default: .plain
      }
    bytes.withMemoryRebound(to: UInt8.self) { renderer.pointee.text(kind, $0, at: offset(of: bytes)) }
  }

  /// Where in the source the bytes are; nil where they are a constant of the parser's.
  private func offset(of bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = text.baseAddress, let start = bytes.baseAddress, start >= base, start < base + text.count
    else { return nil }
    return start - base
  }

  private func block(_ type: MD_BLOCKTYPE, _ detail: UnsafeMutableRawPointer?) -> MarkdownBlock {
    switch type {
    case MD_BLOCK_QUOTE: .quotation
    case MD_BLOCK_UL: .list(start: nil)
    case MD_BLOCK_OL: .list(start: Int(detail?.assumingMemoryBound(to: MD_BLOCK_OL_DETAIL.self).pointee.start ?? 1))
    case MD_BLOCK_LI: .item(detail.flatMap { task($0.assumingMemoryBound(to: MD_BLOCK_LI_DETAIL.self).pointee) })
    case MD_BLOCK_HR: .thematicBreak
    case MD_BLOCK_H: .heading(level: Int(detail?.assumingMemoryBound(to: MD_BLOCK_H_DETAIL.self).pointee.level ?? 1))
    case MD_BLOCK_CODE:
      .code(language: detail.map { decode($0.assumingMemoryBound(to: MD_BLOCK_CODE_DETAIL.self).pointee.lang) } ?? "")
    case MD_BLOCK_P: .paragraph
    case MD_BLOCK_TABLE: .table
    case MD_BLOCK_THEAD: .tableHead
    case MD_BLOCK_TBODY: .tableBody
    case MD_BLOCK_TR: .tableRow
    case MD_BLOCK_TH, MD_BLOCK_TD:
      .tableCell(isHeader: type == MD_BLOCK_TH, alignment: detail.flatMap(alignment))
    default: .document
    }
  }

  private func task(_ item: MD_BLOCK_LI_DETAIL) -> MarkdownBlock.Task? {
    guard item.is_task != 0 else { return nil }
    return MarkdownBlock.Task(
      isDone: UInt8(bitPattern: item.task_mark) != UInt8(ascii: " "), offset: Int(item.task_mark_offset))
  }

  private func alignment(_ detail: UnsafeMutableRawPointer) -> String? {
    switch detail.assumingMemoryBound(to: MD_BLOCK_TD_DETAIL.self).pointee.align {
    case MD_ALIGN_LEFT: "left"
    case MD_ALIGN_CENTER: "center"
    case MD_ALIGN_RIGHT: "right"
    default: nil
    }
  }

  /// The attribute with its character references replaced. Counted against the renderer's limit: a definition may be
  /// long and used often.
  private func decode(_ attribute: MD_ATTRIBUTE) -> String {
    let size = Int(attribute.size)
    renderer.pointee.spend(size)
    guard size > 0, let text = attribute.text, let types = attribute.substr_types,
      let offsets = attribute.substr_offsets, !renderer.pointee.isExhausted
    else { return "" }
    var decoded = ""
    var index = 0
    while offsets[index] < attribute.size {
      let start = Int(offsets[index])
      let part = UnsafeRawBufferPointer(start: text + start, count: Int(offsets[index + 1]) - start)
      part.withMemoryRebound(to: UInt8.self) { part in
        let character = types[index] == MD_TEXT_ENTITY ? CharacterReference.decode(part) : nil
        decoded += character ?? String(decoding: part, as: UTF8.self)
      }
      index += 1
    }
    return decoded
  }
}
