// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// Would everything be there again after a fire?
struct UpkeepPage: ReadablePage {
  private let state: UpkeepState
  private let maintenance: Upkeep.Phase?
  private let backup: Upkeep.Phase?
  private let now: Timestamp
  private let caller: PersonID
  private let hasAuthenticator: Bool

  static let backupPath = "/upkeep/backup"
  static let discardPath = "/upkeep/backup/discard"
  /// From when on a backup is old, in milliseconds.
  private static let old: Int64 = 7 * 86_400_000
  private static let noToken = "a backup holds the signing key, so no token gives it away"

  var title: String { "Upkeep" }
  var area: Area { .audit }
  var refreshes: Bool { maintenance?.isBusy ?? false || backup?.isBusy ?? false }

  /// `{backup, maintenance, verification, checkpoint, events, database, log, repository, …}`: null where nothing is known; sizes are bytes.
  var json: JSONValue { state.json }

  private init(_ visit: Visit) async throws {
    let caller = try visit.caller()
    (maintenance, backup) = (visit.upkeep.maintenance, visit.upkeep.backup)
    (now, self.caller) = (caller.now, caller.person)
    hasAuthenticator = try await visit.hasAuthenticator()
    state = try await visit.desk.read { try $0.upkeep(by: caller) }
  }

  static func show(_ visit: Visit) async throws -> Answer { .page(try await UpkeepPage(visit)) }

  // MARK: What is seen

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Upkeep</h1>
    <p class="lead">What keeps this workspace alive, as far as it knows.</p>
    \(warning)
    \(done)
    <dl class="facts">
    <div><dt>Database</dt><dd>\(Words.bytes(state.room.database))</dd></div>
    <div><dt>Its write-ahead log</dt><dd>\(Words.bytes(state.room.log))</dd></div>
    <div><dt>SOP repository</dt><dd>\(Words.bytes(state.room.repository)), \(Words.count(state.room.looseObjects, "loose object")), \
    \(Words.count(state.room.packs, "pack"))</dd></div>
    <div><dt>Ledger</dt><dd>\(Words.count(state.tree.size, "event"))</dd></div>
    </dl>
    <h2>Tidy up</h2>
    <p>Moves the write-ahead log into the database, packs the SOP repository, and follows SOPs ahead of questions. Nothing is lost; others \
    go on working, and wait for moments only. Once a week is enough.</p>
    \(tidying(frame))
    <h2>Back up</h2>
    \(backingUp(frame))
    <h2>Restore</h2>
    <p>A restore puts a backup in the place of this workspace, so the server must not run meanwhile: it is done on the server's own \
    machine. Unpack the file that you downloaded, in a folder that only you can read, and try it in a new folder first:</p>
    <pre tabindex="0">tar -xf sopwright-backup-….tar
    sopwright restore sopwright-backup-… -C trial --as \(caller.text)</pre>
    <p>Every file is compared with what was backed up, and everything is verified. Then stop the server, and put it in place; the workspace \
    that was there is moved aside, not deleted. Where a checkpoint was published after the backup, it refuses and says what accepting that \
    means. Accounts are in no backup: everybody gets a new link to sign in.</p>
    <pre tabindex="0">sopwright restore sopwright-backup-… -C WORKSPACE --replace --as \(caller.text)
    sopwright serve -C WORKSPACE --as \(caller.text)</pre>
    <h2>Erase personal data</h2>
    <p>Where somebody has the right that their data go. You see first what it would take. <a href="\(ErasePage.path)">Erase personal data</a></p>
    """
  }

  private var warning: HTML? {
    if state.mustPurge {
      return """
        <p class="message warning"><strong>An erasure is not finished.</strong> It is done and recorded; but bytes of what was erased may still \
        be in the database's file, or in a copy that this server kept. Tidy up to remove them.</p>
        """
    }
    guard let backup = state.backup else {
      return """
        <p class="message warning"><strong>No backup is known of.</strong> One that was made by other means than Sopwright, or before a \
        restore, is not noted here.</p>
        """
    }
    if state.isErasedSinceBackup, let erased = state.erasedAt {
      return """
        <p class="message warning"><strong>Personal data were erased after the last backup that is known of</strong>, on \(HTML.time(erased)) UTC: \
        the backups from before still hold them. Make a new one, and delete those.</p>
        """
    }
    return now.milliseconds - backup.at.milliseconds > UpkeepPage.old
      ? "<p class=\"message warning\"><strong>The last backup that is known of is older than a week.</strong></p>" : nil
  }

  private var done: HTML {
    func row(_ name: String, _ note: UpkeepNote?) -> [HTML] {
      let place = note.map { $0.isInBrowser ? "in the browser" : "by the command line" } ?? ""
      return [
        "\(name)", note.map { "<span>\(HTML.time($0.at)) UTC</span>" } ?? "not known", "\(note?.by.text ?? "")",
        "\(place)",
      ]
    }
    let verification = state.verification
    let found = verification.map { $0.result.findings.isEmpty ? "everything added up" : "not everything added up" }
    let checkpoint = state.tree.checkpoint
    return HTML.table(
      ["What", "Last time", "By", ""], caption: "What was done when",
      [
        row("Backup", state.backup), row("Tidying up", state.maintenance),
        [
          "<a href=\"/audit\">Verification</a>",
          verification.map { "<span>\(HTML.time($0.at)) UTC</span>" }
            ?? "not known: only those in the browser are noted",
          "\(verification?.by.text ?? "")", "\(found ?? "")",
        ],
        [
          "<a href=\"/audit\">Checkpoint</a>",
          checkpoint.map { "<span>\(HTML.time($0.at)) UTC</span>" } ?? "none is published", "",
          "\(checkpoint.map { "at \(Words.count($0.size, "event"))" } ?? "")",
        ],
      ])
  }

  private func working(_ step: UpkeepStep?, by person: PersonID) -> HTML {
    """
    <p role="status">\(step.map { "\($0.words)." } ?? "It begins.") Asked for by \(person.text). You may leave this page; it goes on.</p>
    """
  }

  private func failure(_ sentence: String, _ ending: Upkeep.Ending) -> HTML {
    "<p class=\"message problem\" role=\"alert\">\(sentence) \(UpkeepPage.words(ending))</p>"
  }

  private static func words(_ ending: Upkeep.Ending) -> HTML {
    "Asked for by \(ending.by.text); ended \(HTML.time(ending.at)) UTC."
  }

  private func tidying(_ frame: Frame) -> HTML {
    let button = frame.button("Tidy up now", to: "/upkeep/maintain")
    switch maintenance {
    case .working(let person, let step)?: return working(step, by: person)
    case .failed(let sentence, let ending)?: return failure(sentence, ending) + button
    case .maintained(let done, let ending)?:
      let (before, after) = (done.before, done.after)
      return """
        <p class="message done">Tidied up: the log went from \(Words.bytes(before.log)) to \(Words.bytes(after.log)), the repository from \
        \(Words.count(before.looseObjects, "loose object")) to \(after.looseObjects). Others had to wait for \
        \(Words.seconds(done.longestHold)) at most.\(done.isPurged ? "" : " Somebody reads the database all the time, so bytes of what was erased may still be there. Tidy up again.") \
        \(UpkeepPage.words(ending))</p>
        \(button)
        """
    case .backedUp?, nil: return button
    }
  }

  private func backingUp(_ frame: Frame) -> HTML {
    var content: HTML = """
      <p>A backup holds everything: the record, personal data, the SOPs with their history, and the key with which this workspace signs. \
      Whoever has it can read all of that, and sign as this workspace. Keep it where only administrators can read it, not on the same \
      disk, and delete it when you have a newer one. Passwords and sessions are not in it.</p>
      """
    switch backup {
    case .working(let person, let step)?: return content + working(step, by: person)
    case .failed(let sentence, let ending)?: content += failure(sentence, ending)
    case .backedUp?, .maintained?, nil: break
    }
    if let copy = state.copy {
      content += """
        <p><a class="button" href="\(UpkeepPage.backupPath)" download>Download the backup of \(Words.count(copy.events, "event"))</a> \
        \(Words.bytes(copy.size)), made \(HTML.time(copy.at)) UTC. It is kept for an hour, for you alone, unless somebody has another one made \
        meanwhile. It counts as a backup once you have downloaded it.</p>
        \(frame.button("Remove it from the server", to: UpkeepPage.discardPath, seen: copy.name))
        """
    }
    return content
      + frame.form(
        to: UpkeepPage.backupPath,
        """
        <div class="stacked narrow">\(HTML.credentials(for: "backup", withCode: hasAuthenticator))\
        <button class="quiet">\(state.copy == nil ? "Make a backup" : "Make it anew")</button></div>
        """)
  }

  // MARK: What is done

  static func maintain(_ visit: Visit) async throws -> Answer {
    try await mustKeepUp(visit, to: "tidy up")
    try visit.form.mustBeAmong([])
    visit.upkeep.maintain(by: try visit.caller())
    return .see("/upkeep", notice: nil)
  }

  static func makeBackup(_ visit: Visit) async throws -> Answer {
    let session = try visit.session(because: noToken)
    try await mustKeepUp(visit, to: "make backups")
    do {
      try await visit.confirmWhoItIs(in: session)
    } catch let error as AccountError {
      throw Refused(page: try await UpkeepPage(visit), reason: error)
    }
    visit.upkeep.makeBackup(by: try visit.caller())
    return .see("/upkeep", notice: nil)
  }

  static func download(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    _ = try visit.session(because: noToken)
    guard let copy = try await visit.desk.read({ try $0.keptBackup(by: caller) }), let file = OpenFile(copy.path) else {
      throw Problem(
        status: .notFound,
        sentence:
          "There is no backup of yours. One is kept for an hour at most, and until somebody has another one made or erases "
          + "personal data.")
    }
    return .download(
      Download(name: copy.name, type: "application/x-tar", content: .file(file, size: copy.size)) { $0.noteTaken(copy) }
    )
  }

  static func discardBackup(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    _ = try visit.session(because: noToken)
    let seen: String? = try visit.seen()
    let wasThere = try await visit.desk.read { try $0.discardBackup(named: seen, by: caller) }
    return .see(
      "/upkeep",
      notice: wasThere ? "The backup is no longer on the server." : "That backup was not on the server any more.")
  }

  private static func mustKeepUp(_ visit: Visit, to action: String) async throws {
    let caller = try visit.caller()
    try await visit.desk.read { try $0.mustKeepUp(caller, to: action) }
  }
}
