// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct RecordedEventTests {
  private let samples = EventSamples.all

  @Test func everyKindHasASampleAndItsName() {
    #expect(Set(samples.map { EventKind($0.event) }) == Set(EventKind.allCases))
    for sample in samples { #expect(sample.event.kind == EventKind(sample.event).rawValue) }
  }

  @Test func everyOptionalFieldHasASampleWithItAndOneWithout() throws {
    let optional: [(EventKind, [String])] = [
      (.taxonomyAdopted, ["proposed_by"]), (.batchReceived, ["file_sha256"]), (.batchReceived, ["map_sha256"]),
      (.itemOpened, ["since"]), (.itemOpened, ["follows"]), (.itemOpened, ["failed"]),
      (.itemOpened, ["because", "expected_thousandths"]), (.rejectionProposed, ["tripwire"]),
      (.changeProposed, ["base"]), (.changeRevised, ["base"]), (.closingIntended, ["base"]),
      (.changeCommitted, ["parent"]), (.handbookTipAdopted, ["from"]), (.handbookFounded, ["branch"]),
      (.itemOpened, ["calendar"]), (.itemOpened, ["due_at"]), (.itemOpened, ["warn_at"]),
      (.itemOpened, ["sla", "close_within"]), (.extensionApproved, ["warn_at"]), (.itemPaused, ["warn_at"]),
      (.itemResumed, ["warn_at"]), (.workspaceRestored, ["older_than_checkpoint"]), (.personalDataErased, ["person"]),
      (.auditReviewed, ["note"]),
    ]
    for (kind, names) in optional {
      let data = samples.filter { EventKind($0.event) == kind }.map(\.event.data)
      let values = data.map { data in names.reduce(data as JSONValue?) { $0?[$1] } }
      #expect(values.contains { $0 == nil } && values.contains { $0 != nil }, "\(kind) \(names)")
    }
    #expect(Set(samples.map { $0.dueAt == nil }).count == 2)
    #expect(Set(samples.map(\.isAsserted)).count == 2)
    #expect(samples.contains { $0.actor == .rules } && samples.contains { $0.actor != .rules })
  }

  @Test func theBytesAreThoseOfTheGoldenFile() throws {
    let made = samples.map(\.canonicalBytes)
    let lines = try Golden("events.jsonl").lines(comparedWith: made)
    #expect(lines.count == made.count)
    for (line, bytes) in zip(lines, made) {
      #expect(String(decoding: line, as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
      #expect(line == bytes)
    }
  }

  @Test func aGoldenLineIsReadAndWrittenAgainTheSame() throws {
    let lines = try Golden("events.jsonl").lines(comparedWith: samples.map(\.canonicalBytes))
    for (line, sample) in zip(lines, samples) {
      let read = try RecordedEvent(canonicalBytes: line)
      #expect(read == sample)
      #expect(read.canonicalBytes == line)
      #expect(read.event.subject == sample.event.subject)
    }
  }

  @Test(arguments: EventSamples.all.indices)
  func aFlippedByteIsRefusedOrGivesAnotherEvent(index: Int) {
    var seed = Seed("flipped bytes of event \(index)")
    let sample = EventSamples.all[index]
    let bytes = sample.canonicalBytes
    for offset in bytes.indices {
      var flipped = bytes
      flipped[offset] ^= UInt8(seed.number(1...255))
      guard let read = try? RecordedEvent(canonicalBytes: flipped) else { continue }
      #expect(read != sample, "\(seed), byte \(offset)")
      #expect(read.canonicalBytes == flipped, "\(seed), byte \(offset)")
    }
  }

  @Test func aMissingByteIsRefused() {
    for sample in samples {
      let bytes = sample.canonicalBytes
      #expect(throws: DecodingFailure.self) { try RecordedEvent(canonicalBytes: Array(bytes.dropLast())) }
      #expect(throws: DecodingFailure.self) { try RecordedEvent(canonicalBytes: Array(bytes.dropFirst())) }
      #expect(throws: DecodingFailure.self) { try RecordedEvent(canonicalBytes: bytes + [0x20]) }
    }
  }

  /// Each one says the same as an event, in other bytes or about another subject.
  @Test(arguments: [
    (#""position":0"#, #""position": 0"#), (#""position":0"#, #""position":0,"reason":"x""#),
    (#""asserted":true"#, #""asserted":1"#), (#""asserted":true"#, #""asserted":true,"asserted":true"#),
    (#""subject":"workspace""#, #""subject":"handbook""#), (#""subject":"workspace""#, #""subject":"REM-1""#),
    (#""zone":"Europe/Berlin""#, #""zone":"Europe\/Berlin""#), (#""zone":"Europe/Berlin""#, #""zone":null"#),
    (#","zone":"Europe/Berlin""#, ""), (#""kind":"workspace_founded""#, #""kind":"workspace_lost""#),
    (#""kind":"workspace_founded""#, #""kind":"item_acknowledged""#), (#""version":1"#, #""version":"1""#),
    (#""version":1"#, #""version":1.0"#), (#"2026-11-21T09:30:00Z"#, "2026-11-21T09:30:00.000Z"),
    (#""actor":"sopwright""#, #""actor":"""#), (#""data":{"#, #""data":[{"#),
  ])
  func whatIsNotCanonicalIsRefused(part: String, replacement: String) throws {
    let text = String(decoding: samples[0].canonicalBytes, as: UTF8.self)
    try #require(text.contains(part))
    #expect(throws: DecodingFailure.self) {
      try RecordedEvent(canonicalBytes: Array(text.replacing(part, with: replacement, maxReplacements: 1).utf8))
    }
  }

  @Test(arguments: ["rem-12", "REM-012", "REM-0", "REM--1", "CHG-12", "item 12"])
  func theSubjectIsWrittenOneWay(subject: String) throws {
    let sample = try #require(samples.first { EventKind($0.event) == .itemAcknowledged })
    let text = String(decoding: sample.canonicalBytes, as: UTF8.self).replacing("\"REM-12\"", with: "\"\(subject)\"")
    #expect(throws: DecodingFailure.self) { try RecordedEvent(canonicalBytes: Array(text.utf8)) }
  }

  @Test(
    arguments: ["9007199254740992", "-9007199254740992", "9223372036854775807"])
  func aNumberThatTheLedgerCannotHoldIsRefused(number: String) {
    let text = String(decoding: samples[0].canonicalBytes, as: UTF8.self)
      .replacing(#""position":0"#, with: #""position":\#(number)"#)
    #expect(throws: DecodingFailure.self) { try RecordedEvent(canonicalBytes: Array(text.utf8)) }
  }
}
