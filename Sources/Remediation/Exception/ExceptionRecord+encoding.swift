// SPDX-License-Identifier: Apache-2.0

extension ExceptionRecord {
  /// Appends the canonical bytes that the record's leaf is over: one JSON object, keys in byte order, absent fields left out.
  ///
  /// Written by hand because a million of these are made in one import; a test holds it equal to `JSONValue.canonicalBytes`.
  /// - Parameter personal: the salted digest over the personal fields; nil where there are none.
  package func appendCanonical(to bytes: inout [UInt8], personal: Digest?) {
    bytes.append(UInt8(ascii: "{"))
    if let amount { bytes.appendMember("\"amount\":", Array(String(amount).utf8)) }
    if let caseReference { bytes.appendMember("\"case\":", text: caseReference) }
    bytes.appendMember("\"code\":", text: code)
    if let currency { bytes.appendMember("\"currency\":", text: currency) }
    if let deviation { bytes.appendMember("\"deviation\":", text: deviation) }
    bytes.appendMember("\"occurred_at\":", time: occurredAt)
    if let personal { bytes.appendMember("\"personal\":", text: personal.description) }
    bytes.appendMember("\"raw_code\":", text: rawCode)
    if let rawRootCause { bytes.appendMember("\"raw_root_cause\":", text: rawRootCause) }
    bytes.appendMember("\"ref\":", text: reference)
    if let resolvedAt { bytes.appendMember("\"resolved_at\":", time: resolvedAt) }
    if !rootCauses.isEmpty {
      bytes.appendMember("\"root_causes\":", [])
      for (index, tag) in rootCauses.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
        bytes.appendJSONString(tag)
      }
      bytes.append(UInt8(ascii: "]"))
    }
    if let severity { bytes.appendMember("\"severity\":", text: severity) }
    bytes.appendMember("\"source\":", text: source)
    if let status { bytes.appendMember("\"status\":", text: status) }
    if let team { bytes.appendMember("\"team\":", text: team) }
    if let updatedAt { bytes.appendMember("\"updated_at\":", time: updatedAt) }
    bytes.append(UInt8(ascii: "}"))
  }
}

extension [UInt8] {
  fileprivate mutating func appendMember(_ name: StaticString, _ value: [UInt8]) {
    if last != UInt8(ascii: "{") { append(UInt8(ascii: ",")) }
    name.withUTF8Buffer { append(contentsOf: $0) }
    append(contentsOf: value)
  }

  fileprivate mutating func appendMember(_ name: StaticString, text: String) {
    appendMember(name, [])
    appendJSONString(text)
  }

  fileprivate mutating func appendMember(_ name: StaticString, time: Timestamp) {
    appendMember(name, [])
    append(UInt8(ascii: "\""))
    time.appendText(to: &self)
    append(UInt8(ascii: "\""))
  }
}
