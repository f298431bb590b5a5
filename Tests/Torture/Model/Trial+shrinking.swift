// SPDX-License-Identifier: Apache-2.0

/// A sequence that ends wrongly.
struct Failure: Sendable {
  let steps: [Step]
  let differences: [String]

  var description: String {
    let shown = steps.map { step in
      "\(step.serial): \(step.operation) by \(Members.names[step.person]), \(step.later) s later"
        + (step.skipsCatchUp ? ", without catching up" : "") + (step.byProgram ? ", by the program" : "")
    }
    return differences.prefix(4).joined(separator: " / ") + "\n      " + shown.joined(separator: "\n      ")
  }
}

extension Trial {
  /// Does the steps, and compares.
  /// - Parameters:
  ///   - every: after how many steps items and changes are compared; at the end everything is.
  ///   - skipping: a step that is done to the model alone, for controls.
  ///   - damage: what is done to the workspace before everything is compared, for controls.
  static func failure(
    of steps: [Step], from template: Template, _ bench: Bench, every: Int, skipping: Int? = nil,
    damage: (Trial) throws -> Void = { _ in }
  ) throws -> (failure: Failure?, done: [Step]) {
    let trial = try Trial(bench, copying: template)
    for (index, step) in steps.enumerated() {
      func failed(_ differences: [String]) -> (Failure?, [Step]) {
        (Failure(steps: Array(steps[...index]), differences: differences), trial.done)
      }
      do {
        if let difference = try trial.perform(step, isSkipped: step.serial == skipping) { return failed([difference]) }
        let found = (index + 1).isMultiple(of: every) ? try trial.differences() : []
        if !found.isEmpty { return failed(found) }
      } catch { return failed(["\(step.operation): \(error)"]) }
    }
    try damage(trial)
    do {
      let found = try trial.allDifferences()
      return (found.isEmpty ? nil : Failure(steps: steps, differences: found), trial.done)
    } catch { return (Failure(steps: steps, differences: ["at the end: \(error)"]), trial.done) }
  }

  /// The shortest sequence found that still ends wrongly: cut after the step that shows it, then without each step, and each row of a
  /// file, without which it still does.
  static func shrunk(_ failure: Failure, from template: Template, _ bench: Bench) throws -> Failure {
    var shortest = failure
    func attempt(_ steps: [Step]) throws -> Bool {
      guard let found = try Trial.failure(of: steps, from: template, bench, every: 1).failure else { return false }
      shortest = found
      return true
    }
    var size = max(1, shortest.steps.count / 2)
    while true {
      var start = 0
      var isShorter = false
      while start < shortest.steps.count {
        var fewer = shortest.steps
        fewer.removeSubrange(start..<min(start + size, fewer.count))
        if try attempt(fewer) { isShorter = true } else { start += size }
      }
      if size == 1, !isShorter { break }
      size = max(1, size / 2)
    }
    for place in shortest.steps.indices.reversed() where place < shortest.steps.count {
      guard case .load(let rows) = shortest.steps[place].operation else { continue }
      for index in rows.indices.reversed() {
        var fewer = shortest.steps
        guard place < fewer.count, case .load(var rows) = fewer[place].operation, index < rows.count, rows.count > 1
        else { break }
        rows.remove(at: index)
        fewer[place].operation = .load(rows)
        _ = try attempt(fewer)
      }
    }
    return shortest
  }
}
