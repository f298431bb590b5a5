// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why the system refused, in its own words, without a full stop: Foundation wraps them into sentences of its own.
func systemReason(for error: any Error) -> String {
  let wrapped = error as NSError
  if let cause = wrapped.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
    return String(cString: strerror(Int32(cause.code)))
  }
  if (error as? CocoaError)?.code == .fileWriteOutOfSpace { return String(cString: strerror(ENOSPC)) }
  let text = error.localizedDescription
  return text.hasSuffix(".") ? String(text.dropLast()) : text
}
