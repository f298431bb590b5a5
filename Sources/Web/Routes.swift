// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// Every address of the web app. There is no other list.
enum Routes {
  static let all: [Route] = [
    .get("/assets/:name", for: .anyone) { visit in
      guard let asset = StaticAsset.named(try visit.part("name")) else { throw Problem.notFound }
      return .file(asset)
    },
    .get("/health", for: .anyone) { visit in
      _ = try await visit.desk.read { try $0.treeState().size }
      return .json(.fields(["status": "ok"]))
    },
    .get("/metrics") { visit in
      let now = visit.now
      return .text(visit.metrics.text(try await visit.desk.read { try $0.figures(at: now) }))
    },
    .get(LiveNews.path, LiveNews.answer),

    // Signing in
    .get("/sign-in", for: .anyone) { visit in .page(SignInPage(target: SignInPage.target(visit.query("to") ?? "/"))) },
    .post("/sign-in", for: .anyone, fields: ["name", "password", "code", "to"], SignInPage.signIn),
    .post("/sign-out", for: .ownAccount, SignInPage.signOut),
    .get("/welcome/:token", for: .anyone, WelcomePage.show),
    .post("/welcome/:token", for: .anyone, fields: ["password", "again"], WelcomePage.setPassword),

    // One's own account
    .get("/account", for: .ownAccount, AccountPage.show),
    .post(
      "/account/password", for: .ownAccount, fields: ["username", "old", "code", "password", "again"],
      AccountPage.changePassword),
    .post("/account/authenticator", for: .ownAccount, fields: ["password", "code"], AccountPage.offerAuthenticator),
    .post("/account/authenticator/confirm", for: .ownAccount, fields: ["code"], AccountPage.confirmAuthenticator),
    .post(
      "/account/authenticator/remove", for: .ownAccount, fields: ["password", "code"], AccountPage.removeAuthenticator),
    .post("/account/look", for: .ownAccount, fields: ["look"], AccountPage.chooseLook),
    .post("/account/sessions/end", for: .ownAccount, AccountPage.endOtherSessions),
    .post("/account/tokens", fields: AccountPage.ofToken, AccountPage.makeToken),
    .post("/account/tokens/revoke", for: .ownAccount, fields: ["id"], AccountPage.revokeToken),

    // Work
    .get("/", isKept: true) { visit in
      let isWhole = visit.wantsJSON
      return try await visit.read { try MyWorkPage(isWhole: isWhole, $0, $1) }
    },
    .get("/items", isKept: true, ItemsPage.show),
    .get("/items/:id", isKept: true) { visit in
      let id = try visit.item()
      return try await visit.read { try ItemPage(id, $0, $1) }
    },
    .post("/items/:id/acknowledge") { visit in
      try await visit.onItem("is acknowledged.") { try $0.acknowledge($1, by: $2) }
    },
    .post("/items/:id/comment", fields: ["text"]) { visit in
      let text = visit.form["text"]
      return try await visit.onItem("has your comment.") { try $0.comment(on: $1, text, by: $2) }
    },
    .post("/items/:id/assign", fields: ["person"], ItemPage.assign),
    .get("/items/:id/propose") { visit in
      let (id, sop) = (try visit.item(), visit.query("sop"))
      return try await visit.read { try ProposePage(id, sop: sop, $0, $1) }
    },
    .post("/items/:id/propose", fields: ProposePage.sent, ProposePage.propose),
    .post("/items/:id/reject", fields: ["rationale", "expires", "tripwire"], ItemPage.reject),
    .post("/items/:id/approve", fields: ["revision"]) { visit in
      let revision = try visit.revision()
      return try await visit.onItem("can be closed now: its rejection is approved.") {
        try $0.approve(.rejection($1), revision: revision, by: $2)
      }
    },
    .post("/items/:id/return", fields: ["note"]) { visit in
      let note = visit.form["note"]
      return try await visit.onItem("went back.") { try $0.sendBack(.rejection($1), note: note, by: $2) }
    },
    .post("/items/:id/withdraw") { visit in
      try await visit.onItem("is open again.") { try $0.withdraw(.rejection($1), by: $2) }
    },
    .post("/items/:id/close") { visit in try await visit.closeRejected() },
    .post("/items/:id/extend", fields: ["until", "reason", "step"], ItemPage.extend),
    .post("/items/:id/extension/approve", fields: ["revision"]) { visit in
      let revision = try visit.revision()
      return try await visit.onItem("has more time.") { try $0.approve(.extensionOf($1), revision: revision, by: $2) }
    },
    .post("/items/:id/extension/return", fields: ["note"]) { visit in
      let note = visit.form["note"]
      return try await visit.onItem("is due as it was.") { try $0.sendBack(.extensionOf($1), note: note, by: $2) }
    },
    .post("/items/:id/extension/withdraw") { visit in
      try await visit.onItem("is due as it was.") { try $0.withdraw(.extensionOf($1), by: $2) }
    },
    .post("/items/:id/pause", fields: ["until", "reason", "step"], ItemPage.pause),
    .post("/items/:id/resume") { visit in try await visit.onItem("goes on.") { try $0.resume($1, by: $2) } },

    // SOP changes
    .get("/propose") { visit in
      let sop = visit.query("sop")
      return try await visit.read { try ProposePage(changing: sop, $0, $1) }
    },
    .post("/propose", fields: ProposePage.sent + ["items"], ProposePage.proposeForAny),
    .get("/changes/:id", isKept: true) { visit in
      let id = try visit.change()
      return try await visit.read { try ChangePage(id, $0, $1) }
    },
    .get("/changes/:id/revise") { visit in
      let id = try visit.change()
      return try await visit.read { try ProposePage(revising: id, $0, $1) }
    },
    .post("/changes/:id/revise", fields: ProposePage.sent, ProposePage.revise),
    .post("/changes/:id/approve", fields: ["revision"]) { visit in
      let revision = try visit.revision()
      return try await visit.onChange("is approved.") { try $0.approve(.change($1), revision: revision, by: $2) }
    },
    .post("/changes/:id/return", fields: ["note"]) { visit in
      let note = visit.form["note"]
      return try await visit.onChange("went back.") { try $0.sendBack(.change($1), note: note, by: $2) }
    },
    .post("/changes/:id/withdraw") { visit in
      try await visit.onChange("is withdrawn.") { try $0.withdraw(.change($1), by: $2) }
    },
    .post("/changes/:id/join", fields: ["item"], ChangePage.join),
    .post("/changes/:id/close") { visit in try await visit.closeChange() },

    // The handbook
    .post("/preview", scope: .read, fields: ProposePage.sent, PreviewText.answer),
    .get("/handbook", isKept: true) { visit in
      if let list = try await HandbookPage.list(visit) { return list }
      let folder = visit.query("folder").map { $0 == "." ? "" : $0 }
      return try await visit.read { try HandbookPage(folder: folder, $0, $1) }
    },
    .post("/handbook-proposals/claim", fields: ["branch"], HandbookPage.claim),
    .get("/handbook/**", isKept: true, SOPPage.show),
    .post("/handbook/**", fields: ["commit", "action", "note", "next"], SOPPage.act),
    .get("/search", isKept: true) { visit in
      let search = try SearchPage.Asked(visit)
      return try await visit.read { try SearchPage(search, $0, $1) }
    },

    // Evidence
    .get("/exceptions", isKept: true, ExceptionsPage.show),
    .get("/exception", isKept: true, ExceptionPage.show),
    .post("/exceptions", scope: .record, fields: RecordPage.fields, RecordPage.record),
    .get("/import", ImportPage.show),
    .post("/import", scope: .record, takesFile: true, ImportPage.receive),
    .get("/import/:id", UploadPage.show),
    .post("/import/:id/look", scope: .record, fields: ["kept"], UploadPage.look),
    .post("/import/:id/try", scope: .record, fields: ["map", "source"], UploadPage.attempt),
    .post("/import/:id/import", scope: .record, fields: ["keep", "map_name", "replace"], UploadPage.import),
    .post("/import/:id/discard", scope: .record, UploadPage.discard),
    .get("/quarantine", QuarantinePage.show),
    .post("/quarantine/retry", scope: .record, fields: ["source", "seen"], QuarantinePage.retry),
    .get(SetAsidePage.path, SetAsidePage.show),
    .post("/quarantine/take-back", fields: SetAsidePage.takingBack, SetAsidePage.takeBack),
    .post(SetAsidePage.path, fields: QuarantinePage.settingAside, QuarantinePage.setAside),
    .get("/record", RecordPage.show),
    .get("/trace", isKept: true) { visit in
      // Of a code, all may be a million: for scripts alone.
      let (what, isAll) = (visit.query("what"), visit.wantsJSON && visit.query("all") != nil)
      return try await visit.read { try TracePage(what, isAll: isAll, $0, $1) }
    },
    .get("/trace.csv", TraceFile.answer),

    // The taxonomy and its people
    .get("/taxonomy") { visit in try await visit.read { try TaxonomyPage($0, $1) } },
    .post("/taxonomy/adopt", fields: ["seen"], TaxonomyPage.adopt),
    .get("/simulate", SimulatePage.show),
    .get("/people", PeoplePage.show),
    .post("/people", fields: ["person", "role"], PeoplePage.add),
    .post("/people/link", fields: ["person", "password", "code"], PeoplePage.link),
    .post("/people/take-back", PeoplePage.takeBack),
    .get("/people/:id", PersonPage.show),
    .post("/people/:id/rights", fields: PersonPage.fields, PersonPage.setRights),
    .post("/people/:id/stand-in", fields: ["for", "from", "until"], PersonPage.letStandIn),
    .post("/people/:id/stand-in/end", fields: ["for", "from"], PersonPage.endStandIn),

    // Audit
    .get("/audit", AuditPage.show),
    .get("/audit/ledger", isKept: true, LedgerPage.show),
    .get(AuditReviewPage.path, isKept: true, AuditReviewPage.show),
    .post(AuditReviewPage.path, fields: AuditReviewPage.fields, AuditReviewPage.record),
    .post("/audit/verify", scope: .read, AuditPage.verify),
    .post("/audit/checkpoint", scope: .read, AuditPage.sign),
    .get("/audit/pack", AuditPage.download),
    .post("/audit/pack", scope: .read, AuditPage.makePack),

    // Keeping it alive
    .get("/upkeep", UpkeepPage.show),
    .post("/upkeep/maintain", UpkeepPage.maintain),
    .get(UpkeepPage.backupPath, UpkeepPage.download),
    .post(UpkeepPage.backupPath, fields: ["password", "code"], UpkeepPage.makeBackup),
    .post(UpkeepPage.discardPath, fields: ["seen"], UpkeepPage.discardBackup),
    .get(ErasePage.path, ErasePage.show),
    .post("/upkeep/erase/look", fields: ErasePage.fields, ErasePage.look),
    .post(ErasePage.path, fields: ErasePage.confirming, ErasePage.erase),
    .post("/upkeep/erase/forget", ErasePage.forget),

    // Receipts
    .get("/items/:id/receipt") { visit in
      let id = try visit.item()
      return try await ReceiptFile.answer(visit, named: id.description) { try $0.receipt(for: id, by: $1) }
    },
    .get("/changes/:id/receipt") { visit in
      let id = try visit.change()
      return try await ReceiptFile.answer(visit, named: id.description) { try $0.receipt(for: id, by: $1) }
    },
  ]
}
