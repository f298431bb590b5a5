// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// The handbook and the taxonomy that a new workspace begins with.
@Suite struct StarterTests {
  @Test func everyCodeAndTagHasAProcedureThatSaysSo() throws {
    let test = try TestWorkspace()
    let workspace = test.workspace
    #expect(try workspace.checkTaxonomy(at: TestWorkspace.caller("ana").now).isEmpty)
    let taxonomy = try workspace.taxonomy(at: nil).taxonomy
    let sops = try Dictionary(uniqueKeysWithValues: workspace.sops().map { ($0.reference.path, $0) })
    for kind in RecurrenceKey.Kind.allCases {
      for entry in taxonomy.entries(kind) where !entry.isCatchAll {
        let key = RecurrenceKey(kind, entry.id)
        let playbook = try #require(entry.playbook.flatMap { sops[$0] })
        #expect(playbook.keys.contains(key), "\(key) and \(playbook.reference.path)")
        #expect(sops.values.filter { $0.keys.contains(key) }.count == 1, "\(key)")
      }
    }
    // Files that were added to the folder and not to the program would be missing here.
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../sop").path
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }
    #expect(Set(files) == Set(sops.keys.map(\.text)))
    #expect(Set(sops.values.map(\.reference.id)).count == sops.count)
  }

  @Test func linksBetweenProceduresLeadSomewhere() throws {
    let test = try TestWorkspace()
    let workspace = test.workspace
    let sops = try workspace.sops()
    let paths = Set(sops.map(\.reference.path.text))
    for sop in sops {
      let text = String(decoding: try workspace.text(of: sop).bytes, as: UTF8.self)
      let folder = sop.reference.path.text.split(separator: "/").dropLast().joined(separator: "/")
      for match in text.matches(of: /\]\(([^)#]+\.md)[^)]*\)/) {
        let target = URL(fileURLWithPath: "/\(folder)/\(match.1)").standardized.path.dropFirst()
        #expect(paths.contains(String(target)), "\(sop.reference.path) links to \(match.1)")
      }
    }
  }
}
