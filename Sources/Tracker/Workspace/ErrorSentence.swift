// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
internal import Remediation

/// The same for somebody at a terminal: it goes on with the command that helps, where there is one.
package func sentenceWithCommand(for error: any Error) -> String {
  sentence(sentence(for: error), goingOnWith: command(for: error))
}

/// A sentence that ends in a command, where there is one.
package func sentence(_ sentence: String, goingOnWith command: String?) -> String {
  command.map { "\(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence): \($0)" } ?? sentence
}

/// What somebody at a terminal types then; nil where no one command helps.
package func command(for error: any Error) -> String? {
  switch error {
  case let error as Rejection: error.command
  case let error as ProposalError: error.command
  case let error as ClosingError: error.command
  case let error as ProofError: error.command
  case let error as ReadingError: error.command
  case let error as ErasureError: error.command
  case MaintenanceError.copiesRemain: "sopwright maintain"
  case is DecodingFailure, is JSONError, is MaintenanceError: "sopwright verify"
  default: nil
  }
}

/// Whether it is the text of an SOP that is at fault, and neither the workspace nor the machine.
package func isAboutText(_ error: any Error) -> Bool { (error as? HandbookError)?.isAboutText ?? false }

/// The sentence that a person reads for an error: what is wrong, and what to do. The middle of one that quotes a text without end is
/// left out.
package func sentence(for error: any Error) -> String {
  let whole = wholeSentence(for: error)
  let most = 2_000
  // Counting the characters of megabytes takes longer than looking at the bytes.
  guard whole.utf8.count > 4 * most else { return whole }
  return "\(whole.prefix(most / 2)) … \(whole.suffix(most / 2))"
}

/// The one place that knows them all.
private func wholeSentence(for error: any Error) -> String {
  switch error {
  case let error as Rejection: error.sentence
  case let error as HandbookError: error.sentence
  case let error as LedgerError: error.sentence
  case let error as FileProblem: error.sentence
  case let error as FileFailure: error.sentence
  case let error as KeyFileError: error.sentence
  case let error as NoteError: error.sentence
  case let error as CheckpointError: error.sentence
  case let error as ProofError: error.sentence
  case let error as CSVError: error.sentence
  case let error as ProposalError: error.sentence
  case let error as StandingError: error.sentence
  case let error as SOPFormError: error.sentence
  case let error as ClosingError: error.sentence
  case let error as TraceError: error.sentence
  case let error as ReadingError: error.sentence
  case let error as MakingError: error.sentence
  case let error as PackError: error.sentence
  case let error as TimeProblem: error.sentence
  case let error as SimulationProblem: error.sentence
  case let error as ReportError: error.sentence
  case let error as UploadError: error.sentence
  case let error as KeptMapError: error.sentence
  case let error as MendingError: error.sentence
  case let error as RetryError: error.sentence
  case let error as SettingAsideError: error.sentence
  case let error as BackupError: error.sentence
  case let error as MaintenanceError: error.sentence
  case let error as ErasureError: error.sentence
  case let error as CopiesRemain: error.sentence
  case let error as AccountError: error.sentence
  case let error as AccountKeyError: error.sentence
  case let error as DecodingFailure: "The workspace is damaged. \(error.sentence) Verify everything."
  case let error as JSONError:
    "The workspace is damaged: what should be JSON is none. \(error.sentence) Verify everything."
  case let error as FolderFailure:
    "The folder \(error.path) cannot be made, or read to its end: \(error.localizedDescription). See to the disk and to who may use it."
  case let error as WriteFailure:
    "\(error.path) cannot be written: \(error.localizedDescription). See to the disk and to who may write there, and give the command again."
  case let error as CocoaError:
    "\(error.filePath ?? error.url?.path ?? "A file") cannot be read or written: \(error.localizedDescription) What was recorded "
      + "before stays. See to the disk and to who may write there, and give the command again."
  default: databaseSentence(for: error) ?? "It failed: \(error)"
  }
}
