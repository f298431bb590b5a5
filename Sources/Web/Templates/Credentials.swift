// SPDX-License-Identifier: Apache-2.0

extension HTML {
  /// The fields in which somebody who is signed in says again who they are.
  /// - Parameters:
  ///   - form: by which the fields of this form differ from those of others on the page.
  ///   - label: of the password.
  ///   - withCode: whether this person signs in with a code as well.
  static func credentials(
    for form: String, _ label: String = "Your password, once more", named name: String = "password", withCode: Bool
  ) -> HTML {
    """
    <label for="\(form)-password">\(label)</label>\
    <input id="\(form)-password" name="\(name)" type="password" autocomplete="current-password" required>\
    \(withCode ? """
      <label for="\(form)-code">The code that your authenticator shows now; each counts once</label>\
      <input id="\(form)-code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required>
      """ : nil as HTML?)
    """
  }
}
