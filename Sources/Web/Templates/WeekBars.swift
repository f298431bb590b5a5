// SPDX-License-Identifier: Apache-2.0

internal import Tracker

/// How often something occurred week by week, as bars as small as a word. Its own highest week is as high as the line.
struct WeekBars {
  let counts: [Int]

  private static let (width, height) = (5, 16)

  /// Said in words for those who do not see it.
  private var said: String {
    let all = counts.reduce(0, +)
    let recent = counts.suffix(4).reduce(0, +)
    return "\(Words.count(all, "exception")) in \(counts.count) weeks, \(recent) of them in the last four"
  }

  var html: HTML {
    let most = max(counts.max() ?? 0, 1)
    let bars: [HTML] = counts.enumerated().filter { $0.element > 0 }.map { week, count in
      let height = max(1, (count * WeekBars.height + most / 2) / most)
      return """
        <rect x="\(week * WeekBars.width)" y="\(WeekBars.height - height)" width="\(WeekBars.width - 1)" height="\(height)"/>
        """
    }
    return """
      <svg class="weeks" viewBox="0 0 \(counts.count * WeekBars.width) \(WeekBars.height + 1)" role="img" \
      aria-label="\(said)"><title>\(said)</title><rect class="floor" y="\(WeekBars.height)" \
      width="\(counts.count * WeekBars.width)" height="1"/>\(bars)</svg>
      """
  }
}
