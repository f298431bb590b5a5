// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
  /// Reads exactly what `description` writes.
  package init?(canonical text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 20 || bytes.count == 24, bytes.last == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T"),
      let date = CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)),
      let hour = Int(String(decoding: bytes[11..<13], as: UTF8.self)), hour < 24,
      let minute = Int(String(decoding: bytes[14..<16], as: UTF8.self)), minute < 60,
      let second = Int(String(decoding: bytes[17..<19], as: UTF8.self)), second < 60
    else { return nil }
    let thousandths = bytes.count == 24 ? Int(String(decoding: bytes[20..<23], as: UTF8.self)) : 0
    guard let thousandths else { return nil }
    let inDay = Int64((hour * 60 + minute) * 60 + second) * 1000 + Int64(thousandths)
    self.init(milliseconds: date.startInUTC.milliseconds + inDay)
    guard description == text else { return nil }
  }
}
