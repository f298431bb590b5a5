// SPDX-License-Identifier: Apache-2.0

/// By what somebody shows who they are: a password, and the code of their authenticator where they have one.
package struct Credentials: Sendable {
  let password: String
  let code: String

  package init(password: String, code: String = "") {
    self.password = password
    self.code = code
  }
}
