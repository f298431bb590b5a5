// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Tracker

@Suite struct CSVReaderTests {
  @Test(arguments: [
    ("", []),
    ("a", [["a"]]),
    ("a,b\n", [["a", "b"]]),
    ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
    ("a\n\r\n\r\r\nb", [["a"], ["b"]]),
    ("\n\n", []),
    (",\n,", [["", ""], ["", ""]]),
    ("a,", [["a", ""]]),
    ("\"\"\n", [[""]]),
    ("\"a,b\",c", [["a,b", "c"]]),
    ("\"he said \"\"hi\"\"\",x\n", [["he said \"hi\"", "x"]]),
    ("\"\"\"\"\n", [["\""]]),
    ("\"one\ntwo\r\nthree\",x\ny\n", [["one\ntwo\r\nthree", "x"], ["y"]]),
    ("5\" pipe,a\"\"b\n", [["5\" pipe", "a\"\"b"]]),
    ("\"abc\"def,\"a\"b\"c\"\n", [["abcdef", "ab\"c\""]]),
    ("\"a\"\"b\"c\"\"d,e\n", [["a\"bc\"\"d", "e"]]),
    (" \"a\" , b\n", [[" \"a\" ", " b"]]),
    ("=1+1,@x,NA,NaN,NO\n", [["=1+1", "@x", "NA", "NaN", "NO"]]),
    ("Σ Log,Log,Log\n1\n1,2,3,4\n", [["Σ Log", "Log", "Log"], ["1"], ["1", "2", "3", "4"]]),
    ("\u{FEFF}a,\u{FEFF}b\n", [["a", "\u{FEFF}b"]]),
    ("\u{FEFF}", []),
    ("\u{FEFF}\"a\"\n", [["a"]]),
  ])
  func records(text: String, expected: [[String]]) throws {
    #expect(try read(text).map(\.fields) == expected)
  }

  @Test(arguments: [";", "\t", "|"]) func otherDelimiters(delimiter: String) throws {
    let text = "a\(delimiter)b,c\(delimiter)\"d\(delimiter)e\"\n"
    #expect(try read(text, delimiter: delimiter).map(\.fields) == [["a", "b,c", "d\(delimiter)e"]])
  }

  @Test func linesAreThePhysicalOnes() throws {
    let records = try read("\n\na\n\"1\n2\r\n3\r4\",x\r\n\r\nb\r\rc\n\"5\r\r\n\n\"\nd")
    #expect(records.map(\.line) == [3, 4, 9, 11, 12, 16])
    #expect(records.map(\.lastLine) == [3, 7, 9, 11, 15, 16])
  }

  @Test func rawIsTheRecordAsItStands() throws {
    let records = try read("a, \"b\"\r\n\n\"x\"\"\n\",y\nz")
    #expect(records.map(\.raw) == ["a, \"b\"", "\"x\"\"\n\",y", "z"])
    #expect(records.map(\.endsWithNewline) == [true, true, false])
  }

  @Test func aFileCutInAQuotedFieldSaysSo() throws {
    let records = try read("id,text\n1,ok\n2,\"torn \"\"te")
    #expect(records.map(\.isCutInQuotes) == [false, false, true])
    #expect(records[2].fields == ["2", "torn \"te"])
    #expect(records[2].line == 3)
    #expect(records[2].endsWithNewline == false)
    #expect(try read("\"whole\"").map(\.isCutInQuotes) == [false])
    #expect(try read("\"").map(\.fields) == [[""]])
    #expect(try read("\"").map(\.isCutInQuotes) == [true])
  }

  @Test func aNULIsFlaggedOnItsRecord() throws {
    let records = try read("a\0b\n\"c\nd\0\"\ne\n")
    #expect(records.map(\.hasNUL) == [true, true, false])
    #expect(records.map(\.fields) == [["a\0b"], ["c\nd\0"], ["e"]])
  }

  @Test func textThatIsNotUTF8() throws {
    try withFile([0x61, 0x2C, 0xE9, 0x74, 0x0A]) { path in
      let reader = try CSVReader(path: path)
      var record = CSVRecord()
      #expect(try reader.next(&record))
      #expect(record.string(0) == "a")
      #expect(record.string(1) == nil)
      #expect(Array(record.bytes(1)) == [0xE9, 0x74])
    }
  }

  @Test func whatCannotBeReadIsAnError() throws {
    for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
      try withFile(mark + [0x61, 0x00]) { path in
        let reader = try CSVReader(path: path)
        var record = CSVRecord()
        let error = #expect(throws: CSVError.self) { try reader.next(&record) }
        #expect(error?.sentence.contains("iconv -f UTF-16 -t UTF-8") == true)
      }
    }
    #expect(throws: CSVError.unreadable(path: "/nonexistent", code: ENOENT)) { try CSVReader(path: "/nonexistent") }
    #expect(throws: CSVError.delimiter(0x22)) { try CSVReader(path: "/dev/null", delimiter: 0x22) }
    let folder = NSTemporaryDirectory()
    #expect(throws: CSVError.unreadable(path: folder, code: EISDIR)) { try CSVReader(path: folder) }
    #expect(throws: CSVError.notAFile(path: "/dev/zero")) { try CSVReader(path: "/dev/zero") }
  }

  @Test func theTapSeesEveryByteOnceAndInOrder() throws {
    let text = "\u{FEFF}a,b\r\n\"c\n\"\"d\",e\n\n" + String(repeating: "long,", count: 100) + "\n\"cut"
    for chunkSize in [1, 2, 7, 64, 4096] {
      try withFile(Array(text.utf8)) { path in
        var seen: [UInt8] = []
        let reader = try CSVReader(path: path, chunkSize: chunkSize, limits: CSVLimits(recordBytes: 32, fields: 9)) {
          seen.append(contentsOf: $0)
        }
        var record = CSVRecord()
        while try reader.next(&record) {}
        #expect(seen == Array(text.utf8))
        #expect(reader.bytesRead == Int64(seen.count))
        #expect(reader.fileSize == Int64(seen.count))
        #expect(try reader.next(&record) == false)
      }
    }
  }

  @Test func everySplitOfATrickyFileGivesTheSameRecords() throws {
    let text =
      "\u{FEFF}id,text\r\n1,\"a \"\"quoted\"\" word\",x\r\n\r\n2,\"line\r\nbreak\rand\n\n\"\"\",5\" pipe\n\"\"x\"\",\"\"\r\r\n\0,é€😀\n,"
    let whole = try read(text, chunkSize: 4096)
    #expect(whole.count == 6)
    for chunkSize in 1...text.utf8.count {
      #expect(try read(text, chunkSize: chunkSize) == whole, "chunk of \(chunkSize)")
    }
  }
}

// Records over the limits.
extension CSVReaderTests {
  @Test func tooManyBytes() throws {
    let records = try read("id\n0123456789\nnext\n12345678\n", limits: CSVLimits(recordBytes: 8, fields: 3))
    #expect(records.map(\.excess) == [nil, .bytes, nil, nil])
    #expect(records.map(\.raw) == ["id", "01234567", "next", "12345678"])
    #expect(records.map(\.line) == [1, 2, 3, 4])
    #expect(records[1].fields == [])
    #expect(records[1].endsWithNewline)
  }

  @Test func tooManyFields() throws {
    let limits = CSVLimits(recordBytes: 100, fields: 3)
    let records = try read("1,2,3\n1,2,3,\"4\n\"\nnext\n", limits: limits)
    #expect(records.map(\.excess) == [nil, .fields, nil])
    #expect(records.map(\.raw) == ["1,2,3", "1,2,3,\"4\n\"", "next"])
    #expect(records.map(\.line) == [1, 2, 4])
  }

  @Test func aMillionColumns() throws {
    let text = "id\n" + String(repeating: "x,", count: 1_000_000) + "\nnext\n"
    #expect(try read(text).map(\.excess) == [nil, .fields, nil])
  }

  @Test func anUnclosedQuoteDoesNotSwallowTheRest() throws {
    let rest = String(repeating: "2,fine\n3,\"\"\n4,5\"\"\n", count: 10)
    let records = try read("id,text\n1,\"open\n" + rest, limits: CSVLimits(recordBytes: 40, fields: 3))
    #expect(records.count == 32)
    #expect(records.map(\.excess) == [nil, .quotedField] + Array(repeating: nil, count: 30))
    #expect(records[1].raw == "1,\"open")
    #expect(records.map(\.line) == Array(1...32))
    #expect(records[4].fields == ["4", "5\"\""])
  }

  @Test func readingGoesOnAfterTheLineOnWhichTheLongFieldBegins() throws {
    let text = "1,\"a\nb\",\"open\r\n2,x\r\n3,y\0\r\n" + String(repeating: "4,z\r\n", count: 5)
    for chunkSize in 1...80 {
      let records = try read(text, chunkSize: chunkSize, limits: CSVLimits(recordBytes: 20, fields: 9))
      #expect(records.map(\.raw) == ["1,\"a\nb\",\"open", "2,x", "3,y\0"] + Array(repeating: "4,z", count: 5))
      #expect(records.map(\.line) == [1, 3, 4, 5, 6, 7, 8, 9])
      #expect(records.map(\.hasNUL) == [false, false, true] + Array(repeating: false, count: 5))
    }
  }

  @Test func aQuotedFieldOfExactlyTheLimitIsRead() throws {
    let limits = CSVLimits(recordBytes: 8, fields: 9)
    for chunkSize in 1...20 {
      let records = try read("\"123456\"\n\"1234567\"\nx\n", chunkSize: chunkSize, limits: limits)
      #expect(records.map(\.excess) == [nil, .quotedField, nil])
      #expect(records[0].fields == ["123456"])
    }
  }
}

// Properties. The seed is printed with what fails.
extension CSVReaderTests {
  @Test func whatAWriterWroteIsReadBack() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("CSVReaderTests.whatAWriterWroteIsReadBack: seed \(seed)")
    var random = SeededGenerator(state: seed)
    let pieces = ["a", "\"", ",", "\n", "\r", "\r\n", "é", "😀", " ", "xyz", "\0", "''", ";"]
    for _ in 0..<300 {
      let width = Int.random(in: 1...6, using: &random)
      let table = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        (0..<width).map { _ in
          (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
      }
      let end = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
      let text = table.map { row in row.map { quoted($0, &random) }.joined(separator: ",") + end }.joined()
      let chunkSize = Int.random(in: 1...40, using: &random)
      #expect(try read(text, chunkSize: chunkSize).map(\.fields) == table, "seed \(seed)")
    }
  }

  @Test func anyBytesAreReadAsAPlainParserReadsThem() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("CSVReaderTests.anyBytesAreReadAsAPlainParserReadsThem: seed \(seed)")
    var random = SeededGenerator(state: seed)
    let alphabet = Array("ab\"\",,\n\r\0".utf8)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      let text = String(decoding: bytes, as: UTF8.self)
      let records = try read(text, chunkSize: Int.random(in: 1...70, using: &random))
      #expect(records.map(\.fields) == plainParse(text), "seed \(seed), \(text.debugDescription)")
    }
  }

  @Test func theChunkSizeNeverMatters() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("CSVReaderTests.theChunkSizeNeverMatters: seed \(seed)")
    var random = SeededGenerator(state: seed)
    let alphabet = Array("abcd\"\",,\n\r\0".utf8)
    for _ in 0..<1000 {
      let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      let text = String(decoding: bytes, as: UTF8.self)
      let limits = CSVLimits(
        recordBytes: Int.random(in: 1...20, using: &random), fields: Int.random(in: 1...5, using: &random))
      let whole = try read(text, chunkSize: 4096, limits: limits)
      let split = try read(text, chunkSize: Int.random(in: 1...30, using: &random), limits: limits)
      #expect(split == whole, "seed \(seed), \(limits), \(text.debugDescription)")
      let linesGrow = zip(whole, whole.dropFirst()).allSatisfy { $0.lastLine < $1.line }
      #expect(linesGrow, "seed \(seed), \(limits), \(text.debugDescription)")
    }
  }
}

extension CSVReaderTests {
  /// All there is to know about a record.
  private struct Snapshot: Equatable {
    var fields: [String]
    var raw: String
    var line: Int
    var lastLine: Int
    var excess: CSVRecord.Excess?
    var hasNUL: Bool
    var endsWithNewline: Bool
    var isCutInQuotes: Bool
  }

  private func read(
    _ text: String, delimiter: String = ",", chunkSize: Int = 64, limits: CSVLimits = CSVLimits()
  ) throws -> [Snapshot] {
    try withFile(Array(text.utf8)) { path in
      let reader = try CSVReader(path: path, delimiter: delimiter.utf8.first ?? 0, chunkSize: chunkSize, limits: limits)
      var record = CSVRecord()
      var result: [Snapshot] = []
      while try reader.next(&record) {
        result.append(
          Snapshot(
            fields: (0..<record.count).map { record.string($0) ?? "not UTF-8" },
            raw: String(decoding: record.raw, as: UTF8.self), line: record.line, lastLine: record.lastLine,
            excess: record.excess, hasNUL: record.hasNUL, endsWithNewline: record.endsWithNewline,
            isCutInQuotes: record.isCutInQuotes))
      }
      return result
    }
  }

  private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("csv-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }

  /// A field as RFC 4180 writes it, with quotes where it needs them and sometimes where it does not.
  private func quoted(_ field: String, _ random: inout SeededGenerator) -> String {
    let needsQuotes = field.isEmpty || field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    guard needsQuotes || Bool.random(using: &random) else { return field }
    return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// The rules once more, a byte at a time and without any buffer.
  private func plainParse(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var isAtStart = true
    func endField() {
      row.append(String(decoding: field, as: UTF8.self))
      field = []
      isAtStart = true
    }
    let bytes = Array(text.utf8)
    var index = 0
    var isBlank = true
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != 0x22 {
          field.append(byte)
        } else if index < bytes.count, bytes[index] == 0x22 {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == 0x0A || byte == 0x0D {
        if !isBlank {
          endField()
          rows.append(row)
          row = []
        }
        isBlank = true
      } else {
        isBlank = false
        if byte == 0x2C {
          endField()
        } else if byte == 0x22, isAtStart {
          isQuoted = true
          isAtStart = false
        } else {
          field.append(byte)
          isAtStart = false
        }
      }
    }
    if !isBlank {
      endField()
      rows.append(row)
    }
    return rows
  }

  /// A generator of random numbers that a seed repeats (SplitMix64).
  private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
