// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
internal import Remediation

/// As what the map of an upload is kept when its rows are imported.
package struct MapWish: Equatable, Sendable {
  package let name: String
  /// Whether a map of that name that says something else goes.
  package let replacing: Bool
  /// The map that was imported by: the bytes that are kept, whatever lies beside the export by then.
  package let map: String

  package init(name: String, replacing: Bool, map: String) {
    (self.name, self.replacing, self.map) = (name, replacing, map)
  }
}

extension Upload {
  var wishPath: String { "\(folder)/wish.json" }

  /// What was wished of the map that lies there now, so that a kill between the import and the keeping leaves it said; nil where nothing
  /// was, or another map was tried since.
  package var wish: MapWish? {
    guard let bytes = FileManager.default.contents(atPath: wishPath),
      // What is no wish is as none: somebody says it again.
      let fields = try? Fields(JSONValue(parsing: [UInt8](bytes))), let name = try? fields.string("name"),
      let text = try? fields.string("map"), text == (try? map())
    else { return nil }
    return MapWish(name: name, replacing: (try? fields.bool("replacing")) ?? false, map: text)
  }

  /// Keeps a wish beside the export, on the disk when this returns; nil takes an earlier one back.
  /// - Throws: `UploadError.notKept`.
  package func keep(wish: MapWish?) throws {
    guard let wish else {
      unlink(wishPath)  // there need not be any
      return
    }
    let json = JSONValue.fields([
      "name": .string(wish.name), "replacing": .bool(wish.replacing), "map": .string(wish.map),
    ])
    do { try DurableFile.replace(wishPath, mode: 0o600, json.compactBytes) } catch {
      throw UploadError.notKept(reason: "\(wishPath.split(separator: "/").last ?? "") cannot be written")
    }
  }
}
