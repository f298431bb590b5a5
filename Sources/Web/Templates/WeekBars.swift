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

  /// Many of them stand on a page, so all bars are one path.
  var html: HTML {
    let most = max(counts.max() ?? 0, 1)
    var bars = ""
    for (week, count) in counts.enumerated() where count > 0 {
      let height = max(1, (count * WeekBars.height + most / 2) / most)
      bars += "M\(week * WeekBars.width) \(WeekBars.height)v-\(height)h\(WeekBars.width - 1)v\(height)"
    }
    let width = counts.count * WeekBars.width
    return """
      <svg class="weeks" viewBox="0 0 \(width) \(WeekBars.height + 1)" role="img"><title>\(said)</title>\
      <path class="floor" d="M0 \(WeekBars.height)h\(width)v1h-\(width)"/><path d="\(bars)"/></svg>
      """
  }
}
