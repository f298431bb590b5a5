// SPDX-License-Identifier: Apache-2.0

internal import Foundation

extension [UInt8] {
  /// Standard base64 with padding, RFC 4648 section 4.
  var base64: String { Data(self).base64EncodedString() }

  /// Nil unless the text is what `base64` writes: one spelling for the same bytes, no line breaks.
  package init?(strictBase64 text: some StringProtocol) {
    guard let data = Data(base64Encoded: String(text)), data.base64EncodedString().utf8.elementsEqual(text.utf8) else {
      return nil
    }
    self.init(data)
  }
}
