// SPDX-License-Identifier: Apache-2.0

/// Values that follow from texts, each made once. The text asked for last costs a comparison of bytes.
package struct KeptByText<Value> {
  private var last: (text: [UInt8], value: Value)?
  private var known: [String: Value] = [:]

  package init() {}

  package mutating func value(
    for text: UnsafeBufferPointer<UInt8>, _ make: (String) throws -> Value
  ) rethrows -> Value {
    if let last, last.text.count == text.count, last.text.elementsEqual(text) { return last.value }
    let key = String(decoding: text, as: UTF8.self)
    let value: Value
    if let found = known[key] {
      value = found
    } else {
      value = try make(key)
      known[key] = value
    }
    last = (Array(text), value)
    return value
  }
}
