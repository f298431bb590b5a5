// SPDX-License-Identifier: Apache-2.0

internal import Hummingbird

/// A file that is a part of the program: the style sheet, the script, the icon.
struct StaticAsset: Sendable {
  let type: String
  let bytes: [UInt8]

  static func named(_ name: String) -> StaticAsset? {
    switch name {
    case "sopwright.css": StaticAsset(type: "text/css; charset=utf-8", bytes: PackageResources.sopwright_css)
    case "sopwright.js": StaticAsset(type: "text/javascript; charset=utf-8", bytes: PackageResources.sopwright_js)
    case "icon.svg": StaticAsset(type: "image/svg+xml", bytes: PackageResources.icon_svg)
    default: nil
    }
  }

  var response: Response {
    var response = Response(.ok, type, bytes)
    response.headers[.cacheControl] = "public, max-age=300"
    return response
  }
}
