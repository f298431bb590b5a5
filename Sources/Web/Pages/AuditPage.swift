// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// Can I trust this?
struct AuditPage: ReadablePage {
  private let tree: TreeState
  private let last: KeptVerification?
  private let verifying: Audits.Phase?
  /// Nil for whom may not take packs.
  private let packing: (phase: Audits.Phase?, kept: KeptCopy?)?

  var title: String { "Audit" }
  var area: Area { .audit }
  var refreshes: Bool { verifying?.isBusy ?? false || packing?.phase?.isBusy ?? false }

  /// `{tree, checkpoint, verification, verifying, failed, pack}`: `verifying` says what is being recomputed, and is null otherwise; `failed` why
  /// the last verification broke off, and is null where it did not.
  var json: JSONValue {
    var (check, failure): (String?, String?)
    if case .verifying(let now)? = verifying { check = now.rawValue }
    if case .failed(let sentence)? = verifying { failure = sentence }
    return .fields([
      "tree": .fields(["size": .int(tree.size), "root": .string(tree.root.base64)]),
      "checkpoint": tree.checkpoint.map {
        .fields(["size": .int($0.size), "published_at": .text($0.at), "note": .string($0.note)])
      } ?? .null,
      "verification": last?.json ?? .null, "verifying": .optional(check),
      "failed": .optional(failure), "pack": packing?.kept?.json ?? .null,
    ])
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let (verifying, packing) = (visit.audits.verification, visit.audits.pack)
    return try await visit.read { workspace, caller in
      AuditPage(
        tree: try workspace.treeState(), last: workspace.lastVerification(), verifying: verifying,
        packing: try workspace.mayTakePacks(caller) ? (packing, workspace.keptPack(by: caller)) : nil)
    }
  }

  // MARK: What is seen

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Audit</h1>
    \(frame.roles.contains(.administrator)
      ? "<p>Backups, tidying up, erasing personal data: <a href=\"/upkeep\">Upkeep</a></p>" as HTML : nil)
    \(state)
    \(refreshes ? nil : frame.button("Verify everything now", to: "/audit/verify", isMain: true))
    \(last.flatMap { findings($0.result) })
    <h2>The weekly review</h2>
    <p>Somebody looks through what was decided, and says what they found. <a href="\(AuditReviewPage.path)">Look through it</a></p>
    <h2>The ledger</h2>
    <p>It has \(Words.count(tree.size, "event")). Every decision is one, and none can be taken out or changed without another root. \
    <a href="/audit/ledger">Look at the events</a></p>
    <dl class="facts"><div class="long"><dt>Root of the tree</dt><dd><code>\(tree.root.base64)</code></dd></div></dl>
    \(signed(frame))
    \(packing.map { pack($0.phase, $0.kept, frame) })
    """
  }

  private var state: HTML {
    if case .verifying(let check)? = verifying {
      let done = VerificationCheck.allCases.firstIndex(of: check) ?? 0
      return """
        <p class="lead" role="status">Recomputing everything: \(check.rawValue), \(done + 1) of \(VerificationCheck.allCases.count). \
        You may leave this page; it goes on.</p>
        <progress max="\(VerificationCheck.allCases.count)" value="\(done)" aria-label="How much is done">\(done)</progress>
        """
    }
    if case .failed(let sentence)? = verifying {
      return "<p class=\"message problem\" role=\"alert\"><strong>The verification broke off.</strong> \(sentence)</p>"
    }
    guard let last else {
      return """
        <p class="lead">Nobody has verified the record here yet. That recomputes every hash, every batch, every read model, and looks up \
        each closing in git.</p>
        """
    }
    let result = last.result
    let counted: HTML = """
      \(Words.grouped(result.events)) events, \(Words.grouped(result.exceptions)) exceptions, \(Words.count(result.items, "item")), \
      \(Words.count(result.commits, "commit"))
      """
    let ago: HTML = """
      \(HTML.time(last.at)) UTC, asked for by \(last.by.text)\(result.treeSize == tree.size ? "" : "; \(Words.count(tree.size - result.treeSize, "event")) came after it")
      """
    return result.findings.isEmpty
      ? "<p class=\"message done\"><strong>Everything adds up.</strong> \(counted). Verified \(ago).</p>"
      : """
      <p class="message problem" role="alert"><strong>\(Words.count(result.findings.count, "thing does", "things do")) not add up.</strong> \
      \(counted). Verified \(ago).</p>
      """
  }

  private func findings(_ result: Verification) -> HTML? {
    func table(_ findings: [Finding], _ caption: String) -> HTML? {
      guard !findings.isEmpty else { return nil }
      return """
        <h2>\(caption)</h2>\(HTML.table(["About", "What", "Check"], caption: caption,
          findings.prefix(200).map { [HTML.link(toSubject: $0.subject), "\($0.detail)", "<code>\($0.check)</code>"] }))
        """
    }
    return """
      \(table(result.findings, "What does not add up"))
      \(table(result.notices, "No fault, but worth knowing"))
      """
  }

  private func signed(_ frame: Frame) -> HTML {
    let sign = frame.button("Sign the tree now", to: "/audit/checkpoint")
    guard let checkpoint = tree.checkpoint else {
      return "<h2>Signatures</h2><p>Nothing is signed yet.</p>\(sign)"
    }
    return """
      <h2>Signed last, at \(Words.count(checkpoint.size, "event"))</h2>
      <p>\(HTML.time(checkpoint.at)) UTC. Keep this note: whoever has it can see later whether anything before it was changed. The \
      receipt of an item or a change, on its page, proves that its outcome stands in a tree like this.</p>
      <pre tabindex="0">\(checkpoint.note)</pre>
      \(checkpoint.size < tree.size ? sign : nil)
      """
  }

  private func pack(_ phase: Audits.Phase?, _ kept: KeptCopy?, _ frame: Frame) -> HTML {
    var content: HTML
    switch phase {
    case .packing(let written, let total)?:
      content = """
        <p role="status">Writing it: \(Words.grouped(written)) of \(total == 0 ? "?" : Words.grouped(total)). You may leave this page; it \
        goes on.</p>
        """
    case .failed(let sentence)?: content = "<p class=\"message problem\" role=\"alert\">\(sentence)</p>"
    default: content = ""
    }
    if phase?.isBusy != true {
      content +=
        kept.map { pack in
          """
          <p><a class="button" href="/audit/pack" download>Download the pack of \(Words.count(pack.events, "event"))</a> \
          \(Words.bytes(pack.size)), made \(HTML.time(pack.at)) UTC by \(pack.by.text). It is kept for a day.</p>
          """
        } ?? ""
      content += frame.button(kept == nil ? "Make a pack" : "Make it anew", to: "/audit/pack")
    }
    return """
      <h2>To check it without this server</h2>
      <p>An audit pack holds every event, record and signature, and the handbook with its history; but no personal fields. Its README \
      says how to check each claim with tools that others made; <code>sopwright verify --pack DIR</code> checks all of it.</p>
      \(content)
      """
  }

  // MARK: What is done

  static func verify(_ visit: Visit) async throws -> Answer {
    visit.audits.verify(by: try visit.caller())
    return .see("/audit", notice: nil)
  }

  static func sign(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    let size = try await visit.desk.write { try $0.publishCheckpoint(by: caller).size }
    return .see("/audit", notice: "The tree of \(Words.count(size, "event")) is signed.")
  }

  static func makePack(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    _ = try await visit.desk.read { try $0.keptPack(by: caller) }  // refuses whom it is not for
    visit.audits.makePack(by: caller)
    return .see("/audit", notice: nil)
  }

  static func download(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    guard let pack = try await visit.desk.read({ try $0.keptPack(by: caller) }), let file = OpenFile(pack.path) else {
      throw Problem(status: .notFound, sentence: "There is no pack: none was made in the last day.")
    }
    return .download(
      Download(name: pack.name, type: "application/x-tar", content: .file(file, size: pack.size)))
  }
}

/// The proof that an outcome stands in a signed tree, to keep.
enum ReceiptFile {
  static func answer(
    _ visit: Visit, named name: String, _ receipt: @escaping @Sendable (Workspace, Caller) throws -> Receipt
  ) async throws -> Answer {
    let caller = try visit.caller()
    let (receipt, key) = try await visit.desk.write { (try receipt($0, caller), try $0.verifierKey()) }
    if visit.wantsJSON { return .json(receipt.json(key: key)) }
    return .download(
      Download(name: "\(name).proof", type: "text/plain; charset=utf-8", content: .bytes(receipt.bytes)))
  }
}
