// SPDX-License-Identifier: Apache-2.0

/// What takes long about a backup, a restore or upkeep.
package enum UpkeepStep: Sendable {
  case copyingDatabase(bytes: Int64, of: Int64)
  case copyingObjects(Int, of: Int)
  case hashing(files: Int, of: Int)
  case copyingFiles(Int, of: Int)
  case packing(Int, of: Int)
  case following(Int, of: Int)
  case removing(Int, of: Int)

  package var words: String {
    func percent(_ part: Int64, _ whole: Int64) -> String { "\(whole > 0 ? min(100, part * 100 / whole) : 0) %" }
    return switch self {
    case .copyingDatabase(let bytes, let total): "Copying the database \(percent(bytes, total))"
    case .copyingObjects(let done, let all): "Copying the SOP repository \(percent(Int64(done), Int64(all)))"
    case .hashing(let done, let all): "Hashing \(done) of \(all) files"
    case .copyingFiles(let done, let all): "Copying \(done) of \(all) files"
    case .packing(let done, let all): "Packing the SOP repository \(percent(Int64(done), Int64(all)))"
    case .following(let done, let all): "Following SOPs through their history, \(done) of \(all)"
    case .removing(let done, let all): "Removing what is packed, \(done) of \(all) files"
    }
  }
}
