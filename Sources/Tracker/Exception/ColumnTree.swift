// SPDX-License-Identifier: Apache-2.0

/// The columns of a map as paths of keys: `a.b` is the key `b` within the key `a`. Answers, key by key, whether a place in a JSON
/// object is one of them.
struct ColumnTree {
  private struct Node {
    /// The column that ends here; -1 for none.
    var column: Int32 = -1
    var edges: [Edge] = []
  }

  private struct Edge {
    let name: Range<Int>
    let target: Int32
  }

  /// Where every path begins.
  static let root: Int32 = 0

  private var nodes = [Node()]
  private var names: [UInt8] = []

  /// - Parameter columns: each once; a column's number is its place here.
  init(_ columns: [String]) {
    for (number, column) in columns.enumerated() {
      var node = ColumnTree.root
      for part in column.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
        node = edge(from: node, Array(part))
      }
      nodes[Int(node)].column = Int32(number)
    }
  }

  private mutating func edge(from node: Int32, _ name: [UInt8]) -> Int32 {
    if let known = name.withUnsafeBufferPointer({ child(of: node, $0) }) { return known }
    let target = Int32(nodes.count)
    nodes.append(Node())
    nodes[Int(node)].edges.append(Edge(name: names.count..<(names.count + name.count), target: target))
    names += name
    return target
  }

  /// The number of the column that ends at a node; -1 where none does.
  func column(at node: Int32) -> Int32 { nodes[Int(node)].column }

  /// Where a key leads from a node; a key that has points in its name goes as far as the parts of that name. Nil where no column
  /// goes on there.
  func target(from node: Int32, key: UnsafeBufferPointer<UInt8>) -> Int32? {
    var node = node
    var start = 0
    while true {
      var end = start
      while end < key.count, key[end] != UInt8(ascii: ".") { end += 1 }
      guard let next = child(of: node, UnsafeBufferPointer(rebasing: key[start..<end])) else { return nil }
      if end == key.count { return next }
      node = next
      start = end + 1
    }
  }

  /// Where the element of an array leads from a node, by its number.
  func target(from node: Int32, element: Int) -> Int32? {
    guard !nodes[Int(node)].edges.isEmpty else { return nil }
    var number = String(element)
    return number.withUTF8 { child(of: node, $0) }
  }

  private func child(of node: Int32, _ name: UnsafeBufferPointer<UInt8>) -> Int32? {
    for edge in nodes[Int(node)].edges where edge.name.count == name.count {
      if names[edge.name].elementsEqual(name) { return edge.target }
    }
    return nil
  }
}
