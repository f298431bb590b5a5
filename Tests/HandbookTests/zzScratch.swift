import Handbook
import Foundation
import Testing
@Suite struct ScratchTests {
  @Test func slow() {
    let clock = ContinuousClock()
    for unit in ["? 'a': 'b'\nk", "a: b\n? ? ", "a: b\n", "'a': 'b'\n", "k", "- a\n", "? a\n", "\n", "x: |\n\n\n", "#\n", "'", "\"\\x41\"", ": ", "a: 'x\n", "[],", "- - - - -\n"] {
     for size in [16_000, 32_000, 65_000] {
      var t = "---\n"
      t += String(repeating: unit, count: size / unit.utf8.count)
      t += "\n---\n"
      var m = ""
      let d = clock.measure { do { _ = try ParsedSOP(bytes: Array(t.utf8)) } catch { m = "\(error)" } }
      FileHandle.standardError.write(Data("slow \(d) \(size) \(unit.debugDescription) \(m.prefix(120))\n".utf8))
     }
    }
    // distinct keys
    var t = "---\n"
    for i in 0..<6500 { t += "k\(i): v\n" }
    let d = clock.measure { _ = try? ParsedSOP(bytes: Array((t + "---\n").utf8)) }
    FileHandle.standardError.write(Data("slow keys \(d) \(t.utf8.count)\n".utf8))
  }
}
