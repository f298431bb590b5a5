// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// An item's occurrences as bars. The stretches that opened it are marked by colour and by a triangle, and what happened meanwhile by a
/// line with its name. Each bar leads to the exceptions that it counts; a table under it says the same.
struct OccurrenceChart {
  let chart: ItemChart
  /// What each stretch was expected to have; nil where that is not known.
  let expected: Double?

  // In the drawing's units. The drawing is scaled to its place.
  private static let (width, height, left, top, bottom) = (400.0, 170.0, 26.0, 34.0, 22.0)

  private var plotHeight: Double { OccurrenceChart.height - OccurrenceChart.top - OccurrenceChart.bottom }
  private var barWidth: Double { (OccurrenceChart.width - OccurrenceChart.left) / Double(chart.counts.count) }
  private var most: Double { max(Double(chart.counts.max() ?? 0), expected ?? 0, 1) }

  func figure(title: String) -> HTML {
    """
    <figure class="chart"><figcaption>\(title)</figcaption>
    <svg viewBox="0 0 \(number(OccurrenceChart.width)) \(number(OccurrenceChart.height))">
    \(axes)\(expectation)\(bars)\(marks)
    </svg>
    <details><summary>The same as a table</summary>\(table)</details>
    </figure>
    """
  }

  /// With one decimal: nobody sees less.
  private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  private func x(_ stretch: Double) -> Double { OccurrenceChart.left + stretch * barWidth }
  private func y(_ count: Double) -> Double { OccurrenceChart.top + plotHeight * (1 - count / most) }

  private var axes: HTML {
    let (floor, ceiling) = (y(0), y(most))
    let last = chart.start(of: chart.counts.count - 1)
    return """
      <line class="axis" x1="\(number(OccurrenceChart.left))" y1="\(number(floor))" x2="\(number(OccurrenceChart.width))" \
      y2="\(number(floor))"/>\
      <text x="\(number(OccurrenceChart.left - 5))" y="\(number(floor + 4))" text-anchor="end">0</text>\
      <text x="\(number(OccurrenceChart.left - 5))" y="\(number(ceiling + 4))" text-anchor="end">\(Int(most.rounded(.up)))</text>\
      <text x="\(number(OccurrenceChart.left))" y="\(number(OccurrenceChart.height - 6))">\(Words.date(chart.start))</text>\
      \(chart.counts.count > 8 ? """
        <text x="\(number(OccurrenceChart.width))" y="\(number(OccurrenceChart.height - 6))" text-anchor="end">\
        \(Words.date(last))</text>
        """ as HTML? : nil)
      """
  }

  private var expectation: HTML? {
    expected.map { expected in
      let height = number(y(expected))
      return """
        <line class="expected" x1="\(number(OccurrenceChart.left))" y1="\(height)" x2="\(number(OccurrenceChart.width))" \
        y2="\(height)"/>
        """
    }
  }

  private var bars: [HTML] {
    chart.counts.enumerated().filter { $0.element > 0 }.map { stretch, count in
      let isSignal = chart.signal?.contains(stretch) ?? false
      let (left, top) = (x(Double(stretch)), y(Double(count)))
      let said =
        "\(Words.count(count, "exception")) in the \(chart.step.rawValue) from \(Words.date(chart.start(of: stretch)))"
      let middle = left + barWidth / 2
      let sign: HTML? =
        isSignal
        ? """
        <path class="sign" d="M\(number(middle - 3)) \(number(top - 8))h6l-3 5z"/>
        """ : nil
      return """
        <a href="\(address(endingWith: stretch))" aria-label="\(said)"><title>\(said)</title>\
        <rect class="\(isSignal ? "bar signal" : "bar")" x="\(number(left + barWidth * 0.1))" y="\(number(top))" \
        width="\(number(barWidth * 0.8))" height="\(number(y(0) - top))"/>\(sign)</a>
        """
    }
  }

  /// Names stand in two rows in turn, so that neighbours do not cover each other.
  private var marks: [HTML] {
    chart.marks.enumerated().map { place, mark in
      let elapsed = Double(mark.at.milliseconds - chart.start.milliseconds)
      let length = Double(chart.start(of: 1).milliseconds - chart.start.milliseconds)
      let left = x(elapsed / length)
      let name =
        switch mark.what {
        case .opened(let id): "\(id) opened"
        case .version(let sop): "v\(sop.version) in force"
        }
      let isRight = left > OccurrenceChart.width * 0.7
      return """
        <line class="mark" x1="\(number(left))" y1="\(number(place % 2 == 0 ? 12 : 24))" x2="\(number(left))" y2="\(number(y(0)))"/>\
        <text class="name" x="\(number(isRight ? left - 3 : left + 3))" y="\(place % 2 == 0 ? 10 : 22)" \
        text-anchor="\(isRight ? "end" : "start")">\(name)</text>
        """
    }
  }

  private func address(endingWith stretch: Int) -> String {
    let field = chart.key.kind == .code ? "code" : "root_cause"
    return "/exceptions?\(field)=\(chart.key.value.asQuery)&after=\(chart.start(of: stretch + 1).milliseconds)-0"
  }

  private var table: HTML {
    .table(
      [chart.step == .day ? "Day" : "Week from", "Exceptions", ""], numbers: [1],
      caption: "Exceptions by \(chart.step.rawValue)",
      chart.counts.enumerated().filter { $0.element > 0 }.map { stretch, count in
        [
          .day(chart.start(of: stretch)), "<a href=\"\(address(endingWith: stretch))\">\(count)</a>",
          chart.signal?.contains(stretch) ?? false ? "opened the item" : "",
        ]
      })
  }
}
