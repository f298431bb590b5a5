// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation

/// A command that also works where `-C` names a server.
protocol ServedCommand: WorkspaceCommand {
  /// The same there.
  func execute(on server: Server) throws
}

extension WorkspaceCommand {
  /// What cannot be done from elsewhere says so.
  func executeWhereItIs() throws {
    guard needsWorkspace, let address = try ServerAddress(options.workspaceFolder) else { return try execute() }
    guard let served = self as? any ServedCommand else {
      throw ServerProblem(
        "That works on the workspace's own machine alone, and \(address.text) is a server. Give the command there, with -C and its "
          + "folder, or look whether a page does it.")
    }
    if let person = options.person {
      throw ServerProblem("On a server you act as the person whose token it is. Leave --as \(person) out.")
    }
    try served.execute(on: Server(address))
  }

  /// Prints what a command is answered.
  func write(_ json: JSONValue, asText text: (JSONValue) -> String) {
    switch options.format {
    case .json: Terminal.write(json)
    case .text: Terminal.write(text(json))
    }
  }
}
