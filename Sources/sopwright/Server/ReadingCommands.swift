// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

// What shows something, on a server.

extension Exceptions: ServedCommand {
  /// How many are asked for at a time.
  private static let pageLength = "1000"

  func execute(on server: Server) throws {
    // The server gives the newest first, page by page; people read them in the order in which they occurred.
    var newestFirst: [JSONValue] = []
    var place: String?
    let progress = ProgressLine()
    repeat {
      let page = try server.get(
        ["exceptions"],
        [
          "code": code, "root_cause": rootCause, "item": item, "since": since, "after": place,
          "limit": Exceptions.pageLength,
        ])
      newestFirst += page.list("exceptions")
      place = page["next"]?.text
      if place != nil { progress.show("\(Words.grouped(newestFirst.count)) exceptions") }
    } while place != nil
    progress.finish()
    // All are listed as they were recorded, which is another order.
    let ordered = newestFirst.reversed().enumerated().sorted { left, right in
      let (first, second) = (left.element.words("occurred_at"), right.element.words("occurred_at"))
      return first == second ? left.offset < right.offset : first < second
    }
    write(.array(ordered.prefix(limit ?? Int.max).map(\.element)), asText: Lists.exceptions)
  }
}

extension QuarantineCommand.List: ServedCommand {
  func execute(on server: Server) throws { write(try server.get(["quarantine"]), asText: Lists.heldBack) }
}

extension QuarantineCommand.Retry: ServedCommand {
  func execute(on server: Server) throws {
    guard map == nil else {
      throw ServerProblem("A server reads each row by the map of its source in taxonomy/maps. Leave --map out.")
    }
    let report = try server.post(["quarantine", "retry"])
    write(report) { $0.words("done") }
  }
}

extension SOP.List: ServedCommand {
  func execute(on server: Server) throws {
    guard !retired, !leftAlone else {
      throw ServerProblem("A server lists the SOPs, or with --unapproved those; the rest is listed on its own machine.")
    }
    let sops = try server.get(["handbook"]).elements
    write(.array(sops.filter { !unapproved || !$0.isTrue("approved") }), asText: Lists.sops)
  }
}

extension SOP.Show: ServedCommand {
  func execute(on server: Server) throws {
    let version = try server.version(sop, ["html": html ? "1" : nil])
    if options.format == .json {
      Terminal.write(version)
    } else {
      Terminal.write(foreign: Array(((html ? version["html"] : version["text"])?.text ?? "").utf8))
    }
  }
}

extension SOP.History: ServedCommand {
  func execute(on server: Server) throws {
    write(.array(try server.get(["handbook"] + sop.parts).list("history")), asText: Lists.versions)
  }
}

extension SOP.Search: ServedCommand {
  func execute(on server: Server) throws {
    write(
      try server.get(
        ["search"],
        ["q": words.joined(separator: " "), "limit": String(limit), "all_versions": allVersions ? "1" : nil]),
      asText: Lists.hits)
  }
}

extension SOP.Read: ServedCommand {
  func execute(on server: Server) throws {
    let commit = try server.version(sop)["commit"] ?? .null
    write(try server.post(["handbook"] + sop.parts, ["action": "acknowledge", "commit": commit])) { $0.words("done") }
  }
}

extension SOP.Review: ServedCommand {
  func execute(on server: Server) throws {
    let commit = try server.version(sop)["commit"] ?? .null
    write(
      try server.post(
        ["handbook"] + sop.parts,
        ["action": "review", "commit": commit, "note": .string(note), "next": next.map(JSONValue.string)])
    ) { $0.words("done") }
  }
}

extension People.List: ServedCommand {
  func execute(on server: Server) throws { write(try server.get(["people"]), asText: Lists.people) }
}

extension Prove: ServedCommand {
  func execute(on server: Server) throws {
    let kind = ChangeID(id) != nil ? "changes" : ItemID(id) != nil ? "items" : nil
    guard let kind else { throw Rejection.unknownItem(id) }
    let receipt = try server.get([kind, id, "receipt"])
    if let leaf {
      guard FileManager.default.createFile(atPath: leaf, contents: Data((receipt["leaf"]?.text ?? "").utf8)) else {
        throw FileProblem(file: leaf, "It cannot be written.")
      }
    }
    switch options.format {
    case .json: Terminal.write(receipt)
    case .text: Terminal.writeNote(receipt["receipt"]?.text ?? "")
    }
  }
}

extension Verify: ServedCommand {
  func execute(on server: Server) throws {
    let progress = ProgressLine()
    try server.post(["audit", "verify"])
    var audit = try server.get(["audit"])
    while let check = audit["verifying"]?.text {
      progress.show("Verifying: \(check)")
      Thread.sleep(forTimeInterval: 0.3)
      audit = try server.get(["audit"])
    }
    progress.finish()
    guard let result = audit.object("verification")?.object("result") else {
      throw ServerProblem("The verification broke off. Look at \(server.address.text)/audit for the reason.")
    }
    write(result, asText: VerificationText.whole)
    if !result.list("findings").isEmpty { throw ExitCode(2) }
  }
}

extension Server {
  /// A version of an SOP: the newest, or as `SOP@3`, or `SOP@COMMIT`.
  fileprivate func version(_ sop: String, _ query: KeyValuePairs<String, String?> = [:]) throws -> JSONValue {
    let at = sop.lastIndex(of: "@")
    let name = at.map { String(sop[..<$0]) } ?? sop
    let version = at.map { String(sop[sop.index(after: $0)...]) }
    return try get(["handbook"] + name.parts, ["version": version, "html": query.first?.value])["version"] ?? .null
  }
}

extension String {
  /// Of a path, between its slashes.
  var parts: [String] { split(separator: "/").map(String.init) }
}

extension Audit.Show: ServedCommand {
  func execute(on server: Server) throws {
    write(try server.get(["audit", "review"]), asText: AuditReviewText.state)
  }
}
