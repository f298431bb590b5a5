// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation
internal import Synchronization

/// What was made of the state that a connection sees, kept until it sees another: for readers that are asked the same again and again,
/// as those of a server. Nothing in it is older than the state that is read.
final class StateMemo: Sendable {
  /// Which state a connection sees: SQLite counts what others commit, and what the connection itself changes.
  private struct State: Equatable {
    let committedByOthers: Int
    let changedHere: Int
  }

  private struct Key: Hashable {
    let kind: String
    let name: String
  }

  private struct Kept {
    var state: State?
    var values: [Key: any Sendable] = [:]
    /// What also depends on time, of one second.
    var second: Int64?
    var valuesOfSecond: [Key: any Sendable] = [:]
  }

  private let kept = Mutex(Kept())
  /// Then all of it is dropped.
  private let most: Int
  private static let mostOfSecond = 256

  init(most: Int = 8_192) { self.most = most }

  /// Within a transaction that reads: drops what was made of another state.
  func look(at db: Database) throws {
    let state = State(
      committedByOthers: try Int.fetchOne(db.cachedStatement(sql: "PRAGMA data_version")) ?? 0,
      changedHere: db.totalChangesCount)
    kept.withLock { kept in
      if kept.state != state { kept = Kept(state: state) }
    }
  }

  func value<Value: Sendable>(_ kind: String, _ name: String, _ make: () throws -> Value) rethrows -> Value {
    if let known: Value = known(kind, name) { return known }
    let value = try make()
    keep(value, kind, name)
    return value
  }

  /// The same of a second, which is forgotten with the next.
  func value<Value: Sendable>(
    _ kind: String, _ name: String, in second: Int64, _ make: () throws -> Value
  ) rethrows -> Value {
    let key = Key(kind: kind, name: name)
    let known = kept.withLock { $0.second == second ? $0.valuesOfSecond[key] : nil }
    if let known = known as? Value { return known }
    let value = try make()
    kept.withLock { kept in
      if kept.second != second || kept.valuesOfSecond.count >= StateMemo.mostOfSecond {
        (kept.second, kept.valuesOfSecond) = (second, [:])
      }
      kept.valuesOfSecond[key] = value
    }
    return value
  }

  func known<Value: Sendable>(_ kind: String, _ name: String) -> Value? {
    kept.withLock { $0.values[Key(kind: kind, name: name)] } as? Value
  }

  func keep(_ value: some Sendable, _ kind: String, _ name: String) {
    kept.withLock { kept in
      if kept.values.count >= most { kept.values.removeAll() }
      kept.values[Key(kind: kind, name: name)] = value
    }
  }
}

extension LedgerReader {
  /// A value that follows from the state alone, made once for each state that is read. Within a write it is made each time.
  /// - Parameters:
  ///   - kind: what it is; of one kind all are of one type, which is no optional: what is not known looks like nil.
  ///   - name: which of them.
  package func once<Value: Sendable>(_ kind: String, _ name: String = "", _ make: () throws -> Value) rethrows -> Value
  {
    guard let memo else { return try make() }
    return try memo.value(kind, name, make)
  }

  /// The same for several, of which those that are not known yet are made together.
  /// - Parameter name: which of them a key is.
  package func once<Key: Hashable, Value: Sendable>(
    _ kind: String, each keys: Set<Key>, name: (Key) -> String, _ make: (Set<Key>) throws -> [Key: Value]
  ) rethrows -> [Key: Value] {
    guard let memo else { return try make(keys) }
    var values: [Key: Value] = [:]
    for key in keys { values[key] = memo.known(kind, name(key)) }
    let unknown = keys.subtracting(values.keys)
    guard !unknown.isEmpty else { return values }
    for (key, value) in try make(unknown) {
      memo.keep(value, kind, name(key))
      values[key] = value
    }
    return values
  }

  /// The same for a value that follows from the state and the time, or is too large to be kept for long.
  package func once<Value: Sendable>(
    _ kind: String, _ name: String = "", at now: Timestamp, _ make: () throws -> Value
  ) rethrows -> Value {
    guard let memo else { return try make() }
    return try memo.value(kind, name, in: now.seconds, make)
  }
}
