// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

// Proposals, on a server.

/// What a command about a proposal is about, where it stands on the server.
struct ServedProposal {
  /// Where its forms are.
  let place: [String]
  /// As it stands; its revision is what is looked at.
  let revision: JSONValue

  /// An item stands for its SOP change, or its rejection.
  init(_ id: String, isExtension: Bool, on server: Server) throws {
    if ChangeID(id) != nil, !isExtension {
      (place, revision) = (["changes", id], try server.change(id)["revision"] ?? .null)
      return
    }
    guard ItemID(id) != nil else { throw Rejection.unknownItem(id) }
    let item = try server.item(id)
    if isExtension {
      (place, revision) = (["items", id, "extension"], item.object("extension")?["revision"] ?? .null)
    } else if let change = item.object("change") {
      (place, revision) = (["changes", change.words("id")], change["revision"] ?? .null)
    } else {
      (place, revision) = (["items", id], item.object("rejection")?["revision"] ?? .null)
    }
  }
}

protocol ServedProposalCommand: ServedCommand, ProposalCommand {
  func act(on proposal: ServedProposal, _ server: Server) throws
}

extension ServedProposalCommand {
  func execute(on server: Server) throws {
    try act(on: ServedProposal(id, isExtension: isExtension, on: server), server)
    if ChangeID(id) != nil {
      write(try server.change(id).without("difference", "history", "others"), asText: ChangeText.outcome)
    } else {
      write(try server.item(id).without("history"), asText: ItemText.outcome)
    }
  }
}

extension Approve: ServedProposalCommand {
  func act(on proposal: ServedProposal, _ server: Server) throws {
    try server.post(proposal.place + ["approve"], ["revision": revision.map(JSONValue.int) ?? proposal.revision])
    if close { try server.post(proposal.place + ["close"]) }
  }
}

extension Return: ServedProposalCommand {
  func act(on proposal: ServedProposal, _ server: Server) throws {
    try server.post(proposal.place + ["return"], ["note": .string(note)])
  }
}

extension Withdraw: ServedProposalCommand {
  func act(on proposal: ServedProposal, _ server: Server) throws { try server.post(proposal.place + ["withdraw"]) }
}

extension Close: ServedProposalCommand {
  func act(on proposal: ServedProposal, _ server: Server) throws {
    guard !abandon else {
      throw ServerProblem(
        "A closing is given up on the server's own machine, by whoever can see why it does not finish.")
    }
    try server.post(proposal.place + ["close"])
  }
}

extension Propose: ServedCommand {
  func execute(on server: Server) throws {
    for item in items where ItemID(item) == nil { throw Rejection.unknownItem(item) }
    if let join {
      guard ChangeID(join) != nil else { throw Rejection.unknownChange(join) }
      try server.post(["changes", join, "join"], ["item": .string(items.joined(separator: " "))])
      write(try server.change(join).without("difference", "history"), asText: ChangeText.proposed)
    } else if reject {
      try server.post(
        ["items", items[0], "reject"],
        [
          "rationale": .string(rationale ?? ""), "expires": .string(expires ?? ""),
          "tripwire": tripwire.map(JSONValue.string),
        ])
      write(try server.item(items[0]).without("history"), asText: ItemText.toReject)
    } else {
      try Propose.change(closing: items, sop: sop ?? "", text: text ?? "", summary: summary ?? "", on: server, write)
    }
  }

  /// Also what `sop propose` does.
  static func change(
    closing items: [String], sop: String, text: String, summary: String, on server: Server,
    _ write: (JSONValue, (JSONValue) -> String) -> Void
  ) throws {
    let done = try server.post(
      ["propose"],
      [
        "items": .array(items.map(JSONValue.string)), "path": .string(sop), "summary": .string(summary),
        "text": .string(try Propose.text(text)),
      ])
    let id = SOP.parts(of: done.words("see")).last ?? ""
    write(try server.change(id).without("difference", "history"), ChangeText.proposed)
  }
}

extension SOP.Propose: ServedCommand {
  func execute(on server: Server) throws {
    try sopwright.Propose.change(closing: [], sop: sop, text: text, summary: summary, on: server, write)
  }
}

extension Audit.Review: ServedCommand {
  func execute(on server: Server) throws {
    let result: AuditReviewed.Result = objections ? .objections : .inOrder
    try server.post(
      ["audit", "review"],
      ["size": .int(size), "result": .string(result.rawValue), "note": .string(note)])
    write(try server.get(["audit", "review"], having: "reviews"), asText: AuditReviewText.recorded)
  }
}
