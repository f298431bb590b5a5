// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

// What each route takes.
extension AccessTests {
  /// What the forms of pages send is what scripts may send.
  @Test func everyFormSendsWhatItsRouteTakes() async throws {
    let server = try await AccessTests.prepared()
    let routes = Routes.all.filter { $0.method == .post && !$0.takesFile }.map { route in
      // The most exact first.
      (route, try? Regex(route.path.replacing("**", with: ".+").replacing(/:[a-z]+/, with: "[^/]+")))
    }.sorted { $0.0.path.count { $0 == ":" || $0 == "*" } < $1.0.path.count { $0 == ":" || $0 == "*" } }
    var seen: Set<String> = []
    for name in ["ana", "ben"] {
      let browser = try await server.browser(of: name)
      for route in Routes.all where route.method == .get && route.access == .signedIn {
        for path in [AccessTests.example(route), AccessTests.example(route).replacing("-1", with: "-2")] {
          let page = try await browser.get(path).text
          let forms = page.matches(
            of: /(?s)<form(?<head>[^>]*method="post"[^>]*) action="(?<action>[^"]*)"[^>]*>(?<content>.*?)<\/form>/)
          for form in forms {
            let action = String(form.output.action)
            guard let route = routes.first(where: { $0.1.map { action.wholeMatch(of: $0) != nil } ?? false })?.0
            else { continue }
            seen.insert(route.path)
            for field in form.output.content.matches(of: /\sname="(?<name>[a-z_]+)"/) {
              let name = String(field.output.name)
              #expect(name == "form_token" || route.fields.contains(name), "\(action): \(name)")
            }
          }
        }
      }
    }
    #expect(seen.count > 20, "\(seen.sorted())")
  }

  @Test func aFieldThatARouteDoesNotTakeIsRefused() async throws {
    let server = try await AccessTests.prepared()
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ben"), name: "n", scope: .write, days: 1, at: server.now)
    let browser = Browser(port: server.port)
    let before = try server.workspace.treeState().size
    for route in Routes.all where route.method == .post && !route.takesFile {
      let json = route.fields.reduce(JSONValue.fields(["tetx": "Seen."])) { $0.with($1, "") }.compactText
      let answer = try await browser.script("POST", AccessTests.example(route), token: token, json)
      #expect(answer.status == 422 && answer.text.contains(#"\"tetx\" is not known here. Known: "#), "\(route.path)")
    }
    #expect(try server.workspace.treeState().size == before)
  }
}
