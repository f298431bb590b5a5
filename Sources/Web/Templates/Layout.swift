// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// A page: what it shows, in one value, and that as HTML.
protocol Page: Sendable {
  /// For the browser's tab and the heading of the page.
  var title: String { get }
  /// Which part of the app it belongs to.
  var area: Area { get }
  /// Whether the browser should load it again by itself, because something goes on.
  var refreshes: Bool { get }
  /// What the record can say news of while the page is open: `REM-1`, or `*` for anything; nil where nothing of it is shown.
  var subject: String? { get }
  func body(_ frame: Frame) -> HTML
}

/// A page that scripts can read as well, in the shapes of the command line's `--format json`.
protocol ReadablePage: Page {
  var json: JSONValue { get }
  /// The version of the item or change that is shown; nil where it is none.
  var version: Int? { get }
}

extension Page {
  var refreshes: Bool { false }
  var subject: String? { nil }
}

extension ReadablePage {
  var version: Int? { nil }
}

/// The parts of the app, as its navigation names them.
enum Area: CaseIterable {
  case work, items, handbook, exceptions, taxonomy, trace, audit, none

  var link: (address: String, name: String)? {
    switch self {
    case .work: ("/", "My work")
    case .items: ("/items", "Items")
    case .handbook: ("/handbook", "Handbook")
    case .exceptions: ("/exceptions", "Exceptions")
    case .taxonomy: ("/taxonomy", "Taxonomy")
    case .trace: ("/trace", "Trace")
    case .audit: ("/audit", "Audit")
    case .none: nil
    }
  }
}

/// What every page is shown in: who looks, and what has just happened.
struct Frame: Sendable {
  let person: PersonID?
  let roles: Set<Role>
  /// What the session's forms carry.
  let formToken: String
  /// How many events the record had when the page was made.
  var size: Int?
  /// Nil as the system has it.
  var look: Look?
  /// What came of the form that was sent just before.
  var notice: String?
  /// Why the form that was sent is refused.
  var problem: String?

  /// Whether this person may do anything here; an auditor reads.
  var mayWork: Bool { !roles.contains(.auditor) }

  /// A form that can only be sent by the session that it was made for.
  func form(to address: String, _ content: HTML) -> HTML {
    """
    <form method="post" action="\(address)"><input type="hidden" name="form_token" value="\(formToken)">\(content)</form>
    """
  }

  /// A form of one button.
  /// - Parameter seen: what the page shows, where something else may have come of it when the button is pressed.
  func button(_ label: String, to address: String, seen: String? = nil, isMain: Bool = false) -> HTML {
    form(
      to: address, "\(seen.map(HTML.seen))<button class=\"\(isMain ? "main" : "quiet")\">\(label)</button>")
  }
}

extension Page {
  func document(_ frame: Frame) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en"\(frame.look.map { " data-look=\"\($0.rawValue)\"" } as HTML?)>
    <head>
    <meta charset="utf-8">
    <title>\(title) · Sopwright</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">\(refreshes ? "<meta http-equiv=\"refresh\" content=\"2\">" as HTML : nil)
    <link rel="stylesheet" href="/assets/sopwright.css">
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
    <script src="/assets/sopwright.js" defer></script>
    </head>
    <body\(live(frame))>
    <a class="skip" href="#content">Skip to the content</a>
    \(header(frame))
    <main id="content" tabindex="-1">
    \(frame.problem.map { "<div class=\"message problem\" role=\"alert\" tabindex=\"-1\" id=\"problem\"><strong>Not done.</strong> \($0)</div>" } as HTML?)
    \(frame.notice.map { "<div class=\"message done\" role=\"status\">\($0)</div>" } as HTML?)
    \(body(frame))
    </main>
    <dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
    <p><kbd>/</kbd> search the handbook</p><p><kbd>j</kbd> <kbd>k</kbd> the next and the one before in a list</p>
    <p><kbd>?</kbd> this</p><button type="button" class="quiet">Close</button></dialog>
    </body>
    </html>

    """
  }

  /// What the script needs to say that something has changed.
  private func live(_ frame: Frame) -> HTML? {
    guard let subject, let size = frame.size else { return nil }
    return " data-subject=\"\(subject)\" data-since=\"\(size)\""
  }

  private func header(_ frame: Frame) -> HTML {
    guard let person = frame.person else {
      return "<header class=\"top\"><a class=\"name\" href=\"/\">Sopwright</a></header>"
    }
    let links: [HTML] = Area.allCases.compactMap { part in
      part.link.map { link in
        part == area
          ? "<li><a href=\"\(link.address)\" aria-current=\"page\">\(link.name)</a></li>"
          : "<li><a href=\"\(link.address)\">\(link.name)</a></li>"
      }
    }
    return """
      <header class="top">
      <a class="name" href="/">Sopwright</a>
      <nav aria-label="Main"><ul>\(links)</ul></nav>
      <form class="search" role="search" action="/search"><label class="hidden" for="q">Search the handbook</label><input \
      id="q" name="q" type="search" placeholder="Search the handbook"></form>
      <div class="person"><a href="/account">\(person.text)</a>\(frame.button("Sign out", to: "/sign-out"))</div>
      </header>
      """
  }
}
