// SPDX-License-Identifier: Apache-2.0

extension MarkdownRenderer {
  mutating func enter(_ span: MarkdownSpan) {
    if picture != nil {
      if span.kind == .image { picture?.depth += 1 }
      return
    }
    var element = Element(kind: .span(span.kind))
    let fits = writer.depth < HTMLWriter.deepest - 1
    switch span {
    case .emphasis where fits: writer.open("em")
    case .strong where fits: writer.open("strong")
    case .struck where fits: writer.open("del")
    case .code where fits: writer.open("code")
    case .link(let url, let title):
      guard fits, openSpans[MarkdownSpan.Kind.link.rawValue] == 0, let destination = LinkDestination(url) else { break }
      open(linkTo: destination, title: title)
      element.tags = 1
    case .image(let url, let title):
      picture = Picture(url: url, title: title)
      return
    default: break
    }
    if fits, span.kind != .link { element.tags = 1 }
    openSpans[span.kind.rawValue] += 1
    elements.append(element)
  }

  mutating func leave(_ kind: MarkdownSpan.Kind) {
    if picture != nil {
      guard kind == .image else { return }
      picture?.depth -= 1
      if picture?.depth == 0 { finishPicture() }
      return
    }
    guard openSpans[kind.rawValue] > 0 else { return }
    while let element = elements.last, case .span(let last) = element.kind {
      elements.removeLast()
      closeSpan(element)
      if last == kind { return }
    }
  }

  mutating func closeSpan(_ element: Element) {
    guard case .span(let kind) = element.kind else { return }
    openSpans[kind.rawValue] -= 1
    if element.tags > 0 { writer.close() }
  }

  /// Writes the image that has ended: as an image only where it is this site's, so that no other site learns who reads
  /// an SOP.
  mutating func finishPicture() {
    guard let picture else { return }
    self.picture = nil
    let fits = writer.depth < HTMLWriter.deepest
    switch LinkDestination(picture.url) {
    case .relative(let url) where fits:
      if picture.title.isEmpty {
        writer.void("img", ("src", url), ("alt", picture.text), ("loading", "lazy"))
      } else {
        writer.void("img", ("src", url), ("alt", picture.text), ("title", picture.title), ("loading", "lazy"))
      }
    case .web(let url) where fits && openSpans[MarkdownSpan.Kind.link.rawValue] == 0:
      open(linkTo: .web(url), title: picture.title)
      writer.write(text: picture.text.isEmpty ? url : picture.text)
      writer.close()
    default: writer.write(text: picture.text)
    }
  }

  private mutating func open(linkTo destination: LinkDestination, title: String) {
    switch (destination, title.isEmpty) {
    case (.web(let url), true): writer.open("a", ("href", url), ("rel", MarkdownRenderer.foreign))
    case (.web(let url), false): writer.open("a", ("href", url), ("title", title), ("rel", MarkdownRenderer.foreign))
    case (_, true): writer.open("a", ("href", destination.url))
    case (_, false): writer.open("a", ("href", destination.url), ("title", title))
    }
  }

  /// Another site does not learn which SOP a reader comes from, and cannot reach into the page.
  private static let foreign = "nofollow noopener noreferrer"
}
