// SPDX-License-Identifier: Apache-2.0

import Handbook
import Testing

@Suite struct ContentFingerprintTests {
  /// Two contents, and the score that git itself gives them: narrowed down by `git diff-tree -M`, once with git 2.47
  /// and once with git 2.39, which ignores the ending.
  struct Pair: Sendable, CustomTestStringConvertible {
    let name: String
    let source: [UInt8]
    let destination: [UInt8]
    let counted: Int
    let ignored: Int

    var testDescription: String { name }

    init(_ name: String, _ source: String, _ destination: String, _ counted: Int, _ ignored: Int? = nil) {
      self.name = name
      self.source = Array(source.utf8)
      self.destination = Array(destination.utf8)
      self.counted = counted
      self.ignored = ignored ?? counted
    }
  }

  static let four = "alpha\nbravo\ncharlie\ndelta\n"
  static let fourCRLF = "alpha\r\nbravo\r\ncharlie\r\ndelta\r\n"

  static let pairs = [
    Pair("the same lines in another order", four, "delta\ncharlie\nbravo\nalpha\n", 60_000),
    Pair("a line more", four, four + "echo\n", 50_322),
    Pair("a line less", four, "alpha\nbravo\ncharlie\n", 46_153),
    Pair("a line twice in the destination", four, "alpha\n" + four, 48_750),
    Pair("a line twice in the source", "alpha\n" + four, four, 48_750),
    Pair("nothing in common", four, "one\ntwo\nthree\nfour\n", 0),
    Pair("no line feed at the end of both", "alpha\nbravo", "charlie\nbravo", 23_076, 0),
    Pair("no line feed at the end of one", "alpha\nbravo\n", "alpha\nbravo", 30_000),
    Pair("one line, changed", "bravo", "bravo!", 0),
    Pair("CRLF instead of LF", four, fourCRLF, 52_000),
    Pair("CRLF in both", fourCRLF, "zulu\r\n" + fourCRLF, 43_333),
    Pair("a CR within a line", "alpha\rbravo\ncharlie\n", "alphabravo\ncharlie\n", 24_000),
    Pair("two CRs before the LF, of which one counts", "alpha\r\r\ncharlie\n", "alpha\r\ncharlie\n", 30_000),
    Pair("CRLF in a binary file", "\0\n" + four, "\0\n" + fourCRLF, 3_750),
    Pair("a CR as the last byte", "alpha\nbravo\r", "alpha\ncharlie\r", 25_714),
    Pair("a NUL behind 8,000 bytes is text", late(nulAt: 8_000, "q\n"), late(nulAt: 8_000, "q\r\n"), 59_851),
    Pair("a NUL as the 8,000th byte is binary", late(nulAt: 7_999, "q\n"), late(nulAt: 7_999, "q\r\n"), 59_545),
    Pair("a line of 63 bytes and its end", x(63) + "\nend\n", x(63) + "\nother\n", 54_857),
    Pair("the end of a line of 64 bytes is a chunk", x(64) + "\nend\n", "\n" + x(64) + "other\n", 54_929),
    Pair("a long line shifted by a byte", Self.long, "!" + Self.long, 12_715),
    Pair("a change behind the 64th byte", x(64) + "tail\n", x(64) + "toil\n", 55_652),
    Pair("zeros, fewer of them", x(1_000, of: "\0"), x(900, of: "\0"), 54_000, 53_760),
    Pair("from empty", "", "a\n", 0), Pair("to empty", "a\n", "", 0), Pair("both empty", "", "", 0),
  ]

  static let long = x(30, of: "abc") + x(70, of: "xyz") + "\n"

  static func x(_ count: Int, of text: String = "x") -> String { String(repeating: text, count: count) }

  static func late(nulAt offset: Int, _ line: String) -> String {
    (offset == 8_000 ? x(7_999, of: "ab").prefix(7_999) : x(7_998, of: "a").prefix(7_998)) + "\n\0" + x(20, of: line)
  }

  @Test(arguments: pairs) func scoreIsThatOfGit(pair: Pair) {
    let counted = ContentFingerprint(of: pair.source)
    #expect(counted.similarity(to: ContentFingerprint(of: pair.destination), minimum: 1) == pair.counted)
    let ignored = ContentFingerprint(of: pair.source, ending: .ignored)
    #expect(
      ignored.similarity(to: ContentFingerprint(of: pair.destination, ending: .ignored), minimum: 1) == pair.ignored)
  }

  /// Two changes in a line do not cancel each other out in its hash.
  @Test func aLineWithTwoBitsChangedIsAnother() {
    let line = Array("a line of some forty characters, and no end".utf8)
    let original = ContentFingerprint(of: line)
    for bit in 0..<(8 * line.count) {
      for distance in [1, 7, 8, 9, 16, 32, 63, 64, 65, 128, 192] where bit + distance < 8 * line.count {
        var changed = line
        for flipped in [bit, bit + distance] { changed[flipped / 8] ^= 1 << UInt8(flipped % 8) }
        // A line feed would make two lines of it; they share nothing either.
        #expect(original.similarity(to: ContentFingerprint(of: changed)) == 0, "bits \(bit) and \(bit + distance)")
      }
    }
  }

  @Test(arguments: [
    (1, 100, 600, true), (1, 101, 600, false), (100, 1, 600, true), (101, 1, 600, false), (50, 100, 30_000, true),
    (49, 100, 30_000, false), (7, 7, 60_000, true), (7, 8, 60_000, false), (0, 1, 1, false), (0, 0, 30_000, true),
  ]) func sizesThatAreTooDifferentAreNotCompared(size: Int, other: Int, minimum: Int, expected: Bool) {
    #expect(ContentFingerprint.canBeAlike(size, other, minimum: minimum) == expected)
    let contents = [size, other].map { ContentFingerprint(of: [UInt8](repeating: UInt8(ascii: "\n"), count: $0)) }
    let score = contents[0].similarity(to: contents[1], minimum: minimum)
    #expect(score == (expected && other > 0 ? min(size, other) * 60_000 / max(size, other) : 0))
  }

  /// In whole per cent, which is what git prints, and from 1 % on. With these seeds git takes no chunk for another.
  @Test(arguments: [1, 2, 3] as [UInt64]) func scoreOfRandomContentsIsThatOfGit(seed: UInt64) throws {
    var random = SeededRandom(state: seed)
    let lines = (0..<24).map { _ in Self.line(&random) }
    var steps: [GitJudge.Step] = []
    while steps.count < 200 {
      let source = Self.pieces(lines, &random)
      let destination = Self.edited(source, lines, &random)
      let contents = [source, destination].map { Self.content($0, &random) }
      guard contents[0] != contents[1] else { continue }
      steps.append(GitJudge.Step(before: [.init("a", contents[0])], after: [.init("b", contents[1])]))
    }
    let judge = try GitJudge()
    let ending = try judge.ending.get()
    var alike = 0
    for (step, verdict) in zip(steps, try judge.verdicts(of: judge.commit(steps), "-M1%")) {
      let prints = [step.before[0], step.after[0]].map { ContentFingerprint(of: $0.bytes, ending: ending) }
      let score = prints[0].similarity(to: prints[1], minimum: 600)
      let expected = score < 600 ? nil : GitJudge.Verdict(letter: "R", percent: score / 600, source: "a")
      #expect(verdict == expected, "seed \(seed): \(step)")
      if verdict != nil { alike += 1 }
    }
    #expect((140..<200).contains(alike))
  }

  /// Of every length up to 150, often about 64 bytes; some with a CR or a NUL in it, with either line end, or without.
  private static func line(_ random: inout SeededRandom) -> [UInt8] {
    let length = random.once(in: 3) ? 61 + random.below(6) : random.below(random.once(in: 3) ? 150 : 30)
    var line = (0..<length).map { _ in UInt8(ascii: "a") + UInt8(random.below(26)) }
    if random.once(in: 8), length > 0 { line[random.below(length)] = UInt8(ascii: "\r") }
    if random.once(in: 12), length > 0 { line[random.below(length)] = 0 }
    return line + random.pick([[0x0A], [0x0A], [0x0D, 0x0A], [0x0D, 0x0D, 0x0A], []])
  }

  private static func pieces(_ lines: [[UInt8]], _ random: inout SeededRandom) -> [[UInt8]] {
    (0..<(1 + random.below(16))).map { _ in random.pick(lines) }
  }

  private static func edited(
    _ source: [[UInt8]], _ lines: [[UInt8]], _ random: inout SeededRandom
  ) -> [[UInt8]] {
    if random.once(in: 8) { return pieces(lines, &random) }
    var pieces = source
    for _ in 0..<random.below(8) {
      switch random.below(3) {
      case 0: pieces.insert(random.pick(lines), at: random.below(pieces.count + 1))
      case 1: if !pieces.isEmpty { pieces.remove(at: random.below(pieces.count)) }
      default: pieces.shuffle(using: &random)
      }
    }
    return pieces
  }

  private static func content(_ pieces: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
    var content = Array(pieces.joined())
    if random.once(in: 3) { content.removeLast(min(content.count, random.below(4))) }
    return content
  }
}
