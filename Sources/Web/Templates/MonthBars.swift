// SPDX-License-Identifier: Apache-2.0

internal import Tracker

/// What a rule would have opened month by month, and below it, to the same scale, what is open now. Each row says what it is; a table
/// under it says the same.
struct MonthBars {
  let months: SimulationMonths

  // In the drawing's units. The drawing is scaled to its place.
  private static let (width, left, top, row, bottom) = (400, 26, 14, 64, 18)
  /// Between the two rows.
  private static let gap = 20

  /// What a stretch takes, in hundredths of a unit, so that narrow bars are as wide as their neighbours.
  private var step: Int { min(3_000, (MonthBars.width - MonthBars.left) * 100 / max(stretches.count, 1)) }
  private var stretches: [SimulationMonths.Stretch] { months.stretches }
  private var most: Int { max(stretches.map { max($0.wouldOpen, $0.isOpen) }.max() ?? 0, 1) }

  func figure(title: String) -> HTML {
    let height = MonthBars.top + 2 * MonthBars.row + MonthBars.gap + MonthBars.bottom
    let second = MonthBars.top + MonthBars.row + MonthBars.gap
    return """
      <figure class="chart"><figcaption>\(title)</figcaption>
      <svg viewBox="0 0 \(MonthBars.width) \(height)" role="img"><title>\(said)</title>
      \(bars("would have opened", from: MonthBars.top, isIdea: true, \.wouldOpen))\
      \(bars("open now", from: second, isIdea: false, \.isOpen))\(names(at: height - 4))
      </svg>
      <details><summary>The same as a table</summary>\(table)</details>
      </figure>
      """
  }

  /// Said in words for those who do not see it.
  private var said: String {
    let (would, open) = stretches.reduce((0, 0)) { ($0.0 + $1.wouldOpen, $0.1 + $1.isOpen) }
    let stretch = Words.count(stretches.count, months.isByYear ? "year" : "month")
    return "In \(stretch), \(Words.count(would, "item")) would have opened; open now: \(open)"
  }

  /// A row of bars, all of them one path, on a line with its name and its scale.
  private func bars(
    _ name: String, from top: Int, isIdea: Bool, _ count: (SimulationMonths.Stretch) -> Int
  ) -> HTML {
    let floor = top + MonthBars.row
    func units(_ hundredths: Int) -> String { "\(hundredths / 100).\(hundredths % 100 / 10)" }
    var path = ""
    for (place, stretch) in stretches.enumerated() where count(stretch) > 0 {
      let height = max(1, (count(stretch) * (MonthBars.row - 12) + most / 2) / most)
      let width = units(step * 8 / 10)
      path += "M\(units(MonthBars.left * 100 + step * place + step / 10)) \(floor)v-\(height)h\(width)v\(height)z"
    }
    return """
      <line class="axis" x1="\(MonthBars.left)" y1="\(floor)" x2="\(MonthBars.width)" y2="\(floor)"/>\
      <text x="\(MonthBars.left - 5)" y="\(floor)" text-anchor="end">0</text>\
      <text x="\(MonthBars.left - 5)" y="\(top + 16)" text-anchor="end">\(most)</text>\
      <text class="name" x="\(MonthBars.left)" y="\(top + 4)">\(name)</text>\
      <path class="\(isIdea ? "bar would" : "bar")" d="\(path)"/>
      """
  }

  /// The first and the last at their places, or together where there is no room.
  private func names(at y: Int) -> HTML {
    guard let first = stretches.first, let last = stretches.last else { return "" }
    let end = MonthBars.left + step * stretches.count / 100
    if stretches.count == 1 { return "<text x=\"\(MonthBars.left)\" y=\"\(y)\">\(first.name)</text>" }
    if end < MonthBars.left + 120 {
      return "<text x=\"\(MonthBars.left)\" y=\"\(y)\">\(first.name) to \(last.name)</text>"
    }
    return """
      <text x="\(MonthBars.left)" y="\(y)">\(first.name)</text>\
      <text x="\(end)" y="\(y)" text-anchor="end">\(last.name)</text>
      """
  }

  private var table: HTML {
    let earlier = months.earlier
    var rows: [[HTML]] = stretches.filter { $0.wouldOpen + $0.isOpen > 0 }.map {
      ["\($0.name)", "\($0.wouldOpen)", "\($0.isOpen)"]
    }
    if earlier.wouldOpen + earlier.isOpen > 0 {
      rows.insert(["before", "\(earlier.wouldOpen)", "\(earlier.isOpen)"], at: 0)
    }
    return .table(
      [months.isByYear ? "Year" : "Month", "Would have opened", "Open now"], numbers: [1, 2],
      caption: "Items by when their rule held", rows)
  }
}
