// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A time zone: what instant a local time means, and what day an instant is on.
///
/// The rules are those that Foundation carries; the host's are not asked. A zone with rules computes all its transitions from
/// 1900 to 2100 when it is made, about a millisecond: make one and keep it. A lookup is a binary search among them, allocates
/// nothing, and is exact in that range; earlier and later times take the first and the last offset of the range.
///
/// Two zones are equal when their names are.
package struct Zone: Hashable, Sendable, CustomStringConvertible {
  /// `UTC`, an offset as `+02:00`, or the name as it was given.
  package let name: String

  private let offset: Offset

  /// Coordinated universal time.
  package static let utc = Zone(offset: 0)

  /// A zone by its IANA name (`Europe/Berlin`), `UTC`, `GMT` or `Z`, or a fixed offset (`+02:00`, `+0200`, `+02`, up to 18
  /// hours). Nil for anything else, also for abbreviations such as `PST` or `BST`, which mean different zones to different people.
  package init?(_ name: String) {
    let fixed = Array(name.utf8).withUnsafeBufferPointer { bytes -> Int64? in
      var scanner = TimeScanner(bytes)
      guard let offset = scanner.zoneOffset(), scanner.isAtEnd else { return nil }
      return offset
    }
    if let fixed {
      self.init(offset: fixed)
    } else {
      guard name.contains("/") || Zone.namesWithoutSlash.contains(name), let rules = TimeZone(identifier: name) else {
        return nil
      }
      self.init(name: name, offset: .varying(ZoneTransitions(of: rules)))
    }
  }

  /// East of Greenwich by so many milliseconds, whole minutes.
  init(offset: Int64) {
    let minutes = Int(offset.magnitude / 60_000)
    var bytes = [UInt8(ascii: offset < 0 ? "-" : "+")]
    bytes.appendDecimal(minutes / 60, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDecimal(minutes % 60, width: 2)
    self.init(name: offset == 0 ? "UTC" : String(decoding: bytes, as: UTF8.self), offset: .fixed(offset))
  }

  private init(name: String, offset: Offset) {
    self.name = name
    self.offset = offset
  }

  /// The instant at which clocks showed a local time, given as milliseconds since 1970-01-01T00:00 local time.
  ///
  /// Of a local time that occurred twice, the earlier instant. A local time in a gap, which no clock showed, moves forward by
  /// the gap's length: 02:30 becomes 03:30 where clocks went from 02:00 to 03:00.
  package func instant(ofLocal milliseconds: Int64) -> Timestamp {
    switch offset {
    case .fixed(let offset): Timestamp(milliseconds: milliseconds - offset)
    case .varying(let transitions): Timestamp(milliseconds: transitions.instant(ofLocal: milliseconds))
    }
  }

  /// The first instant of a day: 00:00, or the end of the gap that 00:00 is in. Of a day that was left out as a whole, the start
  /// of the day after.
  package func startOfDay(_ date: CalendarDate) -> Timestamp {
    firstInstant(fromLocal: date.startInUTC.milliseconds)
  }

  /// The first instant at which clocks showed a local time or a later one, given as milliseconds since 1970-01-01T00:00 local
  /// time: of a local time that occurred twice the earlier, of one in a gap the end of the gap. A later local time never has
  /// an earlier instant; of `instant(ofLocal:)` that cannot be said at a gap.
  package func firstInstant(fromLocal milliseconds: Int64) -> Timestamp {
    switch offset {
    case .fixed(let offset): Timestamp(milliseconds: milliseconds - offset)
    case .varying(let transitions): Timestamp(milliseconds: transitions.firstInstant(from: milliseconds))
    }
  }

  /// What clocks in the zone show at an instant, as milliseconds since 1970-01-01T00:00 local time.
  package func local(of instant: Timestamp) -> Int64 {
    switch offset {
    case .fixed(let offset): instant.milliseconds + offset
    case .varying(let transitions): instant.milliseconds + transitions.offset(at: instant.milliseconds)
    }
  }

  /// The day that calendars in the zone show at an instant.
  package func date(of instant: Timestamp) -> CalendarDate { Timestamp(milliseconds: local(of: instant)).date }

  package var description: String { name }

  package static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// Names of the IANA database that are neither places nor ambiguous.
  private static let namesWithoutSlash: Set<String> = [
    "CET", "EET", "MET", "WET", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT",
  ]

  private enum Offset {
    case fixed(Int64)
    case varying(ZoneTransitions)
  }
}
