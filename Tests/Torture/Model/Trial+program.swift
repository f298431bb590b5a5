// SPDX-License-Identifier: Apache-2.0

import Tracker

// The same operations by a process of the command line.
extension Trial {
  /// The words of the command, and which item or change it names; nil where it has none for this, or one that works by the machine's
  /// clock.
  func command(_ operation: Operation) -> (words: [String], number: Int)? {
    switch operation {
    case .tick: return (["tick"], 0)
    case .retry: return (["quarantine", "retry"], 0)
    case .load: return (["import"], 0)
    case .acknowledge(let number):
      let item = item(number) { model.word($0) == "open" }
      return (["acknowledge", "REM-\(item)"], item)
    case .approve(let number):
      let change = change(number, in: [.inReview])
      return (["approve", "CHG-\(change)"], change)
    case .sendBack(let number):
      let change = change(number, in: [.inReview, .approved])
      return (["return", "CHG-\(change)", "--note", "Say more."], change)
    case .close(let number):
      let change = change(number, in: [.approved])
      return (["close", "CHG-\(change)"], change)
    default: return nil
    }
  }

  func run(_ step: Step, as person: String) throws -> Outcome {
    // Catching up came before, so that what is chosen is what the model has now.
    guard let (begin, number) = command(step.operation) else { return Outcome() }
    var words = begin
    var loaded = 0
    if let (file, rows) = plan(step) {
      loaded = file
      model.files.append(rows)
      words += [try export(file), "--map", "\(workspace.folder)/taxonomy/maps/tests.yaml"]
    }
    let run = try bench.sopwright(words, in: workspace.folder, as: person)
    let expected = model.attempt { (model) throws(Refused) in
      switch step.operation {
      case .retry:
        try model.mustBeKnown(person)
        _ = model.retry()
        model.openItems()
      case .load:
        try model.mustBeKnown(person)
        _ = model.loadAll(of: loaded)
        model.openItems()
      case .acknowledge: try model.acknowledge(number, by: person)
      case .approve: try model.approve(number, by: person)
      case .sendBack: try model.sendBack(number, by: person)
      case .close: try model.close(number, by: person)
      default: break
      }
    }
    switch run.ending {
    case .exited(0): return Outcome(expected: expected, refusal: nil)
    case .exited(1) where !run.errors.isEmpty: return Outcome(expected: expected, refusal: run.errors)
    default: return Outcome(expected: nil, refusal: nil, difference: "\(words): \(run.description)")
    }
  }
}
