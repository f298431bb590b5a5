// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// The starter handbook and the starter taxonomy, compiled into the program: an installed binary can make a workspace without
/// the source. The files are those of `sop/` and `taxonomy/` at the top of the repository.
enum Starter {
  /// The SOP that is every new code's playbook until it has one of its own.
  static let procedureForNewCode = "handbook/procedure-for-a-new-code.md"

  static let handbook: [(path: String, bytes: [UInt8])] = [
    (procedureForNewCode, PackageResources.procedure_for_a_new_code_md),
    ("refunds/damaged-or-lost-goods.md", PackageResources.damaged_or_lost_goods_md),
    ("refunds/duplicate-charge.md", PackageResources.duplicate_charge_md),
    ("refunds/refund-above-the-threshold.md", PackageResources.refund_above_the_threshold_md),
    ("support/escalated-complaint.md", PackageResources.escalated_complaint_md),
  ]

  static let codes = PackageResources.codes_yaml
  static let rootCauses = PackageResources.root_causes_yaml
  static let policies = PackageResources.policies_yaml

  /// What stands in the starter files where a person's id belongs.
  private static let placeholder = "ACTING-PERSON"

  static func text(_ bytes: [UInt8], owner: PersonID) -> String {
    String(decoding: bytes, as: UTF8.self).replacing(placeholder, with: YAMLText.scalar(owner.text))
  }

  /// - Parameter playbook: every entry's, in place of its own; nil keeps those.
  static func text(_ bytes: [UInt8], owner: PersonID, playbook: SOPPath?) -> String {
    let text = text(bytes, owner: owner)
    guard let playbook else { return text }
    return text.replacing(/(?<key>\bplaybook: ).*/) { $0.output.key + YAMLText.scalar(playbook.text) }
  }
}
