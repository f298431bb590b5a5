// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// Can I trust this?
struct AuditPage: ReadablePage {
  private let tree: TreeState

  var title: String { "Audit" }
  var area: Area { .audit }

  var json: JSONValue {
    .fields([
      "tree": .fields(["size": .int(tree.size), "root": .string(tree.root.base64)]),
      "checkpoint": tree.checkpoint.map {
        .fields(["size": .int($0.size), "published_at": .text($0.at), "note": .string($0.note)])
      } ?? .null,
    ])
  }

  init(_ workspace: Workspace, _ caller: Caller) throws {
    tree = try workspace.treeState()
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Audit</h1>
    <p class="lead">The ledger has \(Words.count(tree.size, "event")). Every decision is one, and none can be taken out or changed \
    without another root.</p>
    <dl class="facts"><div class="long"><dt>Root of the tree</dt><dd><code>\(tree.root.base64)</code></dd></div></dl>
    \(tree.checkpoint.map { """
      <h2>Signed last, at \($0.size) events</h2>
      <p>\(HTML.time($0.at)) UTC. Keep this note: whoever has it can see later whether anything before it was changed.</p>
      <pre tabindex="0">\($0.note)</pre>
      """ } as HTML?)
    <p>To recompute everything: <code>sopwright verify</code>. To check it without this server: <code>sopwright export DIR</code>, and \
    what the folder's README says.</p>
    """
  }
}
