// SPDX-License-Identifier: Apache-2.0

extension MarkdownRenderer {
  mutating func enter(_ block: MarkdownBlock) {
    writer.freshLine()
    var element = Element(kind: .block(block))
    let isInWritten = (elements.last?.tags ?? 0) > 0
    switch block {
    case .document: break
    case .quotation: enterQuotation(&element)
    case .list(let start): enter(listFrom: start, &element)
    case .item(let task): if isInWritten { enter(item: task, &element) }
    case .thematicBreak: enterThematicBreak()
    case .heading(let level):
      place(&element, writer.openPlaced(MarkdownRenderer.headings[min(max(level, 1), 6) - 1]))
      heading = Heading()
    case .code(let language): enter(code: language, &element)
    case .paragraph: place(&element, writer.openPlaced("p"))
    case .table: enterTable(&element)
    case .tableHead, .tableBody, .tableRow, .tableCell: if isInWritten { enter(partOfTable: block, &element) }
    }
    elements.append(element)
  }

  mutating func leaveBlock() {
    if picture != nil { finishPicture() }
    while let element = elements.popLast() {
      guard case .block(let block) = element.kind else {
        closeSpan(element)
        continue
      }
      leave(block, element)
      return
    }
  }

  private static let headings: [StaticString] = ["h1", "h2", "h3", "h4", "h5", "h6"]

  /// Containers are written where at most so many elements are open. It leaves room for all parts of a table and for
  /// spans, which are written or not each for itself.
  private static let deepestContainer = 100

  private var hasRoom: Bool { writer.depth < MarkdownRenderer.deepestContainer }

  private mutating func leave(_ block: MarkdownBlock, _ element: Element) {
    switch block {
    case .quotation, .list: writer.freshLine()
    case .heading: leaveHeading(element)
    case .tableRow: leaveRow(element)
    default: break
    }
    stopWaiting(element)
    guard element.tags > 0 else {
      writer.freshLine()
      return
    }
    for _ in 0..<element.tags { writer.close() }
    writer.newline()
  }

  private mutating func enterQuotation(_ element: inout Element) {
    guard hasRoom else { return }
    place(&element, writer.openPlaced("blockquote"))
    writer.newline()
  }

  private mutating func enter(listFrom start: Int?, _ element: inout Element) {
    guard hasRoom else { return }
    switch start {
    case nil: writer.open("ul")
    case 1: writer.open("ol")
    case let start?: writer.open("ol", ("start", String(start)))
    }
    element.tags = 1
    writer.newline()
  }

  private mutating func enter(item task: MarkdownBlock.Task?, _ element: inout Element) {
    guard let task else {
      place(&element, writer.openPlaced("li"))
      return
    }
    place(&element, writer.openPlaced("li", ("class", "task")))
    reach(task.offset)
    if task.isDone {
      writer.void("input", ("type", "checkbox"), ("disabled", ""), ("checked", ""))
    } else {
      writer.void("input", ("type", "checkbox"), ("disabled", ""))
    }
    writer.write(text: " ")
  }

  private mutating func enterThematicBreak() {
    let place = writer.voidPlaced("hr")
    if let line = lines.reachThematicBreak() { fillWaiting(line, thematicBreak: place) }
  }

  private mutating func leaveHeading(_ element: Element) {
    guard let heading else { return }
    if let place = element.place { writer.fill(place, id: ids.next(heading.text)) }
    lines.leaveHeading(from: heading.line)
    self.heading = nil
  }

  private mutating func enter(code language: String, _ element: inout Element) {
    place(&element, writer.openPlaced("pre"))
    element.tags = 2
    // A blank would begin another class, also one that is of one character with what is before it.
    let language = String(language.unicodeScalars.prefix { !$0.properties.isWhitespace })
    if language.isEmpty { writer.open("code") } else { writer.open("code", ("class", "language-\(language)")) }
  }

  private mutating func enterTable(_ element: inout Element) {
    nextRow = nil
    guard hasRoom else { return }
    place(&element, writer.openPlaced("table"))
    writer.newline()
  }

  private mutating func enter(partOfTable part: MarkdownBlock, _ element: inout Element) {
    element.tags = 1
    switch part {
    case .tableHead: writer.open("thead")
    case .tableBody: writer.open("tbody")
    case .tableCell(let isHeader, let alignment):
      let name: StaticString = isHeader ? "th" : "td"
      if let alignment { writer.open(name, ("align", alignment)) } else { writer.open(name) }
      return
    default: place(&element, writer.openPlaced("tr"))
    }
    writer.newline()
  }

  /// Rows follow each other line by line, after the header's underline.
  private mutating func leaveRow(_ element: Element) {
    guard let place = element.place, lines.canCount else { return }
    if writer.line(of: place) == nil, let nextRow { fillWaiting(nextRow) }
    guard let line = writer.line(of: place) else { return }
    let isHeader = if case .block(.tableHead)? = elements.last?.kind { true } else { false }
    nextRow = line - lines.source.fileLine(0) + (isHeader ? 2 : 1)
  }
}
