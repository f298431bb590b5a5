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
    if item != nil, let given = code ?? rootCause {
      throw ServerProblem(
        "A server lists the exceptions of an item, or of a code or tag. Leave --item or \(given) out.")
    }
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
        ], having: "exceptions")
      newestFirst += page.list("exceptions")
      let next = page["next"]?.text
      guard next == nil || next != place else { throw ServerProblem("The server gives the same page again and again.") }
      place = next
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
  func execute(on server: Server) throws {
    show(try server.get(["quarantine"] + (setAside ? ["set-aside"] : []), having: nil))
  }
}

extension QuarantineCommand.Retry: ServedCommand {
  func execute(on server: Server) throws {
    guard map == nil else {
      throw ServerProblem("A server reads each row by the map of its source in taxonomy/maps. Leave --map out.")
    }
    write(
      try server.post(["quarantine", "retry"], having: "received").without("see", "done"), asText: ImportText.retried)
  }
}

extension QuarantineCommand.SetAside: ServedCommand {
  func execute(on server: Server) throws {
    show(try rows.post("set-aside", because: reason, having: "set_aside", to: server))
  }
}

extension QuarantineCommand.TakeBack: ServedCommand {
  func execute(on server: Server) throws {
    show(try rows.post("take-back", having: "taken_back", to: server))
  }
}

extension QuarantineCommand.Rows {
  /// - Returns: how many rows they were.
  fileprivate func post(
    _ action: String, because reason: String? = nil, having member: String, to server: Server
  ) throws -> Int {
    _ = try choice()
    let outcome = try server.post(
      ["quarantine", action],
      [
        "source": source.map(JSONValue.string), "file": file.map(JSONValue.string),
        "lines": line.isEmpty ? nil : .array(line.map(JSONValue.int)), "reason": reason.map(JSONValue.string),
      ], having: member)
    return Int(outcome.words(member)) ?? 0
  }
}

extension SOP.List: ServedCommand {
  func execute(on server: Server) throws {
    show(
      try server.get(
        ["handbook"],
        ["unapproved": unapproved ? "1" : nil, "retired": retired ? "1" : nil, "left_alone": leftAlone ? "1" : nil],
        having: nil))
  }
}

extension SOP.Show: ServedCommand {
  func execute(on server: Server) throws {
    let version = try server.version(sop, isHTML: html)
    if options.format == .json {
      Terminal.write(version)
    } else {
      Terminal.write(foreign: Array(((html ? version["html"] : version["text"])?.text ?? "").utf8))
    }
  }
}

extension SOP.History: ServedCommand {
  func execute(on server: Server) throws {
    write(.array(try server.sop(sop).list("history")), asText: Lists.versions)
  }
}

extension SOP.Search: ServedCommand {
  func execute(on server: Server) throws {
    let hits = try server.get(
      ["search"],
      ["q": words.joined(separator: " "), "limit": String(limit), "all_versions": allVersions ? "1" : nil], having: nil)
    write(hits) { Lists.hits($0, isOfAllVersions: allVersions) }
  }
}

extension SOP.Read: ServedCommand {
  func execute(on server: Server) throws {
    let commit = try server.version(sop)["commit"] ?? .null
    try server.post(["handbook"] + SOP.parts(of: sop), ["action": "acknowledge", "commit": commit])
    write(try server.sop(sop)["readership"] ?? .null, asText: SOP.Read.words)
  }
}

extension SOP.Review: ServedCommand {
  func execute(on server: Server) throws {
    let commit = try server.version(sop)["commit"] ?? .null
    let done = try server.post(
      ["handbook"] + SOP.parts(of: sop),
      ["action": "review", "commit": commit, "note": .string(note), "next": next.map(JSONValue.string)], having: "next")
    write(.fields(["sop": .string(sop), "next": done["next"]]), asText: SOP.Review.words)
  }
}

extension People.List: ServedCommand {
  func execute(on server: Server) throws { write(try server.get(["people"], having: nil), asText: Lists.people) }
}

extension Prove: ServedCommand {
  func execute(on server: Server) throws {
    let kind = ChangeID(id) != nil ? "changes" : ItemID(id) != nil ? "items" : nil
    guard let kind else { throw Rejection.unknownItem(id) }
    let receipt = try server.get([kind, id, "receipt"], having: "receipt")
    if let leaf { try Terminal.save(Array((receipt["leaf"]?.text ?? "").utf8), at: leaf) }
    switch options.format {
    case .json: Terminal.write(receipt)
    case .text: Terminal.writeNote(receipt["receipt"]?.text ?? "")
    }
  }
}

extension Verify: ServedCommand {
  func execute(on server: Server) throws {
    let progress = ProgressLine()
    let before = try server.audit()["verification"]?["at"]
    try server.post(["audit", "verify"])
    var audit = try server.audit()
    while let check = audit["verifying"]?.text {
      progress.show("Verifying: \(check)")
      Thread.sleep(forTimeInterval: 0.3)
      audit = try server.audit()
    }
    progress.finish()
    if let reason = audit["failed"]?.text { throw ServerProblem("The verification broke off. \(reason)") }
    // One from before says nothing of what is there now.
    guard let verification = audit.object("verification"), verification["at"] != before,
      let result = verification.object("result")
    else {
      throw ServerProblem("The verification broke off, because the server ended meanwhile. Give the command again.")
    }
    write(result, asText: VerificationText.whole)
    if !result.list("findings").isEmpty { throw ExitCode(2) }
  }
}

extension Server {
  fileprivate func audit() throws -> JSONValue { try get(["audit"], having: "verification") }

  /// What the page of an SOP says.
  fileprivate func sop(_ name: String, version: String? = nil, isHTML: Bool = false) throws -> JSONValue {
    try get(["handbook"] + SOP.parts(of: name), ["version": version, "html": isHTML ? "1" : nil], having: "history")
  }

  /// - Throws: `ServerProblem` where the newest version deletes it.
  func standing(of sop: String) throws -> JSONValue {
    let page = try self.sop(sop)
    guard let standing = page.object("standing") else { throw deleted(sop, page) }
    return standing
  }

  private func deleted(_ sop: String, _ page: JSONValue) -> ServerProblem {
    ServerProblem(
      "\(sop.quoted) was deleted in commit \(page.list("history").first?.commit("commit") ?? ""). Its earlier versions are there: "
        + "sopwright sop history \(sop)")
  }

  /// A version of an SOP: the newest, or as `SOP@3`, or `SOP@COMMIT`.
  /// - Throws: `ServerProblem` where the newest deletes it.
  fileprivate func version(_ sop: String, isHTML: Bool = false) throws -> JSONValue {
    let at = sop.lastIndex(of: "@")
    let name = at.map { String(sop[..<$0]) } ?? sop
    let page = try self.sop(name, version: at.map { String(sop[sop.index(after: $0)...]) }, isHTML: isHTML)
    guard let version = page.object("version") else { throw deleted(name, page) }
    return version
  }
}

extension SOP {
  /// A path, between its slashes; what is none has an empty part, which no server is asked for.
  static func parts(of path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }
}

extension Audit.Show: ServedCommand {
  func execute(on server: Server) throws {
    write(try server.get(["audit", "review"], having: "reviews"), asText: AuditReviewText.state)
  }
}
