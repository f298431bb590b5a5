// SPDX-License-Identifier: Apache-2.0

import Handbook
import Testing

@Suite struct FileOriginTests {
  /// A commit that adds `new.md`, or the file at `path`, and where it came from.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let before: [GitJudge.File]
    let after: [GitJudge.File]
    let path: String
    let expected: GitJudge.Verdict?

    var testDescription: String { name }

    init(
      _ name: String, _ before: [GitJudge.File], _ after: [GitJudge.File], path: String = "new.md",
      _ expected: GitJudge.Verdict?
    ) {
      self.name = name
      self.before = before
      self.after = after
      self.path = path
      self.expected = expected
    }
  }

  static func renamed(_ percent: Int, _ source: String) -> GitJudge.Verdict {
    GitJudge.Verdict(letter: "R", percent: percent, source: source)
  }

  static func copied(_ percent: Int, _ source: String) -> GitJudge.Verdict {
    GitJudge.Verdict(letter: "C", percent: percent, source: source)
  }

  /// Ten lines of ten bytes each; the first so many of them are of another text.
  static func text(_ changed: Int = 0, by other: String = "changed") -> String {
    (0..<10).map { ($0 < changed ? "\(other) \($0)\n" : "original\($0)\n") }.joined()
  }

  static let twins = (0..<101).map { GitJudge.File("a/\(1_000 + $0).md", text()) }

  static let cases = [
    Case("moved as it is", [.init("old.md", text())], [.init("new.md", text())], renamed(100, "old.md")),
    Case(
      "copied as it is", [.init("old.md", text())], [.init("new.md", text()), .init("old.md", text())],
      copied(100, "old.md")),
    Case("moved and changed", [.init("old.md", text())], [.init("new.md", text(3))], renamed(70, "old.md")),
    Case(
      "copied from a file that the commit changes", [.init("old.md", text())],
      [.init("new.md", text(3)), .init("old.md", text(9))], copied(70, "old.md")),
    Case("half alike", [.init("old.md", text())], [.init("new.md", text(5))], renamed(50, "old.md")),
    Case("less than half alike", [.init("old.md", text())], [.init("new.md", text(6))], nil),
    Case("the first of all files", [], [.init("new.md", text())], nil),

    Case(
      "the same content: gone before staying", [.init("a.md", text()), .init("b.md", text())],
      [.init("a.md", text()), .init("new.md", text())], renamed(100, "b.md")),
    Case(
      "the same content: the same name before another", [.init("a.md", text()), .init("b/new.md", text())],
      [.init("a.md", text()), .init("b/new.md", text()), .init("new.md", text())], copied(100, "b/new.md")),
    Case(
      "the same content: gone counts as much as the same name, so the first of them",
      [.init("a/new.md", text()), .init("b.md", text())], [.init("a/new.md", text()), .init("new.md", text())],
      copied(100, "a/new.md")),
    Case(
      "the same content: gone and of the same name", [.init("a.md", text()), .init("b/new.md", text())],
      [.init("new.md", text())], renamed(100, "b/new.md")),
    Case(
      "the same content stays, a similar one is gone", [.init("a.md", text(1)), .init("b.md", text())],
      [.init("b.md", text()), .init("new.md", text())], copied(100, "b.md")),
    Case(
      "the same content in a hundred files before the one that is gone", twins,
      Array(twins.dropLast()) + [.init("new.md", text())], copied(100, "a/1000.md")),
    Case(
      "the same content in ninety-nine files before the one that is gone", Array(twins.dropFirst()),
      Array(twins.dropFirst().dropLast()) + [.init("new.md", text())], renamed(100, "a/1100.md")),
    Case("nothing in it, moved", [.init("old.md", "")], [.init("new.md", "")], renamed(100, "old.md")),
    Case(
      "nothing in it, like others", [.init("a.md", ""), .init("b/new.md", "")],
      [.init("a.md", ""), .init("b/new.md", ""), .init("new.md", "")], copied(100, "b/new.md")),
    Case("nothing in it, alone", [.init("old.md", text())], [.init("new.md", "")], nil),

    Case(
      "gone before more alike", [.init("a.md", text(4)), .init("b.md", text(1))],
      [.init("b.md", text(1)), .init("new.md", text())], renamed(60, "a.md")),
    Case(
      "gone, but not among the best four; the last of these has its place, the first",
      [.init("a.md", text(4))] + (1...4).map { .init("b\($0).md", text(1, by: "other \($0)")) },
      (1...4).map { .init("b\($0).md", text(1, by: "other \($0)")) } + [.init("new.md", text())], copied(90, "b4.md")),
    Case(
      "gone, the fourth",
      [.init("a.md", text(4))] + (1...3).map { .init("b\($0).md", text(1, by: "other \($0)")) },
      (1...3).map { .init("b\($0).md", text(1, by: "other \($0)")) } + [.init("new.md", text())], renamed(60, "a.md")),
    Case(
      "equally alike: the same name before another",
      [.init("a.md", text(2)), .init("b/new.md", text(2, by: "another"))], [.init("new.md", text())],
      renamed(80, "b/new.md")),
    Case(
      "more alike before the same name", [.init("a.md", text(1)), .init("b/new.md", text(2))],
      [.init("new.md", text())],
      renamed(90, "a.md")),
    Case(
      "equally alike: the first", [.init("a.md", text(2, by: "another")), .init("b.md", text(2))],
      [.init("new.md", text())], renamed(80, "a.md")),
    Case(
      "a name that only ends alike is another", [.init("a.md", text(2)), .init("renew.md", text(2, by: "another"))],
      [.init("new.md", text())], renamed(80, "a.md")),

    Case(
      "made executable", [.init("old.md", text())], [.init("new.md", mode: "100755", text(1))], renamed(90, "old.md")),
    Case(
      "a link, moved", [.init("old.md", mode: "120000", "target")], [.init("new.md", mode: "120000", "target")],
      renamed(100, "old.md")),
    Case(
      "a link, moved and changed", [.init("old.md", mode: "120000", text())],
      [.init("new.md", mode: "120000", text(1))], nil),
    Case("a link like a file", [.init("old.md", text())], [.init("new.md", mode: "120000", text())], nil),
    Case("a file like a link", [.init("old.md", mode: "120000", text())], [.init("new.md", text())], nil),
    Case(
      "a file like a link and like another file", [.init("a.md", mode: "120000", text()), .init("b.md", text())],
      [.init("b.md", text()), .init("new.md", text())], copied(100, "b.md")),
    Case(
      "a submodule, moved", [.init("old", mode: "160000", Self.commit)], [.init("new", mode: "160000", Self.commit)],
      path: "new", renamed(100, "old")),
    Case(
      "a submodule, moved and changed", [.init("old", mode: "160000", Self.commit)],
      [.init("new", mode: "160000", String(Self.commit.reversed()))], path: "new", nil),

    Case(
      "a file into a folder of its name", [.init("a", text())], [.init("a/b", text(1))], path: "a/b", renamed(90, "a")),
    Case("a file where a folder was", [.init("a/b", text())], [.init("a", text())], path: "a", renamed(100, "a/b")),
    Case(
      "beside a folder of a similar name", [.init("a/b", text())], [.init("a.md", text())], path: "a.md",
      renamed(100, "a/b")),
  ]

  static let commit = "0123456789abcdef0123456789abcdef01234567"

  /// What git itself says of the cases, by their names.
  static let judged = Result<[String: GitJudge.Verdict], any Error> {
    let judge = try GitJudge()
    let commits = try judge.commit(cases.map { GitJudge.Step(before: $0.before, after: $0.after) })
    var verdicts: [String: GitJudge.Verdict] = [:]
    for (one, commit) in zip(cases, commits) {
      verdicts[one.name] = try judge.verdict(following: one.path, in: commit)
    }
    return verdicts
  }

  @Test(arguments: cases) func originIsThatOfGit(one: Case) throws {
    let step = GitJudge.Step(before: one.before, after: one.after)
    #expect(Self.origin(of: one.path, in: step, .counted) == one.expected)
    #expect(try Self.judged.get()[one.name] == one.expected)
  }

  /// Trees in which many files are alike, some of them the same.
  @Test(arguments: [1, 2, 3] as [UInt64]) func originAmongRandomFilesIsThatOfGit(seed: UInt64) throws {
    var random = SeededRandom(state: seed)
    let steps = (0..<150).map { _ in Self.step(adding: 1, &random) }
    let judge = try GitJudge()
    let ending = try judge.ending.get()
    var letters: [String: Int] = [:]
    for (step, verdict) in zip(steps, try judge.verdicts(of: judge.commit(steps), "--find-copies-harder")) {
      #expect(verdict == Self.origin(of: "new0.md", in: step, ending), "seed \(seed): \(step)")
      letters[verdict.map { $0.letter + ($0.percent == 100 ? "=" : "") } ?? "A", default: 0] += 1
    }
    #expect(letters.count == 5 && letters.values.allSatisfy { $0 > 4 }, "\(letters)")
  }

  /// One of several new files: the others take no origin away.
  @Test(arguments: [4, 5] as [UInt64]) func originOfOneOfSeveralNewFilesIsThatOfGit(seed: UInt64) throws {
    var random = SeededRandom(state: seed)
    let steps = (0..<20).map { _ in Self.step(adding: 3, &random) }
    let judge = try GitJudge()
    let ending = try judge.ending.get()
    for (step, commit) in zip(steps, try judge.commit(steps)) {
      let verdict = try judge.verdict(following: "new1.md", in: commit)
      #expect(verdict == Self.origin(of: "new1.md", in: step, ending), "seed \(seed): \(step)")
    }
  }

  @Test func nothingIsReadThatCannotMatter() {
    let before: [GitJudge.File] = [
      .init("a.md", Self.text()), .init("b.md", "short\n"), .init("c.md", mode: "120000", Self.text(1)),
      .init("d", mode: "160000", Self.commit), .init("e.md", Self.text(2)),
    ]
    var sizes: [String] = []
    var prints: [String] = []
    func find(_ added: String) -> FileOrigin<[UInt8]>? {
      sizes = []
      prints = []
      return FileOrigin.find(
        of: Self.file(.init("new.md", added)), among: before.map { OriginCandidate(Self.file($0), isGone: false) },
        size: { (blob) throws(Never) in
          sizes.append(String(decoding: blob, as: UTF8.self))
          return blob.count
        },
        fingerprint: { (blob) throws(Never) in
          prints.append(String(decoding: blob, as: UTF8.self))
          return ContentFingerprint(of: blob)
        })
    }
    #expect(find(Self.text())?.similarity == 60_000)
    #expect(sizes.isEmpty && prints.isEmpty)
    #expect(find(Self.text(3))?.similarity == 54_000)
    #expect(sizes == [Self.text(3), Self.text(), "short\n", Self.text(2)])
    #expect(prints == [Self.text(3), Self.text(), Self.text(2)])
    #expect(find(Self.text() + Self.text() + Self.text()) == nil)
    #expect(prints.isEmpty)
    #expect(find("") == nil)
    #expect(prints.isEmpty)
  }

  @Test func whatCannotBeReadStopsTheSearch() {
    struct Unreadable: Error {}
    let candidate = OriginCandidate(Self.file(.init("old.md", Self.text())), isGone: true)
    #expect(throws: Unreadable.self) {
      try FileOrigin.find(
        of: Self.file(.init("new.md", Self.text(1))), among: [candidate],
        size: { (blob) throws(Unreadable) in blob.count }, fingerprint: { (_) throws(Unreadable) in throw Unreadable() }
      )
    }
  }

  /// The judgement under test; the content is its own id.
  private static func origin(
    of path: String, in step: GitJudge.Step, _ ending: ContentFingerprint.Ending
  ) -> GitJudge.Verdict? {
    let staying = Set(step.after.map(\.path))
    let candidates = step.before.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }.map {
      OriginCandidate(file($0), isGone: !staying.contains($0.path))
    }
    guard let added = step.after.first(where: { $0.path == path }) else { return nil }
    let origin = FileOrigin.find(
      of: file(added), among: candidates, size: { (blob) throws(Never) in blob.count },
      fingerprint: { (blob) throws(Never) in ContentFingerprint(of: blob, ending: ending) })
    return origin.map {
      GitJudge.Verdict(
        letter: $0.isCopy ? "C" : "R", percent: $0.similarity / 600,
        source: String(decoding: $0.source.path, as: UTF8.self))
    }
  }

  private static func file(_ file: GitJudge.File) -> TreeFile<[UInt8]> {
    TreeFile(path: Array(file.path.utf8), mode: UInt32(file.mode, radix: 8) ?? 0, blob: file.bytes)
  }

  private static func step(adding count: Int, _ random: inout SeededRandom) -> GitJudge.Step {
    let lines = (0..<(3 + random.below(10))).map { "line \($0) \(random.next())\n" }
    func content(_ random: inout SeededRandom) -> [UInt8] {
      Array(lines.shuffled(using: &random).prefix(random.below(lines.count + 1)).joined().utf8)
    }
    func mode(_ random: inout SeededRandom) -> String {
      random.once(in: 8) ? "100755" : random.once(in: 8) ? "120000" : "100644"
    }
    var before: [GitJudge.File] = []
    var after: [GitJudge.File] = []
    for index in 0..<random.below(25) {
      let folder = random.pick(["", "a/", "b/", "b/c/", "b-/", "z/"])
      // Names of the new files too, but then in a folder of their own.
      let name = random.once(in: 4) ? "\(index)/new\(random.below(3)).md" : "\(index).md"
      var bytes = content(&random)
      if random.once(in: 5), let other = before.last { bytes = other.bytes }
      let file = GitJudge.File(folder + name, mode: mode(&random), bytes)
      before.append(file)
      switch random.below(4) {
      case 0: break
      case 1: after.append(GitJudge.File(file.path, mode: mode(&random), content(&random)))
      default: after.append(file)
      }
    }
    for index in 0..<count {
      let copy = before.isEmpty || random.once(in: 2) ? content(&random) : random.pick(before).bytes
      after.append(GitJudge.File("new\(index).md", mode: mode(&random), copy))
    }
    return GitJudge.Step(before: before, after: after)
  }
}
