import Handbook
import Foundation
import Testing
@Suite struct ScratchTests {
  @Test func slow() {
    let pieces = ["a: b\n", "- ", "? ", "  ", "\n", "[", "]", "'", "\"", ": ", "|\n", ">\n ", "#", "k", "-", "a: |\n", " - x\n", ",", "\t", "%", "@", "`", "k: >-\n\n\n", "'a': 'b'\n", "ä"]
    var worst = Duration.zero
    var g = SystemRandomNumberGenerator()
    let clock = ContinuousClock()
    for a in pieces { for b in pieces { for c in pieces {
      var t = "---\n"; let unit = a + b + c
      t += String(repeating: unit, count: 8_000 / unit.utf8.count)
      t += "\n---\n"
      let d = clock.measure { _ = try? ParsedSOP(bytes: Array(t.utf8)) }
      if d > worst { worst = d; FileHandle.standardError.write(Data("worst \(d) \(unit.debugDescription)\n".utf8)) }
    } } }
    for _ in 0..<3000 {
      var t = "---\n"
      while t.utf8.count < 8_000 { t += pieces.randomElement(using: &g)! }
      let d = clock.measure { _ = try? ParsedSOP(bytes: Array((t + "\n---\n").utf8)) }
      if d > worst { worst = d; FileHandle.standardError.write(Data("worst \(d)\n".utf8)) }
    }
  }
}
