// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Values that follow from texts, each made once. For a list of rows that have few different texts: the one asked for last, and the
/// first few of all, are found by comparing bytes, without a string being made.
package struct KeptByText<Value> {
  private var entries: [(text: [UInt8], value: Value)] = []
  private var places: [String: Int] = [:]
  private var last = 0

  private static var fewestToHash: Int { 32 }

  package init() {}

  package mutating func value(
    for text: UnsafeBufferPointer<UInt8>, _ make: (String) throws -> Value
  ) rethrows -> Value {
    if last < entries.count, entries[last].text.isSame(as: text) { return entries[last].value }
    if let place = entries.prefix(Self.fewestToHash).firstIndex(where: { $0.text.isSame(as: text) }) {
      last = place
      return entries[place].value
    }
    let key = String(decoding: text, as: UTF8.self)
    if let place = places[key] {
      last = place
    } else {
      entries.append((Array(text), try make(key)))
      last = entries.count - 1
      places[key] = last
    }
    return entries[last].value
  }
}

extension [UInt8] {
  fileprivate func isSame(as text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == text.count else { return false }
    guard let start = text.baseAddress else { return true }
    return withUnsafeBytes { bytes in bytes.baseAddress.map { memcmp($0, start, count) == 0 } ?? true }
  }
}
