// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where a server that has a workspace is: `https://sopwright.example.org`.
struct ServerAddress: Equatable, Sendable {
  /// Without a slash at its end.
  let text: String
  /// Whether it is this machine: what is sent there does not cross a network.
  let isThisMachine: Bool

  /// Nil where the text names a folder.
  /// - Throws: `ServerProblem` where it is an address, but none that a token may be sent to.
  init?(_ written: String) throws {
    guard let scheme = ["https://", "http://"].first(where: written.lowercased().hasPrefix) else { return nil }
    guard let parts = URLComponents(string: written), let host = parts.host, !host.isEmpty, parts.user == nil,
      parts.query == nil, parts.fragment == nil, ["", "/"].contains(parts.path)
    else {
      throw ServerProblem(
        "\(written) is not the address of a server. Write it as https://sopwright.example.org, without a path.")
    }
    isThisMachine = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host.lowercased())
    guard scheme == "https://" || isThisMachine else {
      throw ServerProblem(
        "\(written) is not asked: over http:// your token could be read on the way. Use https://\(host).")
    }
    text = written.hasSuffix("/") ? String(written.dropLast()) : written
  }
}

/// Why a server did not do what a command asked for, as the person reads it.
struct ServerProblem: Error {
  let sentence: String
  /// Whether there was no answer at all, so that there may be one later.
  let isSilence: Bool

  init(_ sentence: String, isSilence: Bool = false) { (self.sentence, self.isSilence) = (sentence, isSilence) }
}
