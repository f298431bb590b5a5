// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore

/// Why nobody can be listened to at an address.
package struct ListeningError: Error {
  package let sentence: String

  /// Nil where the error is about something else.
  init?(_ error: any Error, host: String, port: Int) {
    switch error {
    case SocketAddressError.unknown, is SocketAddressError.UnknownHost:
      sentence = "There is no host \(host). Listen at an address of this machine: --host 127.0.0.1"
    case let error as IOError:
      switch error.errnoCode {
      case EADDRINUSE:
        sentence = "Port \(port) of \(host) is taken by another program. End that one, or take another port: --port 0"
      case EACCES:
        sentence = "Port \(port) may be taken by administrators of the machine only. Take one above 1023: --port 8080"
      case EADDRNOTAVAIL:
        sentence = "\(host) is no address of this machine. Listen at one that is: --host 127.0.0.1"
      default:
        sentence = "Nobody can be listened to at \(host), port \(port): \(String(cString: strerror(error.errnoCode)))."
      }
    default: return nil
    }
  }
}
